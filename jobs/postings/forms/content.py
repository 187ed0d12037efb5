"""What people type about a posting, made into values of its fields. Drafts may be incomplete."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import Education
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan, yuan_to_fen
from employment_portal.people.enums import Group
from employment_portal.regions.enums import RegionLevel
from employment_portal.ui.fields import OccupationField, RegionField
from employment_portal.ui.widgets import DateInput
from jobs.postings.enums import (
    ContractType,
    EmploymentType,
    Insurance,
    PayUnit,
    QuestionKind,
    Welfare,
)
from jobs.postings.models import Posting
from jobs.postings.rules import REQUIRED

MAX_QUESTIONS = 5
STEPS: dict[str, tuple[Any, list[str]]] = {
    "job": (_("The job"), ["title", "occupation", "employment_type", "keywords", "is_urgent"]),
    "people": (
        _("Place and people"),
        [
            "region",
            "address",
            "headcount",
            "education",
            "experience_months",
            "groups",
            "contact_name",
            "contact_phone",
        ],
    ),
    "pay": (_("Pay"), ["pay_unit", "pay_min_fen", "pay_max_fen", "pay_months", "pay_note"]),
    "terms": (
        _("Contract and insurance"),
        ["working_time", "contract_type", "contract_months", "trial_months", "insurances", "welfare"],
    ),
    "text": (_("Text and dates"), ["description", "requirements", "publish_on", "expires_on"]),
}
STEP_OF_FIELD = {name: step for step, (_label, names) in STEPS.items() for name in names} | {
    "questions": "text"
}
EXPERIENCE = [
    (0, _("No experience needed")),
    (6, _("Half a year")),
    (12, _("1 year")),
    (24, _("2 years")),
    (36, _("3 years")),
    (60, _("5 years")),
    (96, _("8 years")),
    (120, _("10 years")),
]
GROUPS = [
    Group.GRADUATE,
    Group.YOUTH,
    Group.MIGRANT,
    Group.VETERAN,
    Group.DISABLED,
    Group.H_OLDER,
    Group.H_LONG_TERM,
]
CHOOSE = ("", _("Please choose"))


class YuanField(forms.CharField):
    """An amount in yuan as people write it; the value is in fen."""

    def prepare_value(self, value: Any) -> Any:
        return format_yuan(value).replace(",", "") if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        if not text:
            return None
        try:
            fen = yuan_to_fen(text)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        if fen == 0:
            raise forms.ValidationError(_("The amount must be more than 0."))
        if fen > 100_000_000_00:
            raise forms.ValidationError(_("The amount is too large."))
        return fen

    def run_validators(self, value: Any) -> None:
        """The validators of text do not fit a number."""


class WordsField(forms.CharField):
    """Words separated by commas; the value is a list."""

    def prepare_value(self, value: Any) -> Any:
        return "，".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        text = super().to_python(value) or ""
        for sign in "，、;；\n":
            text = text.replace(sign, ",")
        words = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
        if len(words) > 12:
            raise forms.ValidationError(_("Give at most 12 words."))
        if any(len(word) > 40 for word in words):
            raise forms.ValidationError(_("A word has at most 40 characters."))
        return words

    def run_validators(self, value: Any) -> None:
        """Checked word by word above."""


def with_choose(choices: Any) -> list[tuple[Any, Any]]:
    return [CHOOSE, *choices]


class PostingForm(forms.Form):
    """The fields of a posting; ``only`` keeps those of one step.

    ``complete`` demands the lawful fields; otherwise whatever is there is kept, and what cannot be read is reported.
    """

    title = forms.CharField(
        label=_("Job title"),
        max_length=80,
        help_text=_("Short and usual, such as “Care worker for the elderly”. No pay and no advertising."),
    )
    occupation = OccupationField(
        label=_("Occupation"), help_text=_("Write what people call it and choose from the list.")
    )
    employment_type = forms.ChoiceField(label=_("Type of work"), choices=with_choose(EmploymentType.choices))
    keywords = WordsField(
        label=_("Skills and tags"), help_text=_("Separated by commas, at most 12."), max_length=500
    )
    is_urgent = forms.BooleanField(label=_("Urgent hiring"))
    region = RegionField(label=_("Place of work"), at_least=RegionLevel.DISTRICT)
    address = forms.CharField(
        label=_("Address"), max_length=200, help_text=_("Street, number and building, for the way there.")
    )
    headcount = forms.IntegerField(label=_("People wanted"), min_value=1, max_value=9999)
    education = forms.TypedChoiceField(
        label=_("Education"), choices=Education.choices, coerce=int, empty_value=0
    )
    experience_months = forms.TypedChoiceField(
        label=_("Experience"), choices=EXPERIENCE, coerce=int, empty_value=0
    )
    groups = forms.MultipleChoiceField(
        label=_("Especially for"),
        choices=[(group.value, group.label) for group in GROUPS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Others may apply as well."),
    )
    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    contact_phone = forms.CharField(label=_("Contact phone"), max_length=20)
    pay_unit = forms.ChoiceField(label=_("Pay is counted"), choices=with_choose(PayUnit.choices))
    pay_min_fen = YuanField(label=_("Lowest pay, yuan"), help_text=_("Before tax, such as 4800 or 0.5万."))
    pay_max_fen = YuanField(label=_("Highest pay, yuan"))
    pay_months = forms.IntegerField(
        label=_("Months paid a year"),
        min_value=12,
        max_value=24,
        help_text=_("12, or 13 with a month's bonus."),
    )
    pay_note = forms.CharField(
        label=_("How the pay is made up"),
        max_length=200,
        help_text=_("Basic pay, commission, allowances, day of payment."),
    )
    working_time = forms.CharField(
        label=_("Working time"), max_length=120, help_text=_("Hours a day, days off, shifts.")
    )
    contract_type = forms.ChoiceField(label=_("Contract"), choices=with_choose(ContractType.choices))
    contract_months = forms.IntegerField(label=_("Contract, months"), min_value=1, max_value=120)
    trial_months = forms.IntegerField(label=_("Trial period, months"), min_value=0, max_value=6)
    insurances = forms.MultipleChoiceField(
        label=_("Insurance and housing fund"), choices=Insurance.choices, widget=forms.CheckboxSelectMultiple
    )
    welfare = forms.MultipleChoiceField(
        label=_("Benefits"), choices=Welfare.choices, widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label=_("Duties"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One duty a line reads best."),
    )
    requirements = forms.CharField(
        label=_("Conditions"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only what the work needs. Sex, origin, marriage and the like must not be conditions."),
    )
    publish_on = forms.DateField(
        label=_("Publish on"), widget=DateInput(), help_text=_("Empty: as soon as it is approved.")
    )
    expires_on = forms.DateField(label=_("Open until"), widget=DateInput())

    def __init__(self, *args: Any, only: str = "", complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only:
            kept = STEPS[only][1]
            self.fields = {name: self.fields[name] for name in kept}
        for name, field in self.fields.items():
            field.required = complete and name in REQUIRED
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]
        self.has_questions = not only or only == "text"
        if self.has_questions:
            for number in range(1, MAX_QUESTIONS + 1):
                self.fields |= question_fields(number)

    @property
    def question_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "number": number,
                **{part: self[f"question_{number}_{part}"] for part in ("text", "kind", "required")},
            }
            for number in range(1, MAX_QUESTIONS + 1)
            if self.has_questions
        ]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields by step, for the page that shows them all."""
        return [
            {"key": step, "label": label, "fields": [self[name] for name in names if name in self.fields]}
            for step, (label, names) in STEPS.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("pay_min_fen"), cleaned.get("pay_max_fen")
        if low and high and high < low:
            self.add_error("pay_max_fen", _("The highest pay is below the lowest. Swap or correct them."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The values that could be read, by the names of the posting's fields, with the questions."""
        read = dict(self.cleaned_data)
        if "pay_min_fen" in self.fields and not {"pay_min_fen", "pay_max_fen"} <= read.keys():
            read.pop("pay_min_fen", None)  # one end alone could contradict the stored other one
            read.pop("pay_max_fen", None)
        if "pay_months" in read:
            read["pay_months"] = read["pay_months"] or 12
        values = {name: value for name, value in read.items() if not name.startswith("question_")}
        if self.has_questions:
            values["questions"] = [
                {
                    "text": read.get(f"question_{number}_text", ""),
                    "kind": read.get(f"question_{number}_kind") or QuestionKind.TEXT.value,
                    "required": read.get(f"question_{number}_required", False),
                }
                for number in range(1, MAX_QUESTIONS + 1)
                if read.get(f"question_{number}_text")
            ]
        return values


def question_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"question_{number}_text": forms.CharField(
            label=_("Question %(number)s") % {"number": number}, max_length=200, required=False
        ),
        f"question_{number}_kind": forms.ChoiceField(
            label=pgettext_lazy("question", "Answer"),
            choices=QuestionKind.choices,
            required=False,
            initial=QuestionKind.TEXT,
        ),
        f"question_{number}_required": forms.BooleanField(
            label=_("Must be answered"), required=False, initial=True
        ),
    }


def initial_of(posting: Posting, questions: Iterable[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """What the form shows for a posting, with other ``questions`` than the stored ones when they are given."""
    names = [name for _label, fields in STEPS.values() for name in fields]
    initial = {name: getattr(posting, name) for name in names}
    rows = posting.questions.values("text", "kind", "required") if questions is None else questions
    for number, question in enumerate(rows, start=1):
        for part in ("text", "kind", "required"):
            initial[f"question_{number}_{part}"] = question[part]
    return initial


def field_label(name: str) -> Any:
    """What people call a field of a posting."""
    labels = {
        "questions": _("Questions to applicants"),
        "pay_min_fen": _("Pay"),
        "": _("The posting as a whole"),
    }
    if name in labels:
        return labels[name]
    return PostingForm.base_fields[name].label if name in PostingForm.base_fields else name
