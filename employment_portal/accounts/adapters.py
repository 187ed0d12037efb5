"""How django-allauth talks to this portal: numbers, codes, messages, locks and second factors."""

import time
from datetime import timedelta
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.credentials import password_changed
from employment_portal.accounts.fields import MobileField
from employment_portal.accounts.landing import home_for
from employment_portal.accounts.models import User
from employment_portal.accounts.sign_in.actions import end_sessions, record_lockout
from employment_portal.audit.actions import record
from employment_portal.core.encryption import decrypt, encrypt
from employment_portal.notifications.actions import notify
from employment_portal.notifications.models import Channel

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address and the password do not match."),
        "phone_password_mismatch": _("The mobile number and the password do not match."),
        "username_password_mismatch": _("Enter a mobile number or an e-mail address."),
        "invalid_login": _("Enter a mobile number or an e-mail address."),
        "incorrect_code": _("This code is wrong or no longer valid. Check the digits or ask for a new one."),
        "incorrect_password": _("This password is wrong."),
        "enter_current_password": _("The present password is wrong."),
        "too_many_login_attempts": _("Too many wrong attempts. Wait 15 minutes and try again."),
        "rate_limited": _("A code was sent a moment ago. Wait a little before asking for another."),
        "email_taken": _("This e-mail address cannot be used. Sign in with it, or use another."),
        "phone_taken": _("This mobile number belongs to another account."),
        "same_as_current": _("This is the number you already use. Enter the new one."),
        "select_only_one": _("Enter either a mobile number or an e-mail address."),
    }

    # --- mobile numbers ----------------------------------------------------------------------------------
    def phone_form_field(self, **kwargs: Any) -> MobileField:
        kwargs["label"] = _("Mobile number")
        return MobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give the number to ``user``. Somebody else's claim on it that was never proved with a code lapses."""
        for other in User.objects.filter(phone=phone, phone_verified=False).exclude(pk=user.pk):
            if other.email:
                other.phone = None
                other.save(update_fields=["phone"])
            else:
                other.delete()  # a registration that was never finished
        changed = user.phone != phone
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])
        if changed and verified:
            record(action="accounts.change_phone", by=user, subject=user, request=self.request)

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone, phone_verified=True, is_active=True).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._sms(phone, "sign_in_code", code=code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._sms(phone, "sign_in_unknown")

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._sms(phone, "sign_in_known")

    def _sms(self, phone: str, kind: str, **values: Any) -> None:
        minutes = account_settings.LOGIN_BY_CODE_TIMEOUT // 60
        notify(
            kind=kind,
            phone=phone,
            channels=[Channel.SMS],
            context={"minutes": minutes, **values},
            language=get_language() or settings.LANGUAGE_CODE,
            always=True,
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's mails in our words and through our outbox."""
        kind = MAILS[template_prefix.rpartition("/")[2]]
        notify(
            kind=kind,
            address=email,
            channels=[Channel.MAIL],
            context={"code": context.get("code", "")},
            language=get_language() or settings.LANGUAGE_CODE,
            always=True,
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our sentence, or none where the next page says it anyway."""
        if message is None and message_template:
            message = SENTENCES.get(message_template.rpartition("/")[2].removesuffix(".txt"))
            if message is None:
                return
        super().add_message(request, level, None, None, extra_tags, message)

    # --- registration ------------------------------------------------------------------------------------
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The row needs its number from the start: a user has a mobile number or an e-mail address."""
        phone = form.cleaned_data.get("phone")
        if phone:
            User.objects.filter(phone=phone, phone_verified=False, email=None).delete()
            User.objects.filter(phone=phone, phone_verified=False).update(phone=None)
            user.phone = phone
        user.display_name = form.cleaned_data.get("display_name", "")
        language = get_language()
        if language in User.Language.values:
            user.language = language
        return super().save_user(request, user, form, commit)

    def clean_email(self, email: str) -> str:
        return super().clean_email(email.lower())

    def get_login_stages(self) -> list[str]:
        ours = "employment_portal.accounts.sign_in.stages.ConfirmEmailStage"
        return [
            ours if stage.endswith(".EmailVerificationStage") else stage
            for stage in super().get_login_stages()
        ]

    # --- where to next -----------------------------------------------------------------------------------
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_for(request.user)

    get_signup_redirect_url = get_login_redirect_url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:preferences")

    # --- locks -------------------------------------------------------------------------------------------
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One counter per sign-in name. allauth leaves out mobile numbers, which would then share one."""
        name = credentials.get("email") or credentials.get("phone") or credentials.get("username") or ""
        return f"sign-in:{name.lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the sign-in name is locked; the sentence says for how many minutes still."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            minutes = self._minutes_locked(request, credentials)
            raise ValidationError(
                ngettext(
                    "Too many wrong attempts. Signing in is locked; try again in %(minutes)s minute.",
                    "Too many wrong attempts. Signing in is locked; try again in %(minutes)s minutes.",
                    minutes,
                )
                % {"minutes": minutes},
                code="too_many_login_attempts",
            ) from error

    def _minutes_locked(self, request: HttpRequest, credentials: dict[str, Any]) -> int:
        key = self._get_login_attempts_cache_key(request, **credentials)
        left = 0.0
        for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
            name = ratelimit.get_cache_key(
                request, app="allauth.account", action="login_failed", rate=rate, key=key
            )
            history = cache.get(name, [])
            if len(history) >= rate.amount:
                left = max(left, history[rate.amount - 1] + rate.duration - time.time())
        return max(1, -(-int(left) // 60))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The last attempt before the lock leaves a trace that the security administrator sees."""
        user = None
        if phone := credentials.get("phone"):
            user = self.get_user_by_phone(phone)
        elif email := credentials.get("email"):
            user = User.objects.filter(email__iexact=email).first()
        if user is None:
            return
        left = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
            dry_run=True,
        )
        if left is None:
            record_lockout(
                user=user,
                until=timezone.now() + timedelta(seconds=settings.LOCKOUT_SECONDS),
                ip_address=self.get_client_ip(request),
                request=request,
            )

    def unlock(self, request: HttpRequest, user: User) -> None:
        """Forget the wrong attempts on every name that ``user`` signs in with."""
        names = [{"email": user.email}] if user.email else []
        names += [{"phone": user.phone}] if user.phone else []
        for name in names:
            key = self._get_login_attempts_cache_key(request, **name)
            self._clear(request, key)
        self._clear(request, f"mfa-auth-user-{user.pk}")

    def _clear(self, request: HttpRequest, key: str) -> None:
        for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
            if rate.per == "key":
                cache.delete(
                    ratelimit.get_cache_key(
                        request, app="allauth.account", action="login_failed", rate=rate, key=key
                    )
                )

    # --- traces ------------------------------------------------------------------------------------------
    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        if user.acting_for:
            request.session["acting_for"] = user.acting_for  # organisations.middleware checks the membership
        record(action="accounts.sign_in", by=user, subject=user, request=request)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        record(action="accounts.set_password", by=user, subject=user, request=self.request)
        password_changed(user, self.request)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict | None = None, email: str | None = None
    ) -> None:
        """Tell the owner about a change of their account: in the inbox and on every way there is to reach them."""
        what = template_prefix.rpartition("/")[2]
        record(action=f"accounts.{what}", by=user, subject=user, request=self.request)
        if what in {"totp_activated", "webauthn_added"} and self.request is not None:
            # A session from before the second factor was opened with less than is asked for now.
            keep = self.request.session.session_key or ""
            end_sessions(user=user, by=user, reason=what, keep=keep, request=self.request)
        notify(
            kind="account_changed",
            to=user,
            channels=[Channel.INBOX, Channel.MAIL],
            context={"change": CHANGES.get(what, _("Your account was changed."))},
            path=reverse("accounts:preferences"),
            always=True,
        )


MAILS = {
    "email_confirmation": "email_code",
    "email_confirmation_signup": "email_code",
    "login_code": "email_code",
    "password_reset_code": "password_code",
    "account_already_exists": "email_known",
    "unknown_account": "email_unknown",
}
SENTENCES = {
    "cannot_delete_primary_email": _("This is your only confirmed e-mail address; it cannot be removed."),
    "email_confirmation_failed": _("This e-mail address belongs to another account."),
    "email_confirmed": _("Your e-mail address is confirmed."),
    "email_deleted": _("The e-mail address was removed."),
    "logged_out": _("You are signed out."),
    "password_changed": _("The password was changed."),
    "password_set": _("The password was set."),
    "phone_verified": _("Your mobile number is confirmed."),
    "totp_activated": _("The authenticator app is set up. Keep the recovery codes in a safe place."),
    "totp_deactivated": _("The authenticator app was removed."),
    "webauthn_added": _("The passkey was added."),
    "webauthn_removed": _("The passkey was removed."),
}
CHANGES = {
    "password_changed": _("Your password was changed."),
    "password_set": _("A password was set."),
    "password_reset": _("Your password was reset."),
    "email_changed": _("Your e-mail address was changed."),
    "email_confirm": _("Your e-mail address was confirmed."),
    "email_deleted": _("An e-mail address was removed."),
    "totp_activated": _("An authenticator app was set up."),
    "totp_deactivated": _("The authenticator app was removed."),
    "webauthn_added": _("A passkey was added."),
    "webauthn_removed": _("A passkey was removed."),
    "recovery_codes_generated": _("New recovery codes were made."),
}


class MfaAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong or was already used. Enter the one that the app shows now."),
        "unverified_email": _("Confirm your e-mail address first."),
        "cannot_delete_authenticator": _(
            "Staff sign in with two factors. Add another one before you remove this."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(_("Public employment services"))

    def get_totp_label(self, user: User) -> str:
        return user.email or user.phone or user.public_id

    _get_user_identifier = get_totp_label

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A member of staff keeps at least one second factor."""
        user = authenticator.user
        if authenticator.type not in SECOND_FACTORS or not (user.is_staff_member or user.is_superuser):
            return True
        others = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
        return others.exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Government single sign-on: the provider vouches for a verified mobile number or e-mail address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Lead somebody with an account to it, known by the number that provider and portal have both verified."""
        phone = _verified_phone(sociallogin)
        if sociallogin.is_existing or not phone:
            return
        known = User.objects.filter(phone=phone, phone_verified=True, is_active=True).first()
        if known is not None:
            sociallogin.connect(request, known)
            record(action="accounts.link_single_sign_on", by=known, subject=known, request=request)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email or None
        user.display_name = (_claims(sociallogin).get("name") or "")[:60]
        phone = _verified_phone(sociallogin)
        if phone and not User.objects.filter(phone=phone).exists():
            user.phone, user.phone_verified = phone, True
        return user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(sociallogin.user.phone or sociallogin.email_addresses)


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    data = sociallogin.account.extra_data
    return data.get("userinfo") or data.get("id_token") or data


def _verified_phone(sociallogin: SocialLogin) -> str | None:
    claims = _claims(sociallogin)
    if claims.get("phone_number_verified") is not True:
        return None
    return MobileField(required=False).clean_or_none(claims.get("phone_number") or "")
