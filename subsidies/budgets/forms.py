from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import yuan_to_fen
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import FileInput
from subsidies.budgets.models import BudgetLine, ChangeKind, Fund
from subsidies.policies.models import SubsidyItem

MAX_UPLOAD = 5 * 1024 * 1024


class ChangeForm(forms.Form):
    """Money given to a line, taken from it or moved to another of the same year."""

    kind = forms.ChoiceField(label=_("What is to happen"), choices=ChangeKind.choices)
    amount = forms.CharField(
        label=_("Amount (yuan)"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    to_line = forms.ModelChoiceField(
        BudgetLine.objects.none(),
        label=_("To the line"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Only for a move"),
    )
    document = forms.CharField(
        label=_("Document number"),
        max_length=80,
        help_text=_("Of the paper that orders it, for example 成财社〔2026〕12号"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, data: Any = None, *, lines: Any):
        super().__init__(data)
        self.fields["to_line"].queryset = lines  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned:
            try:
                cleaned["amount_fen"] = yuan_to_fen(cleaned.pop("amount"))
            except DomainError as error:
                self.add_error("amount", str(error))
        if cleaned.get("kind") == ChangeKind.MOVE and not cleaned.get("to_line"):
            self.add_error("to_line", _("Choose the line that the money moves to."))
        return cleaned


class LineForm(forms.Form):
    """A new line: it begins without money."""

    region = RegionField(depth=3, at_least=2, label=_("Region"))
    year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    fund = forms.ModelChoiceField(
        Fund.objects.all(), label=_("Fund"), to_field_name="code", empty_label=_("Please choose")
    )
    item = forms.ModelChoiceField(
        SubsidyItem.objects.all(), label=_("Subsidy"), to_field_name="code", empty_label=_("Please choose")
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Budget of the year"),
        help_text=_("An Excel file with the columns 地区, 年度, 资金, 项目, 金额（元）, 文号. At most 5 MB."),
        widget=FileInput(accept=".xlsx"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 5 MB. Leave out everything but the list."))
        return file
