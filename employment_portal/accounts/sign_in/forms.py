"""allauth's forms in the words of this portal."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12"}


def _tidy(form: forms.BaseForm, labels: dict[str, Any]) -> None:
    """Our labels; no placeholder, which repeats the label and fades when one types."""
    for name, bound in form.fields.items():
        bound.widget.attrs.pop("placeholder", None)
        if name in labels:
            bound.label = labels[name]


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"login": _("E-mail address or mobile number"), "password": _("Password")})
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class RequestLoginCodeForm(account.RequestLoginCodeForm):
    """A code for the mobile number only: people with an e-mail address have a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.fields["phone"].required = True

    def clean(self) -> dict[str, Any]:
        return forms.Form.clean(self) or self.cleaned_data


class SignupForm(account.SignupForm):
    """Register with a mobile number, or (``?by=email``) with an e-mail address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        values = self.data if self.is_bound else (request.GET if request is not None else {})
        self.way = "email" if values.get("by") == "email" else "phone"
        wanted = {"phone": ["phone"], "email": ["email", "password1"]}[self.way]
        for name in {"phone", "email", "password1"} - set(wanted):
            del self.fields[name]
        for name in wanted:
            self.fields[name].required = True
        self.fields["display_name"] = forms.CharField(
            label=_("How we should address you"),
            max_length=30,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
        self.fields["agree"] = forms.BooleanField(
            label=_("I have read and accept the terms of use and the privacy notice"),
            error_messages={"required": _("Read the terms and the privacy notice and tick the box.")},
        )
        self.fields["by"] = forms.CharField(widget=forms.HiddenInput, initial=self.way, required=False)
        _tidy(
            self,
            {
                "phone": _("Mobile number"),
                "email": _("E-mail address"),
                "password1": _("Password"),
            },
        )
        if self.way == "email":
            self.fields["password1"].help_text = _(
                "At least 10 characters, not only digits, nothing well known."
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data


class ConfirmLoginCodeForm(account.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


class VerifyPhoneForm(account.VerifyPhoneForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


class ConfirmEmailVerificationCodeForm(account.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


class ConfirmPasswordResetCodeForm(account.ConfirmPasswordResetCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


def _code(form: forms.BaseForm, label: Any = None) -> None:
    _tidy(form, {"code": label or _("6-digit code")})
    form.fields["code"].widget.attrs |= CODE
    form.fields["code"].error_messages["required"] = _("Enter the code.")


class ChangePhoneForm(account.ChangePhoneForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"phone": _("New mobile number")})


class AddEmailForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"email": _("New e-mail address")})


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"email": _("E-mail address")})


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


def _new_password(form: forms.BaseForm) -> None:
    _tidy(
        form,
        {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("New password again"),
        },
    )
    form.fields["password1"].help_text = _("At least 10 characters, not only digits, nothing well known.")
    if "oldpassword" in form.fields:
        form.fields["oldpassword"].help_text = ""


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"password": _("Password")})
        self.fields["password"].help_text = ""


class AuthenticateForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code of the authenticator app, or a recovery code"))


class MfaReauthenticateForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code of the authenticator app, or a recovery code"))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code that the app shows"))


class AddWebAuthnForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"name": _("Name of this passkey"), "passwordless": _("Sign in with this passkey alone")})


class EditWebAuthnForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"name": _("Name of this passkey")})
