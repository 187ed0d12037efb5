from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.desk.administration.audit_trail import AuditFilter
from employment_portal.regions.models import Region
from employment_portal.regions.terms import LEAST_VALUE, MOST_VALUE, TermCode, Unit
from employment_portal.ui.widgets import DateInput


class AuditFilterForm(forms.Form):
    actor = forms.CharField(label=_("Who"), required=False, max_length=100)
    action = forms.CharField(label=_("Action"), required=False, max_length=60)
    subject = forms.CharField(label=_("Number of the subject"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)

    def asked(self) -> AuditFilter:
        """The filter; a field that does not parse does not filter, and its error is shown."""
        self.full_clean()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        return AuditFilter(**values)


class TermForm(forms.Form):
    """A new value of a term, from a later day on."""

    code = forms.ChoiceField(label=_("Term"))
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Place"), to_field_name="code", empty_label=_("Please choose")
    )
    value = forms.IntegerField(
        label=pgettext_lazy("of a term", "Value"), min_value=LEAST_VALUE, max_value=MOST_VALUE
    )
    effective_from = forms.DateField(
        label=pgettext_lazy("of a term", "From"), widget=DateInput, help_text=_("Tomorrow or a later day.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The document that sets the value, with its number.")
    )

    def __init__(self, data: Any = None, *, places: list[Region], place: Region):
        super().__init__(data, initial={"region": place.code})
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (code.value, f"{code.label} ({Unit(code.unit).label})") for code in TermCode
        ]
        self.fields["region"].queryset = Region.objects.filter(  # type: ignore[attr-defined]
            pk__in=[region.pk for region in places]
        ).order_by("level", "code")
