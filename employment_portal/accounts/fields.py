from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import check_mobile


class MobileField(forms.CharField):
    """A mobile number of mainland China as people type it; the cleaned value has 11 digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return check_mobile(typed).value
        except DomainError as error:
            raise ValidationError(error.message, code="invalid_phone") from error

    def clean_or_none(self, value: str) -> str | None:
        try:
            return self.clean(value) or None
        except ValidationError:
            return None
