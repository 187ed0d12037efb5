from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import Education, SkillLevel
from employment_portal.people.enums import ResumeVisibility, WantedEmployment
from employment_portal.people.models import (
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
)
from employment_portal.people.records.forms import MonthField
from employment_portal.regions.enums import RegionLevel
from employment_portal.ui.fields import OccupationField, RegionField
from employment_portal.ui.widgets import DateInput

WANTED = 3  # occupations and places that one may name


def _check_period(form: forms.ModelForm) -> None:
    starts, ends = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if starts and ends and ends < starts:
        form.add_error("ends_on", _("The end lies before the beginning."))


class AboutForm(forms.ModelForm):
    class Meta:
        model = Resume
        fields = ["headline", "summary", "email", "available_from"]
        widgets = {"summary": forms.Textarea({"rows": 6}), "available_from": DateInput()}
        labels = {
            "headline": _("Headline"),
            "summary": _("About me"),
            "email": _("E-mail address"),
            "available_from": _("Can start on"),
        }
        help_texts = {
            "headline": _("One line, such as “Nurse with five years in geriatric care”."),
            "summary": _("What you can do and what you look for. At most 1,000 characters."),
            "email": _("For employers; your sign-in stays as it is."),
        }


class EducationForm(forms.ModelForm):
    level = forms.TypedChoiceField(
        label=_("Education"), choices=[(v, label) for v, label in Education.choices if v], coerce=int
    )
    starts_on = MonthField(label=pgettext_lazy("period", "From"), required=False)
    ends_on = MonthField(
        label=pgettext_lazy("period", "Until"),
        required=False,
        help_text=_("Leave empty if you are still studying there."),
    )

    class Meta:
        model = ResumeEducation
        fields = ["school", "level", "major", "starts_on", "ends_on"]
        labels = {"school": _("School"), "major": _("Field of study")}

    def clean(self) -> dict[str, Any]:
        super().clean()
        _check_period(self)
        return self.cleaned_data


class WorkForm(forms.ModelForm):
    starts_on = MonthField(label=pgettext_lazy("period", "From"))
    ends_on = MonthField(
        label=pgettext_lazy("period", "Until"),
        required=False,
        help_text=_("Leave empty if you still work there."),
    )

    class Meta:
        model = ResumeWork
        fields = ["employer", "title", "starts_on", "ends_on", "description"]
        labels = {"employer": _("Employer"), "title": _("Job title"), "description": _("What you did")}
        widgets = {"description": forms.Textarea({"rows": 5})}

    def clean(self) -> dict[str, Any]:
        super().clean()
        _check_period(self)
        return self.cleaned_data


class SkillForm(forms.ModelForm):
    class Meta:
        model = ResumeSkill
        fields = ["name", "years"]
        labels = {"name": _("Skill"), "years": _("Years of practice")}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        super().clean()
        name = self.cleaned_data.get("name")
        others = ResumeSkill.objects.filter(resume=self.instance.resume_id, name=name).exclude(
            pk=self.instance.pk
        )
        if name and others.exists():
            self.add_error("name", _("This skill is in the list already."))
        return self.cleaned_data


class CertificateForm(forms.ModelForm):
    level = forms.TypedChoiceField(
        label=_("Skill level"),
        choices=[("", _("No level")), *SkillLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    issued_on = MonthField(label=_("Issued in"), required=False)

    class Meta:
        model = ResumeCertificate
        fields = ["name", "level", "number", "issued_on"]
        labels = {"name": _("Certificate"), "number": _("Certificate number")}


class ExpectationForm(forms.Form):
    """Up to three occupations and places, the kinds of employment and the least pay."""

    occupation_1 = OccupationField(label=_("Wanted occupation"), required=False)
    occupation_2 = OccupationField(label=_("Second occupation"), required=False)
    occupation_3 = OccupationField(label=_("Third occupation"), required=False)
    region_1 = RegionField(
        label=_("Wanted place"), at_least=RegionLevel.CITY, depth=RegionLevel.DISTRICT, required=False
    )
    region_2 = RegionField(
        label=_("Second place"), at_least=RegionLevel.CITY, depth=RegionLevel.DISTRICT, required=False
    )
    region_3 = RegionField(
        label=_("Third place"), at_least=RegionLevel.CITY, depth=RegionLevel.DISTRICT, required=False
    )
    employment_types = forms.MultipleChoiceField(
        label=_("Kind of employment"),
        choices=WantedEmployment.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    pay_min = forms.IntegerField(
        label=_("Least monthly pay, in yuan"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        widget=forms.NumberInput({"inputmode": "numeric", "step": 100}),
    )

    def values(self) -> dict[str, Any]:
        """What ``save_expectation`` takes: duplicates are dropped, the order stays."""
        data = self.cleaned_data
        numbers = range(1, WANTED + 1)
        pay = data["pay_min"]
        return {
            "occupations": list(dict.fromkeys(filter(None, (data[f"occupation_{n}"] for n in numbers)))),
            "regions": list(dict.fromkeys(filter(None, (data[f"region_{n}"] for n in numbers)))),
            "employment_types": data["employment_types"],
            "pay_min_fen": pay * 100 if pay else None,
        }


class VisibilityForm(forms.Form):
    visibility = forms.ChoiceField(
        label=_("Who sees my résumé"), choices=ResumeVisibility.choices, widget=forms.RadioSelect
    )


class BlockForm(forms.Form):
    employer = forms.CharField(
        label=_("Name of the employer"), max_length=120, widget=forms.TextInput({"type": "search"})
    )
