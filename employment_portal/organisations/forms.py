from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import IndustryLevel
from employment_portal.classifications.models import Industry
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import check_mobile, check_organisation_code
from employment_portal.organisations.enums import MemberRole, OrganisationKind
from employment_portal.organisations.models import Organisation
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import DateInput, FileInput

PAPERS = ".pdf,.jpg,.jpeg,.png"


def _checked(check, typed: str) -> str:
    try:
        return check(typed).value
    except DomainError as error:
        raise forms.ValidationError(str(error)) from error


class PapersForm(forms.Form):
    licence = forms.FileField(
        label=_("Business licence"),
        help_text=_(
            "Scan or photograph of the original with the QR code visible. PDF, JPEG or PNG, at most 5 MB."
        ),
        widget=FileInput(accept=PAPERS),
    )
    authorisation = forms.FileField(
        label=_("Letter of authorisation"),
        help_text=_(
            "Needed when you are not the legal representative. It must bear the seal of the organisation."
        ),
        widget=FileInput(accept=PAPERS),
        required=False,
    )


class ProfileForm(forms.ModelForm):
    """What an organisation may change of itself at any time."""

    region = RegionField(label=_("Place"), at_least=3)
    industry = forms.ModelChoiceField(
        Industry.objects.filter(level=IndustryLevel.SECTION).order_by("code"),
        label=_("Industry"),
        empty_label=_("Please choose"),
        required=False,
    )

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = [
            "short_name",
            "region",
            "address",
            "industry",
            "nature",
            "scale",
            "founded_on",
            "contact_name",
            "contact_phone",
            "website",
            "description",
        ]
        widgets = {"founded_on": DateInput(), "description": forms.Textarea(attrs={"rows": 6})}
        labels = {
            "short_name": _("Short name"),
            "address": _("Address"),
            "nature": _("Ownership"),
            "scale": _("Number of staff"),
            "founded_on": _("Founded on"),
            "contact_name": _("Contact person"),
            "contact_phone": _("Contact phone"),
            "description": _("About the organisation"),
        }


class RegistrationForm(ProfileForm, PapersForm):
    class Meta(ProfileForm.Meta):
        fields = ["kind", "code", "name", "legal_representative", *ProfileForm.Meta.fields]
        labels = ProfileForm.Meta.labels | {
            "kind": _("Kind of organisation"),
            "code": _("Unified social credit code"),
            "name": _("Registered name"),
            "legal_representative": _("Legal representative"),
        }
        help_texts = {
            "code": _("18 characters, as on the licence."),
            "name": _("In full, as on the licence."),
        }

    field_order = [*Meta.fields, "licence", "authorisation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = OrganisationKind.EMPLOYER
        for name in ("code", "legal_representative", "address", "contact_name", "contact_phone"):
            self.fields[name].required = True

    def clean_code(self) -> str:
        return _checked(check_organisation_code, self.cleaned_data["code"])

    def validate_unique(self) -> None:
        """The action finds a code that is registered already, and says what to do then."""


class IdentityForm(forms.ModelForm):
    """Name, code and legal representative: they change together with a new licence only."""

    class Meta:
        model = Organisation
        fields = ["code", "name", "legal_representative"]
        labels = {
            "code": _("Unified social credit code"),
            "name": _("Registered name"),
            "legal_representative": _("Legal representative"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = self.fields["legal_representative"].required = True

    def clean_code(self) -> str:
        return _checked(check_organisation_code, self.cleaned_data["code"])


class BranchForm(forms.ModelForm):
    region = RegionField(label=_("Place"), at_least=3)

    class Meta:
        model = Organisation
        fields = ["name", "code", "region", "address", "contact_name", "contact_phone"]
        labels = {
            "name": _("Name of the branch"),
            "code": _("Unified social credit code"),
            "address": _("Address"),
            "contact_name": _("Contact person"),
            "contact_phone": _("Contact phone"),
        }
        help_texts = {"code": _("Only if the branch has one of its own.")}

    def clean_code(self) -> str | None:
        typed = self.cleaned_data["code"]
        return _checked(check_organisation_code, typed) if typed else None

    def validate_unique(self) -> None:
        """As for a registration."""


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=60)
    phone = forms.CharField(label=_("Mobile number"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MemberRole.choices,
        initial=MemberRole.MEMBER,
        help_text=_("An owner also manages members, branches and the licence."),
        widget=forms.RadioSelect,
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return _checked(check_mobile, typed) if typed else ""

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and bool(cleaned["phone"]) == bool(cleaned["email"]):
            raise forms.ValidationError(_("Enter a mobile number or an e-mail address, one of the two."))
        return cleaned


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("verify", _("Verify: licence and data agree")),
            ("send_back", _("Send back for correction")),
            ("refuse", _("Refuse")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note to the organisation"),
        required=False,
        max_length=500,
        help_text=_("Needed unless you verify. Say what is wrong and what to do."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
