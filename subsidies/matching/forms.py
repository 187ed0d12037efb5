"""Answers to offers to cleaned values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

AGREE = _(
    "I know the conditions of this subsidy and meet them. What is shown here is true. If it is not, I give the money "
    "back and bear the consequences in law."
)


class AgreeForm(forms.Form):
    """The signed commitment (告知承诺) that stands in for papers."""

    agree = forms.BooleanField(
        label=AGREE, error_messages={"required": _("Tick the box: the commitment stands in for papers.")}
    )


class ConfirmForm(AgreeForm):
    """One step: the commitment, and the account when none is on record."""

    field_order = ("holder", "bank_name", "number", "agree")

    def __init__(self, *args: Any, needs_account: bool, holder: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_account:
            self.fields["holder"] = forms.CharField(
                label=_("Account holder"),
                max_length=120,
                initial=holder,
                error_messages={"required": _("Enter in whose name the account is.")},
            )
            self.fields["bank_name"] = forms.CharField(
                label=_("Bank"), max_length=80, error_messages={"required": _("Enter the name of the bank.")}
            )
            self.fields["number"] = forms.CharField(
                label=_("Account number"),
                max_length=40,
                help_text=_("The 16 to 19 digits on the front of your bank card."),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"required": _("Enter the number on your bank card.")},
            )
            self.order_fields(self.field_order)

    def account(self) -> dict[str, str] | None:
        """The new account, None when one was on record."""
        if "number" not in self.fields:
            return None
        return {name: self.cleaned_data[name] for name in ("holder", "bank_name", "number")}


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not? (optional)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It helps us to offer less that does not fit."),
    )
