from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from employment_portal.classifications.enums import Education
from employment_portal.regions.models import Region
from employment_portal.regions.queries import city_and_districts
from employment_portal.ui.fields import OccupationField
from jobs.invitations.queries import Wanted
from jobs.postings.models import Posting

YEARS = (1, 3, 5, 10)


class Chosen(forms.ModelChoiceField):
    """A row named by a text of the address or the form; one that no row can have is no choice, not an error."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\x00", "?") if isinstance(value, str) else value)


class PlaceField(Chosen):
    """The city and its districts."""

    def label_from_instance(self, region: Any) -> str:
        return region.name


class PeopleFilter(forms.Form):
    """What an employer looks for; everything may be left out."""

    occupation = OccupationField(label=_("Looks for work as"), required=False)
    region = PlaceField(
        label=_("Looks for work in"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=_("Anywhere"),
        required=False,
    )
    education = forms.TypedChoiceField(
        label=_("Education at least"),
        choices=[("", _("Any education")), *((v, label) for v, label in Education.choices if v)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    years = forms.TypedChoiceField(
        label=_("Work experience at least"),
        choices=[
            ("", _("Any experience")),
            *((n, ngettext_lazy("%(n)s year", "%(n)s years", n) % {"n": n}) for n in YEARS),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    q = forms.CharField(
        label=_("Words in the résumé"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, PlaceField)
        field.queryset = city_and_districts()

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            occupation=data.get("occupation"),
            region=data.get("region"),
            education=data.get("education"),
            years=data.get("years"),
            words=data.get("q", ""),
        )


class InviteForm(forms.Form):
    posting = Chosen(
        label=_("Job"),
        queryset=Posting.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={"invalid_choice": _("Choose one of your live jobs.")},
    )
    message = forms.CharField(
        label=_("Message to the person"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Say why you write. The person reads it with the advert."),
    )

    def __init__(self, *args: Any, postings: QuerySet[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["posting"]
        assert isinstance(field, Chosen)
        field.queryset = postings
        field.label_from_instance = lambda posting: posting.title  # type: ignore[method-assign]
