import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.ui.widgets import DateInput, FileInput
from subsidies.budgets.models import BudgetLine
from subsidies.payments import rules
from subsidies.payments.enums import BankFormat, Direction
from subsidies.payments.formats.records import MAX_BYTES
from subsidies.payments.simulator import SCENARIOS, TROUBLES
from subsidies.policies.models import SubsidyItem
from subsidies.recovery.forms import YuanField


class AccountForm(forms.Form):
    """Where somebody is paid to. ``staff`` may confirm a holder written in another way than the record."""

    holder = forms.CharField(
        label=_("Account holder"), max_length=120, help_text=_("As it stands on the account.")
    )
    bank_name = forms.CharField(
        label=_("Bank and branch"), max_length=80, help_text=_("For example: 中国工商银行成都建设路支行")
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank_code = forms.RegexField(
        r"^\d{12}(\d{2})?$",
        label=_("Bank code (CNAPS)"),
        required=False,
        help_text=_("12 or 14 digits, if you know it."),
        error_messages={"invalid": _("A CNAPS code has 12 digits. Leave it empty if you do not know it.")},
    )

    def __init__(self, data: Any = None, *, person: bool, staff: bool = False, initial: Any = None):
        super().__init__(data, initial=initial)
        self.person = person
        self.fields["number"].help_text = (
            _("The 16 to 19 digits on the front of your bank card.")
            if person
            else _("The settlement account.")
        )
        if staff:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("I have seen a proof that the holder is the claimant"), required=False
            )
            self.fields["reason"] = forms.CharField(
                label=_("From which paper"),
                max_length=300,
                help_text=_("What the claimant brought or sent, and when. A colleague compares it."),
            )

    def clean_number(self) -> str:
        check = rules.card_number if self.person else rules.organisation_number
        try:
            return check(self.cleaned_data["number"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("holder", "bank_name"):
            if name in cleaned:
                try:
                    cleaned[name] = rules.holder_name(cleaned[name])
                except DomainError as error:
                    self.add_error(name, str(error))
        return cleaned


class BatchForm(forms.Form):
    """What goes into a batch. ``run_key`` makes a repeated click harmless."""

    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)
    item = forms.ModelChoiceField(
        SubsidyItem.objects.all(),
        label=_("Subsidy"),
        required=False,
        to_field_name="code",
        empty_label=_("Every item"),
    )
    format = forms.ChoiceField(label=_("Bank format"), choices=BankFormat.choices)
    run_key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, data: Any = None, *, years: list[int]):
        super().__init__(data, initial={"run_key": uuid.uuid4().hex})
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class NumberForm(forms.Form):
    """An account number read from the paper a second time."""

    number = forms.CharField(
        label=_("Account number, read from the paper again"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class HandInForm(forms.Form):
    bank_reference = forms.CharField(
        label=_("The bank's receipt number"),
        max_length=80,
        help_text=_("From the receipt that the bank gave for the file."),
    )


class ReturnForm(forms.Form):
    """An answer of the bank; what it is, is told by its content."""

    file = forms.FileField(
        label=_("Return file of the bank"),
        help_text=_("The delimited return file (回盘) or an ISO 20022 pain.002 or pacs.004, up to 64 MB."),
        widget=FileInput(accept=".txt,.xml,.csv,.dat"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 64 MB. Ask the bank for one return file per batch.")
            )
        return file


class ResolutionForm(forms.Form):
    """How a case should end; ``choices`` are those that it offers as things stand."""

    resolution = forms.ChoiceField(label=_("How the case should end"), widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Reference of the payment, or number of the order"),
        max_length=35,
        required=False,
        help_text=_("Only when the money belongs to a payment of ours, or pays back a recovery order."),
    )
    on = forms.DateField(
        label=_("Day it was paid"),
        required=False,
        widget=DateInput,
        help_text=_("Only when the payee received it."),
    )
    note = forms.CharField(
        label=_("What the bank said, and when"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, choices: dict[str, Any]):
        super().__init__(data)
        self.fields["resolution"].choices = list(choices.items())  # type: ignore[attr-defined]
        if "belongs_to" not in choices:
            del self.fields["reference"]
        if not {"settle", "follow"} & set(choices):
            del self.fields["on"]


class PayerForm(forms.Form):
    """The account that a finance office pays from, from a day on."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Place"), to_field_name="code", empty_label=_("Please choose")
    )
    name = forms.CharField(label=_("Account holder"), max_length=120)
    account = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank_name = forms.CharField(label=_("Bank and branch"), max_length=80)
    bank_code = forms.RegexField(
        r"^\d{12}(\d{2})?$",
        label=_("Bank code (CNAPS)"),
        required=False,
        help_text=_("12 or 14 digits, if you know it."),
        error_messages={"invalid": _("A CNAPS code has 12 digits. Leave it empty if you do not know it.")},
    )
    effective_from = forms.DateField(
        label=_("Pays from"), widget=DateInput, help_text=_("Batches made before keep the account they have.")
    )
    document = forms.CharField(label=_("Document number"), max_length=80)

    def __init__(self, data: Any = None, *, user: Any):
        regions = own_regions(user, StaffRole.FINANCE_OFFICER)
        super().__init__(data, initial={"region": regions[0].code if regions else ""})
        self.fields["region"].queryset = Region.objects.filter(  # type: ignore[attr-defined]
            pk__in=[region.pk for region in regions]
        ).order_by("level", "code")


class CashForm(forms.Form):
    """Cash on the statement that no batch explains."""

    direction = forms.ChoiceField(label=_("Which way"), choices=Direction.choices, widget=forms.RadioSelect)
    line = forms.ModelChoiceField(
        BudgetLine.objects.none(),
        empty_label=_("Please choose"),
        label=_("Budget line whose account it is on"),
        to_field_name="public_id",
        help_text=_("It waits there until its case is resolved."),
    )
    amount_fen = YuanField(label=_("Amount (yuan)"))
    moved_on = forms.DateField(label=_("Day on the statement"), widget=DateInput)
    reference = forms.CharField(label=_("Bank reference"), max_length=80)
    counterparty = forms.CharField(label=_("From whom or to whom"), max_length=120, required=False)
    note = forms.CharField(label=_("What the statement says"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, lines: Any):
        super().__init__(data)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = line_label  # type: ignore[attr-defined]


def line_label(line: BudgetLine) -> str:
    return f"{line.year} {line.region.name} {line.item.name} · {line.fund.name}"


class SimulatorForm(forms.Form):
    """How the simulated bank behaves."""

    scenario = forms.ChoiceField(label=_("What it answers by itself"), choices=list(SCENARIOS.items()))
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=10**9)
    trouble = forms.ChoiceField(label=_("On the line"), choices=list(TROUBLES.items()), required=False)
    by_itself = forms.BooleanField(label=_("Answer every file at once"), required=False)


class AnswerForm(forms.Form):
    name = forms.CharField(max_length=80)
    scenario = forms.ChoiceField(choices=list(SCENARIOS.items()))


def own_regions(user: Any, role: str) -> list[Region]:
    """The regions of the user's posts in a role, each once."""
    found = {post.agency.region_id: post.agency.region for post in user.current_posts() if post.role == role}
    return sorted(found.values(), key=lambda region: (region.level, region.code))


def own_region(user: Any, role: str) -> Region:
    """The region of the user's first post in a role."""
    return next(post.agency.region for post in user.current_posts() if post.role == role)
