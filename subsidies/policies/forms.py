"""Forms of a version's heading, limits, papers and steps, and of the acts on it."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.facts.catalogue import REGION_BASES, FactType, facts_for, subject
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import DateInput
from subsidies.budgets.models import Fund
from subsidies.policies.checking import countable_with
from subsidies.policies.content import ROUNDINGS
from subsidies.policies.fields import YuanField
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.sections import ROUNDING_WORDS, STEP_NAMES, fund_name


class StartForm(forms.Form):
    item = forms.ModelChoiceField(
        SubsidyItem.objects.all(), label=_("Subsidy"), empty_label=_("Please choose")
    )
    region = RegionField(label=_("For the region"), depth=RegionLevel.DISTRICT)

    def __init__(self, *args: Any, regions: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.regions = regions

    def clean_region(self) -> Region:
        region = self.cleaned_data["region"]
        if not self.regions.filter(pk=region.pk).exists():
            raise forms.ValidationError(
                _("You write policies for the place of your post and the districts in it.")
            )
        return region


class HeadingForm(forms.ModelForm):
    class Meta:
        model = PolicyVersion
        fields = [
            "title",
            "summary",
            "legal_basis",
            "confidence",
            "effective_from",
            "effective_until",
            "change_note",
        ]
        widgets = {
            "effective_from": DateInput(),
            "effective_until": DateInput(),
            "summary": forms.Textarea(attrs={"rows": 4}),
            "legal_basis": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("effective_from"), cleaned.get("effective_until")
        if start and end and end < start:
            self.add_error("effective_until", _("The last day lies before the first."))
        return cleaned

    def _post_clean(self) -> None:
        """The constraints of the table are checked when the action writes."""


class RulesForm(forms.Form):
    """Limits, the place that counts, clocks and payment."""

    region_basis = forms.ChoiceField(label=_("The place that counts"))
    lifetime_months = forms.IntegerField(
        label=_("Months in all, at most"), required=False, min_value=1, max_value=1200
    )
    lifetime_count = forms.IntegerField(
        label=_("Times in all, at most"), required=False, min_value=1, max_value=1200
    )
    yearly_count = forms.IntegerField(
        label=_("Times a year, at most"), required=False, min_value=1, max_value=1200
    )
    yearly_with = forms.MultipleChoiceField(
        label=_("Counted in the times a year as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    yearly_fen = YuanField(label=_("Yuan a year, at most"), required=False)
    claim_within_months = forms.IntegerField(
        label=_("To be claimed within months"), required=False, min_value=1, max_value=1200
    )
    from_fact = forms.ChoiceField(label=_("Counted from"), required=False)
    period_months = forms.IntegerField(
        label=_("Months that a claim usually covers"), min_value=1, max_value=12
    )
    rounding = forms.ChoiceField(label=_("Fractions are rounded"))
    rounding_unit_fen = forms.TypedChoiceField(
        label=_("to whole"), coerce=int, choices=[(1, _("fen")), (100, _("yuan"))]
    )
    correction_working_days = forms.IntegerField(
        label=_("Working days for a correction"), min_value=1, max_value=250
    )
    notice_working_days = forms.IntegerField(
        label=_("Working days of public notice"), min_value=0, max_value=250
    )
    payment_working_days = forms.IntegerField(
        label=_("Working days until payment"), min_value=1, max_value=250
    )
    fund = forms.ChoiceField(label=_("Paid from"))
    without_application = forms.BooleanField(label=_("May be offered without application"), required=False)

    def __init__(self, *args: Any, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        bases = [(basis, REGION_BASES[basis]) for basis in subject(item.subject).regions]
        days = [(fact.key, fact.label) for fact in facts_for(item.subject) if fact.type == FactType.DATE]
        self.choose("region_basis", bases)
        self.choose("yearly_with", [(row.code, row.label) for row in countable_with(item)])
        self.choose("from_fact", [("", _("the end of the months claimed")), *days])
        self.choose("rounding", [(key, ROUNDING_WORDS[key]()) for key in ROUNDINGS])
        self.choose("fund", [(fund.code, fund_name(fund)) for fund in Fund.objects.all()])

    def choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(content: dict[str, Any]) -> dict[str, Any]:
        limits = content.get("limits") or {}
        from_fact = (limits.get("from_fact") or {}).get("fact", "")
        return {**content, **limits, "from_fact": from_fact}

    def changes(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content with what the form says."""
        said = self.cleaned_data
        limits = dict(content.get("limits") or {})
        for name in (
            "lifetime_months",
            "lifetime_count",
            "yearly_count",
            "yearly_with",
            "yearly_fen",
            "claim_within_months",
        ):
            limits[name] = said[name]
        before = limits.get("from_fact") or {}
        if said["from_fact"] != before.get("fact", ""):
            limits["from_fact"] = {"fact": said["from_fact"], "args": {}} if said["from_fact"] else None
        plain = (
            "region_basis",
            "period_months",
            "rounding",
            "rounding_unit_fen",
            "correction_working_days",
            "notice_working_days",
            "payment_working_days",
            "fund",
            "without_application",
        )
        return {**content, **{name: said[name] for name in plain}, "limits": limits}


class StepForm(forms.Form):
    name = forms.ChoiceField(label=_("Step"), required=False)
    role = forms.ChoiceField(label=_("Done by"), required=False)
    working_days = forms.IntegerField(
        label=pgettext_lazy("step of a claim", "Working days"), required=False, min_value=1, max_value=250
    )
    from_fen = YuanField(label=_("from yuan on"), required=False)
    below_fen = YuanField(label=_("below yuan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = [("", _("no step")), *((key, words()) for key, words in STEP_NAMES.items())]
        roles = [(role.value, role.label) for role in StaffRole if role in OFFICER_ROLES]
        self.fields["name"].choices = names  # type: ignore[attr-defined]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name") and not cleaned.get("working_days"):
            self.add_error("working_days", _("Say how many working days the step has."))
        return cleaned

    def as_json(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not said.get("name"):
            return None
        written = {name: said[name] for name in ("name", "role", "working_days")}
        return {**written, **{name: said[name] for name in ("from_fen", "below_fen") if said[name]}}


class PaperForm(forms.Form):
    code = forms.SlugField(label=pgettext_lazy("of a paper", "Code"), required=False, max_length=40)
    label = forms.CharField(label=_("Paper"), required=False, max_length=120)
    required = forms.BooleanField(label=_("Required"), required=False)
    commitment_allowed = forms.BooleanField(label=_("A commitment will do"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("code")) != bool(cleaned.get("label")):
            self.add_error("label", _("A paper has a code in Latin letters and a name."))
        return cleaned

    def as_json(self) -> dict[str, Any] | None:
        return dict(self.cleaned_data) if self.cleaned_data.get("code") else None


SPARE = 3
StepFormSet: type[BaseFormSet] = formset_factory(StepForm, extra=SPARE, max_num=20)
PaperFormSet: type[BaseFormSet] = formset_factory(PaperForm, extra=SPARE, max_num=30)


class EndForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Write down the reason.")},
    )
