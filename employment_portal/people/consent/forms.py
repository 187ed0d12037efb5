from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.ui.widgets import FileInput

PAPERS = ".pdf,.jpg,.jpeg,.png"


class CorrectForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong, and what is right"), max_length=1000, widget=forms.Textarea({"rows": 4})
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        widget=FileInput(accept=PAPERS),
        help_text=_("A picture of the document. PDF, JPEG or PNG, at most 5 MB."),
    )


class ReasonForm(forms.Form):
    """A restriction or its lifting: asked for with or without a reason."""

    text = forms.CharField(
        label=_("Why, if you like to say"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class DeleteForm(forms.Form):
    text = forms.CharField(
        label=_("What should be deleted, and why, if you like to say"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    sure = forms.BooleanField(label=_("I know that my sign-in and my résumé go with it."))


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision on the case"), choices=[], widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Answer to the person"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args, grant_label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("grant", grant_label), ("refuse", _("Refuse"))]


class SittingForm(forms.Form):
    purpose = forms.CharField(
        label=_("What for"), max_length=200, help_text=_("The person reads it, such as “apply for two jobs”.")
    )
    method = forms.ChoiceField(
        label=_("How the person consents"),
        choices=[
            ("code", _("A code goes to the person's phone, and the person tells it")),
            ("signature", _("The person signs a form")),
        ],
        initial="code",
        widget=forms.RadioSelect,
    )
    form = forms.FileField(
        label=_("Signed form"),
        required=False,
        widget=FileInput(accept=PAPERS),
        help_text=_("Only for a signature."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=10,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        return "".join(character for character in self.cleaned_data["code"] if character.isdigit())
