from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.desk.administration.audit_trail import AuditFilter
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
