import time
from dataclasses import dataclass

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.conf import settings

from employment_portal.accounts.models import StaffPost, User
from employment_portal.accounts.sign_in.actions import SAMPLE_TOTP_SECRET
from employment_portal.core.masking import mask_mobile


@dataclass(frozen=True)
class AccountOverview:
    """What a person's own account page shows."""

    phone: str
    phone_verified: bool
    email: str
    has_password: bool
    has_app: bool
    passkeys: int
    recovery_codes_left: int
    sessions: int
    posts: list[StaffPost]


def account_overview(user: User) -> AccountOverview:
    authenticators = {row.type: row for row in Authenticator.objects.filter(user=user)}
    codes = authenticators.get(Authenticator.Type.RECOVERY_CODES)
    return AccountOverview(
        phone=mask_mobile(user.phone) if user.phone else "",
        phone_verified=user.phone_verified,
        email=user.email or "",
        has_password=user.has_usable_password(),
        has_app=Authenticator.Type.TOTP in authenticators,
        passkeys=Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count(),
        recovery_codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        sessions=len(UserSession.objects.purge_and_list(user)),
        posts=user.current_posts(),
    )


@dataclass(frozen=True)
class SampleCode:
    user: User
    posts: list[StaffPost]
    code: str
    seconds_left: int


def sample_codes(now: float | None = None) -> list[SampleCode]:
    """The codes that the sample accounts' authenticator apps show now; none unless this is a simulation."""
    if not settings.USE_SIMULATORS:
        return []
    moment = int(time.time() if now is None else now)
    period = mfa_settings.TOTP_PERIOD
    rows = (
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).select_related("user").order_by("user_id")
    )
    found = []
    for row in rows:
        if decrypt(row.data["secret"]) == SAMPLE_TOTP_SECRET:
            code = format_hotp_value(hotp_value(SAMPLE_TOTP_SECRET, moment // period))
            found.append(SampleCode(row.user, row.user.current_posts(), code, period - moment % period))
    return found
