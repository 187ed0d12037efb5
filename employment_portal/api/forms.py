from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.api.enums import Scope

TERMS = [(30, _("30 days")), (90, _("90 days")), (180, _("Half a year")), (365, _("A year"))]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What it is for, such as “Job finder of our school”."),
        error_messages={"required": _("Give it a name by which you know it later.")},
    )
    scope = forms.ChoiceField(
        label=_("It may"), choices=Scope.choices, initial=Scope.READ, widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(label=_("Valid for how long"), choices=TERMS, initial=90, coerce=int)
