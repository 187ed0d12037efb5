from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    year = forms.IntegerField(min_value=2000, max_value=2100, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Document number or reason"), max_length=300, help_text=_("Whoever decides reads it.")
    )
