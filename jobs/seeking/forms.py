from django import forms
from django.utils.translation import gettext_lazy as _

from jobs.postings.models import PostingReport
from jobs.seeking.models import SavedSearch


class KeepSearchForm(forms.Form):
    name = forms.CharField(label=_("Name of this search"), max_length=80, required=False)
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=SavedSearch.Frequency.choices,
        initial=SavedSearch.Frequency.DAILY,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, with_address: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if with_address:
            self.fields["frequency"].choices = SavedSearch.Frequency.choices[1:]
            self.fields["email"] = forms.EmailField(
                label=_("E-mail address"),
                help_text=_("We send a link there first; nothing else is sent before you follow it."),
            )


class FrequencyForm(forms.Form):
    frequency = forms.ChoiceField(choices=SavedSearch.Frequency.choices)


class ReportForm(forms.ModelForm):
    # Declared, because the radio buttons of a model's choices begin with an empty one.
    reason = forms.ChoiceField(
        label=_("What is wrong"), choices=PostingReport.Reason.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = PostingReport
        fields = ["reason", "text", "contact"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        labels = {"text": _("Details"), "contact": _("How to reach you")}
        help_texts = {
            "text": _("For example who asked for money, when and how."),
            "contact": _("Only if you want an answer."),
        }
