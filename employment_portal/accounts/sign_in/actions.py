"""Locks, and second factors that are set up for a person."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from employment_portal.accounts.models import Lockout, User
from employment_portal.audit.actions import record
from employment_portal.notifications.actions import notify
from employment_portal.notifications.models import Channel

# Known to everybody, so that /simulator/totp/ can show the codes of the sample staff.
SAMPLE_TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@transaction.atomic
def record_lockout(*, user: User, until: datetime, ip_address: str, request: Any = None) -> Lockout:
    """Note that a sign-in is locked until then and tell its owner. A lock that still runs is only prolonged."""
    now = timezone.now()
    running = Lockout.objects.filter(user=user, until__gt=now, lifted_at__isnull=True).first()
    if running is not None:
        running.until = until
        running.save(update_fields=["until"])
        return running
    lockout = Lockout.objects.create(user=user, locked_at=now, until=until, ip_address=ip_address)
    record(action="accounts.lock", by=None, subject=user, request=request)
    notify(
        kind="account_locked",
        to=user,
        channels=[Channel.INBOX, Channel.MAIL, Channel.SMS],
        context={"until": until},
        always=True,
    )
    return lockout


@transaction.atomic
def lift_lockout(*, lockout_id: int, by: User, request: Any) -> Lockout:
    """Let the owner try again at once. The security administrator has made sure who asks."""
    from employment_portal.accounts.adapters import AccountAdapter  # the adapter records lockouts through us

    lockout = Lockout.objects.select_for_update().select_related("user").get(pk=lockout_id)
    if lockout.lifted_at is None:
        lockout.lifted_at, lockout.lifted_by = timezone.now(), by
        lockout.save(update_fields=["lifted_at", "lifted_by"])
        record(action="accounts.unlock", by=by, subject=lockout.user, request=request)
    AccountAdapter(request).unlock(request, lockout.user)
    return lockout


@transaction.atomic
def end_sessions(*, user: User, by: User, reason: str, keep: str = "", request: Any = None) -> int:
    """Sign ``user`` out everywhere but in the session ``keep``; how many sessions ended."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep)
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    record(
        action="accounts.end_sessions",
        by=by,
        subject=user,
        reason=reason,
        detail={"count": ended},
        request=request,
    )
    return ended


def set_sample_second_factor(*, user: User) -> None:
    """Give a sample account its authenticator app. For the sample city only."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SAMPLE_TOTP_SECRET)
