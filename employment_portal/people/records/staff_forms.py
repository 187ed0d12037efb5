from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from employment_portal.core.identifiers import ResidentId
from employment_portal.people.enums import EmploymentStatus, IdentityDocument, SpellEnd
from employment_portal.people.models import Person
from employment_portal.people.permissions import REGION_FIELDS
from employment_portal.people.records.forms import clean_number, clean_phone
from employment_portal.people.records.registration import EMPLOYER_ENDS
from employment_portal.regions.enums import RegionLevel
from employment_portal.ui.fields import OccupationField, RegionField
from employment_portal.ui.widgets import DateInput

STAFF_STATUSES = [value for value in EmploymentStatus if value != EmploymentStatus.UNEMPLOYED]
STAFF_ENDS = [value for value in SpellEnd if value != SpellEnd.CORRECTED]


def choices_of(values: Any) -> list[tuple[str, Any]]:
    return [(value, value.label) for value in values]


class DayForm(forms.Form):
    """A form whose day field starts with today."""

    day_field = "starts_on"

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields[self.day_field].initial = timezone.localdate


class UnemploymentForm(DayForm):
    place = forms.ChoiceField(label=_("Registered at"), widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("Unemployed since"), widget=DateInput())
    evidence = forms.CharField(
        label=_("Papers seen"),
        max_length=300,
        required=False,
        help_text=_("Which papers were shown, such as the notice of separation."),
    )
    able_and_willing = forms.BooleanField(
        label=_("The person is able to work, and willing to take up work."), required=False
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (
                name,
                _("%(which)s: %(place)s")
                % {
                    "which": capfirst(str(Person._meta.get_field(name).verbose_name)),
                    "place": region.full_name,
                },
            )
            for name in REGION_FIELDS
            if (region := getattr(person, name)) is not None
        ]


class StatusForm(DayForm):
    status = forms.ChoiceField(
        label=_("Status"), choices=choices_of(STAFF_STATUSES), widget=forms.RadioSelect
    )
    starts_on = forms.DateField(label=_("In this status since"), widget=DateInput())
    employer_name = forms.CharField(
        label=_("Employer or business"),
        max_length=120,
        required=False,
        help_text=_("Needed for work at a unit."),
    )
    occupation = OccupationField(label=_("Occupation"), required=False)
    region = RegionField(label=_("Place of work"), at_least=RegionLevel.DISTRICT, required=False)
    evidence = forms.CharField(label=_("Papers seen"), max_length=300, required=False)
    end_earlier = forms.BooleanField(
        label=_("End the employment that runs now on the day before"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("status") == EmploymentStatus.EMPLOYED and not cleaned.get("employer_name"):
            self.add_error("employer_name", _("Enter the employer."))
        return cleaned


class SpellEndForm(DayForm):
    day_field = "last_day"
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.ChoiceField(label=_("Reason"), choices=choices_of(STAFF_ENDS))


class SeparationForm(DayForm):
    day_field = "last_day"
    last_day = forms.DateField(label=_("Last day of work"), widget=DateInput())
    reason = forms.ChoiceField(label=_("Reason"), choices=choices_of(EMPLOYER_ENDS))


class HireForm(DayForm):
    name = forms.CharField(label=_("Full name"), max_length=60)
    document = forms.ChoiceField(label=_("Document"), choices=IdentityDocument.choices)
    number = forms.CharField(
        label=_("Number of the document"), max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )
    starts_on = forms.DateField(label=_("First day of work"), widget=DateInput())
    occupation = OccupationField(label=_("Occupation"), required=False)
    contract_until = forms.DateField(
        label=_("Contract until"),
        required=False,
        widget=DateInput(),
        help_text=_("The last day, as the contract has it."),
    )
    open_ended = forms.BooleanField(label=_("The contract is open-ended"), required=False)

    def clean_number(self) -> ResidentId:
        return clean_number(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts: date | None = cleaned.get("starts_on")
        if starts and cleaned.get("contract_until") and cleaned["contract_until"] < starts:
            self.add_error("contract_until", _("The contract ends before it begins."))
        if cleaned.get("contract_until") and cleaned.get("open_ended"):
            self.add_error(
                "open_ended", _("An open-ended contract has no last day. Leave one of the two out.")
            )
        if not (
            cleaned.get("contract_until") or cleaned.get("open_ended") or "contract_until" in self.errors
        ):
            self.add_error("contract_until", _("Enter the last day, or say that the contract is open-ended."))
        return cleaned


class SignInForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number of the sign-in"),
        max_length=20,
        help_text=_("The person signs in with this number. It must have been confirmed by a code."),
    )

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])
