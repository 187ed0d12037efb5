"""Inviting staff. The link holds a random token; only its hash is kept, so a stolen database opens nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.models import Invitation, StaffPost, User
from employment_portal.accounts.posts.actions import appoint
from employment_portal.accounts.posts.rules import AlreadyInPost, NotYours, SelfAppointment, may_appoint
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import notify
from employment_portal.notifications.models import Channel
from employment_portal.regions.models import Agency
from employment_portal.workflow.actions import decide_four_eyes, request_four_eyes
from employment_portal.workflow.models import FourEyes

APPOINT_ADMINISTRATOR = "accounts.appoint_administrator"


class InvitationClosed(DomainError):
    message = _("This invitation has been used, withdrawn or has expired. Ask for a new one.")


class NotTheInvited(DomainError):
    message = _(
        "This invitation was sent to another mobile number or e-mail address. "
        "Sign in with the one that received it, or ask for an invitation to yours."
    )


class AlreadyInvited(DomainError):
    message = _("An invitation to this post is already under way to this person.")


class StillWaiting(DomainError):
    message = _("A second security administrator has not approved this appointment yet.")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_staff(
    *,
    name: str,
    email: str,
    phone: str,
    agency: Agency,
    role: str,
    by: User,
    now: datetime,
    reason: str = "",
    request: Any = None,
) -> Invitation:
    """Invite somebody to a post. An administrator's waits for a second security administrator first.

    Raises NotYours, SelfAppointment, AlreadyInvited, AlreadyInPost.
    """
    if not may_appoint(by, agency):
        raise NotYours
    if (email and email == by.email) or (phone and phone == by.phone):
        raise SelfAppointment
    known = User.objects.filter(email=email).first() if email else None
    known = known or (User.objects.filter(phone=phone, phone_verified=True).first() if phone else None)
    held = StaffPost.objects.current_on(timezone.localdate(now)).filter(agency=agency, role=role)
    if known is not None and held.filter(user=known).exists():
        raise AlreadyInPost
    same = Invitation.objects.open_at(now).filter(agency=agency, role=role)
    if (email and same.filter(email=email).exists()) or (phone and same.filter(phone=phone).exists()):
        raise AlreadyInvited
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        name=name,
        email=email,
        phone=phone,
        agency=agency,
        role=role,
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    record(
        action="accounts.invite_staff",
        by=by,
        subject=invitation,
        detail={"role": role, "agency": agency.public_id},
        request=request,
    )
    if role in ADMIN_ROLES:
        invitation.four_eyes = request_four_eyes(
            kind=APPOINT_ADMINISTRATOR,
            subject=invitation,
            payload={"invitation": invitation.public_id, "role": role, "agency": agency.public_id},
            reason=reason,
            by=by,
        )
        invitation.save(update_fields=["four_eyes"])
    else:
        _send(invitation, token, now)
    return invitation


def _send(invitation: Invitation, token: str, now: datetime) -> None:
    address = settings.SITE_URL + reverse("accounts:accept_invitation", args=[token])
    notify(
        kind="staff_invitation",
        address=invitation.email,
        phone=invitation.phone,
        channels=[Channel.MAIL, Channel.SMS],
        context={
            "invitation": invitation,
            "role": StaffRole(invitation.role).label,
            "address": address,
        },
        always=True,
    )
    invitation.sent_at = now
    invitation.save(update_fields=["sent_at"])


@transaction.atomic
def decide_administrator(
    *, invitation_id: int, approve: bool, note: str, by: User, now: datetime, request: Any = None
) -> Invitation:
    """The second pair of eyes on an administrator's appointment; approving sends the link.

    Raises SamePersonDecides, AlreadyDecided, NotYours, SelfAppointment, InvitationClosed.
    """
    invitation = _locked(invitation_id)
    if not may_appoint(by, invitation.agency):
        raise NotYours
    if by.email == invitation.email != "" or by.phone == invitation.phone != "":
        raise SelfAppointment
    if not _is_open(invitation, now):
        raise InvitationClosed
    decide_four_eyes(request_id=invitation.four_eyes_id, approve=approve, note=note, by=by)
    if approve:
        token = _renew(invitation, now)
        _send(invitation, token, now)
    else:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
    return invitation


@transaction.atomic
def resend_invitation(*, invitation_id: int, by: User, now: datetime, request: Any = None) -> Invitation:
    """Send a new link; the one sent before stops working.

    Raises NotYours, InvitationClosed, StillWaiting.
    """
    invitation = _locked(invitation_id)
    if not may_appoint(by, invitation.agency):
        raise NotYours
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationClosed
    if waits_for_approval(invitation):
        raise StillWaiting
    _send(invitation, _renew(invitation, now), now)
    record(action="accounts.resend_invitation", by=by, subject=invitation, request=request)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: User, now: datetime, request: Any = None) -> Invitation:
    """Make the link worthless. Raises NotYours, InvitationClosed."""
    invitation = _locked(invitation_id)
    if not may_appoint(by, invitation.agency):
        raise NotYours
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationClosed
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    if waits_for_approval(invitation):
        FourEyes.objects.filter(pk=invitation.four_eyes_id).update(
            state=FourEyes.State.WITHDRAWN, decided_by=by, decided_at=now
        )
    record(action="accounts.revoke_invitation", by=by, subject=invitation, request=request)
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, by: User, now: datetime, request: Any = None) -> StaffPost:
    """Take up the post. The link alone is not enough: it must have gone to this person's number or address.

    Raises InvitationClosed, StillWaiting, NotTheInvited, SelfAppointment, AdministratorAlone, AlreadyInPost.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("agency__region", "invited_by")
        .filter(token_hash=token_hash(token), agency__isnull=False)
        .first()
    )
    if invitation is None or not _is_open(invitation, now):
        raise InvitationClosed
    if waits_for_approval(invitation):
        raise StillWaiting
    if invitation.invited_by_id == by.pk:
        raise SelfAppointment
    if not is_meant(invitation, by):
        raise NotTheInvited
    post = appoint(
        user=by,
        agency=invitation.agency,
        role=invitation.role,
        starts_on=timezone.localdate(now),
        by=invitation.invited_by,
        request=request,
    )
    invitation.accepted_at, invitation.accepted_by = now, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if not by.display_name:
        by.display_name = invitation.name
        by.save(update_fields=["display_name"])
    record(action="accounts.accept_invitation", by=by, subject=invitation, request=request)
    return post


def is_meant(invitation: Invitation, user: User) -> bool:
    """Whether ``user`` has proved to own the number or address that the invitation went to."""
    if invitation.phone and user.phone == invitation.phone and user.phone_verified:
        return True
    return bool(
        invitation.email
        and user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()
    )


def waits_for_approval(invitation: Invitation) -> bool:
    return invitation.four_eyes_id is not None and invitation.four_eyes.state == FourEyes.State.WAITING


def find_open(token: str, now: datetime) -> Invitation | None:
    """The invitation that a link opens, or None."""
    return (
        Invitation.objects.open_at(now)
        .select_related("agency", "four_eyes")
        .filter(token_hash=token_hash(token), agency__isnull=False)
        .first()
    )


def _locked(invitation_id: int) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("agency__region", "four_eyes")
        .get(pk=invitation_id)
    )


def _is_open(invitation: Invitation, now: datetime) -> bool:
    return not invitation.accepted_at and not invitation.revoked_at and invitation.expires_at > now


def _renew(invitation: Invitation, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.expires_at = now + timedelta(days=settings.INVITATION_DAYS)
    invitation.save(update_fields=["token_hash", "expires_at"])
    return token
