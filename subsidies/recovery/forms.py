from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import yuan_to_fen
from employment_portal.regions.terms import MOST_VALUE
from employment_portal.ui.widgets import DateInput
from subsidies.claims.entitlement_models import Entitlement
from subsidies.recovery.models import Cause
from subsidies.recovery.rules import Part


class YuanField(forms.CharField):
    """Yuan as people write them; cleans to fen."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        if not written:
            return None
        try:
            return yuan_to_fen(written)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error


class FindForm(forms.Form):
    text = forms.CharField(
        label=_("Claim number, payment reference or full name"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )


class ProposeForm(forms.Form):
    """Why money is asked back, and how much. ``entitlements``: the people of a roster."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices, widget=forms.RadioSelect)
    qualified_until = forms.DateField(
        label=_("Last day that counts"),
        required=False,
        widget=DateInput(),
        help_text=_("Only where somebody did not qualify in part of the time"),
    )
    entitlement = forms.ModelChoiceField(
        Entitlement.objects.none(),
        label=_("Whose part"),
        required=False,
        empty_label=_("The whole payment"),
        help_text=_("The payment was for several people"),
    )
    amount_fen = YuanField(label=_("Amount to be paid back (yuan)"))
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was found and where. It stands in the letter as you write it."),
    )

    def __init__(self, data: Any = None, *, entitlements: Any, **kwargs: Any):
        super().__init__(data, **kwargs)
        if len(entitlements) > 1:
            field = self.fields["entitlement"]
            field.queryset = entitlements  # type: ignore[attr-defined]
            field.label_from_instance = lambda row: str(row.person or row)  # type: ignore[attr-defined]
        else:
            del self.fields["entitlement"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("cause") == Cause.NO_LONGER_QUALIFIES and not cleaned.get("qualified_until"):
            self.add_error("qualified_until", _("Give the last day that counts."))
        return cleaned


class IssueForm(forms.Form):
    working_days = forms.IntegerField(
        label=_("Working days for paying back"),
        min_value=1,
        max_value=MOST_VALUE,
        initial=20,
    )
    pay_to = forms.CharField(
        label=_("How to pay"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Account holder, bank and account number. It stands in the letter."),
    )


class PlanForm(forms.Form):
    """Parts as lines of ``2027-01-31 500``; the page fills them in evenly."""

    parts = forms.CharField(
        label=_("Parts"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One line for each: the day and the amount in yuan, for example 2027-01-31 500.00"),
    )
    note = forms.CharField(label=_("What was agreed, with whom and when"), max_length=300)

    def clean_parts(self) -> list[Part]:
        found = []
        for number, line in enumerate(self.cleaned_data["parts"].splitlines(), start=1):
            if not line.strip():
                continue
            day, _space, amount = line.strip().partition(" ")
            try:
                found.append(Part(forms.DateField().clean(day), yuan_to_fen(amount)))
            except (forms.ValidationError, DomainError) as error:
                raise forms.ValidationError(
                    _("Line %(number)s is not a day and an amount: write it as 2027-01-31 500.00."),
                    params={"number": number},
                ) from error
            if len(found) > MOST_VALUE:
                break
        return found


class ReceiptForm(forms.Form):
    amount_fen = YuanField(label=_("Amount received (yuan)"))
    received_on = forms.DateField(label=_("Received on"), widget=DateInput())
    reference = forms.CharField(
        label=_("Bank reference"),
        max_length=80,
        help_text=_("As on the bank statement; one line, one receipt"),
    )


class ReferForm(forms.Form):
    to = forms.CharField(label=_("Handed over to"), max_length=120, help_text=_("The court or office"))
    note = forms.CharField(label=_("Document number or note"), max_length=300, required=False)


class WriteOffForm(forms.Form):
    document = forms.CharField(
        label=_("Document number"), max_length=80, help_text=_("Of the paper that allows the write-off")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
