from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId, check_mobile, check_resident_id
from employment_portal.people.consent.texts import TEXTS
from employment_portal.people.enums import ConsentPurpose, IdentityDocument, RetirementCategory
from employment_portal.people.models import Person
from employment_portal.people.records.rules import CategoryNeeded, WrongDocument, category_of, check_document
from employment_portal.regions.enums import RegionLevel
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import MonthInput

WOMEN = [
    (value, RetirementCategory(value).label)
    for value in (RetirementCategory.WOMAN_50, RetirementCategory.WOMAN_55)
]


class MonthField(forms.DateField):
    """A month; cleans to its first day."""

    widget = MonthInput

    def __init__(self, **kwargs: Any):
        super().__init__(
            input_formats=["%Y-%m", "%Y-%m-%d", "%Y.%m", "%Y/%m"],
            error_messages={"invalid": _("Enter year and month, such as 2024-07.")},
            **kwargs,
        )


def clean_phone(typed: str) -> str:
    try:
        return check_mobile(typed).value
    except DomainError as error:
        raise forms.ValidationError(str(error)) from error


def clean_number(typed: str) -> ResidentId:
    try:
        return check_resident_id(typed)
    except DomainError as error:
        raise forms.ValidationError(str(error)) from error


class ContactForm(forms.ModelForm):
    """What a person may change of their record at any time."""

    household_region = RegionField(label=_("Registered household"), at_least=RegionLevel.DISTRICT)
    residence_region = RegionField(label=_("Where you live"), at_least=RegionLevel.DISTRICT)
    work_region = RegionField(
        label=_("Where you work"),
        at_least=RegionLevel.DISTRICT,
        required=False,
        help_text=_("Leave empty if you do not work at present."),
    )
    insured_region = RegionField(
        label=_("Where you are insured"),
        at_least=RegionLevel.DISTRICT,
        required=False,
        help_text=_("Place of your social insurance, if you have one."),
    )
    education = forms.TypedChoiceField(
        label=_("Highest education"),
        choices=[("", "—"), *((value, label) for value, label in Education.choices if value)],
        coerce=int,
        empty_value=None,
    )
    graduated_on = MonthField(
        label=_("Graduated in"),
        required=False,
        help_text=_("Month of your last graduation, such as 2024-07."),
    )

    class Meta:
        model = Person
        fields = [
            "phone",
            "household_region",
            "residence_region",
            "work_region",
            "insured_region",
            "education",
            "graduated_on",
        ]
        labels = {"phone": _("Mobile number")}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        phone = self.fields["phone"]
        phone.required = True
        phone.max_length = None
        phone.validators = []
        phone.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel", "maxlength": 20}

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class RecordForm(ContactForm):
    """The real-name record as it is first made."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=60,
        help_text=_("As on the document."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    document = forms.ChoiceField(
        label=_("Document"), choices=IdentityDocument.choices, initial=IdentityDocument.RESIDENT
    )
    number = forms.CharField(
        label=_("Number of the document"),
        help_text=_(
            "18 characters. Birth date and sex are taken from it; it is stored encrypted and shown masked."
        ),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "maxlength": 30}),
    )
    retirement_category = forms.ChoiceField(
        label=_("For women: original retirement age"),
        choices=WOMEN,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("50 for workers, 55 for administrative and technical posts. Men leave this empty."),
    )
    consent = forms.BooleanField(
        label=TEXTS[ConsentPurpose.REAL_NAME].text,
        error_messages={"required": _("The check of name and number needs your consent.")},
    )

    field_order = [
        "name",
        "document",
        "number",
        "retirement_category",
        *ContactForm.Meta.fields,
        "consent",
    ]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if any(character.isdigit() for character in name):
            raise forms.ValidationError(_("A name has no digits. Write it as on the document."))
        return name

    def clean_number(self) -> ResidentId:
        return clean_number(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        number: ResidentId | None = cleaned.get("number")
        if number is not None:
            try:
                check_document(number, cleaned.get("document", ""))
            except WrongDocument as error:
                self.add_error("document", str(error))
            try:
                category_of(number.sex, cleaned.get("retirement_category", ""))
            except CategoryNeeded as error:
                self.add_error("retirement_category", str(error))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What ``register_person`` takes; the consent is that the form was sent."""
        return {name: value for name, value in self.cleaned_data.items() if name != "consent"}


class CounterRecordForm(RecordForm):
    """The same at the counter, with the person and the document in front of the clerk."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = _("The person was told of the identity check and consents to it.")
        self.fields["residence_region"].label = _("Lives in")
        self.fields["work_region"].label = _("Works in")
        self.fields["insured_region"].label = _("Insured in")
        for name in ("work_region", "insured_region"):
            self.fields[name].help_text = ""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}), strip=True
    )
