from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.ui.widgets import FileInput

MOBILE = RegexValidator(r"^1[3-9]\d{9}$", _("Enter a mobile number of 11 digits."))


class ObjectionForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=11,
        validators=[MOBILE],
        help_text=_("The answer is sent there. Only the officer who decides sees your name and number."),
    )
    text = forms.CharField(
        label=_("What is wrong with this line"),
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = forms.FileField(
        label=_("Evidence (optional)"),
        required=False,
        help_text=_("PDF or picture, at most 5 MB"),
        widget=FileInput(accept=".pdf,.jpg,.jpeg,.png"),
    )


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("objection", "Decision"),
        choices=[
            ("reject", _("Reject: the claim stays approved")),
            ("uphold", _("Uphold: the approval is revoked and nothing is paid")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=pgettext_lazy("given", "Answer"),
        max_length=2000,
        help_text=_("What was checked and found. Whoever objected and the claimant read it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DraftForm(forms.Form):
    """Hidden fields of the button beside a group of approved claims, and what the notice says."""

    region = forms.CharField(max_length=12, widget=forms.HiddenInput)
    item = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    standard = forms.CharField(
        label=_("Standard"), max_length=300, help_text=_("How much is paid for what, in one sentence")
    )
    contact = forms.CharField(
        label=_("Where to object"), max_length=200, help_text=_("Office, address and telephone")
    )
