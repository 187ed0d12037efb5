from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.people.consent.texts import TEXTS
from employment_portal.people.enums import HARDSHIP_GROUPS, ConsentPurpose, Group
from employment_portal.people.groups.rules import EVIDENCE, is_sensitive
from employment_portal.ui.widgets import DateInput, FileInput

PAPERS = ".pdf,.jpg,.jpeg,.png"
HARDSHIP = [(group.value, group.label) for group in Group if group in HARDSHIP_GROUPS]
KEY_GROUPS = [(group.value, group.label) for group in Group if group not in HARDSHIP_GROUPS]


class GroupForm(forms.Form):
    group = forms.ChoiceField(
        label=pgettext_lazy("key group", "Group"),
        choices=[(_("Hardship"), HARDSHIP), (_("Key groups"), KEY_GROUPS)],
    )
    basis = forms.CharField(
        label=_("Why you belong to it"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=FileInput(accept=PAPERS),
        help_text=_("PDF, JPEG or PNG, at most 5 MB."),
    )
    evidence_note = forms.CharField(label=_("What was seen"), max_length=300, required=False)
    starts_on = forms.DateField(label=pgettext_lazy("key group", "From"), widget=DateInput())
    ends_on = forms.DateField(label=pgettext_lazy("key group", "Until"), widget=DateInput(), required=False)
    consent = forms.BooleanField(
        label=TEXTS[ConsentPurpose.SENSITIVE_GROUP].text,
        required=False,
        help_text=_("Needed for disability, low income, poverty and release from prison."),
    )

    def __init__(self, *args: Any, at_counter: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["starts_on"].initial = today
        self.fields["ends_on"].initial = today + timedelta(days=364)
        if at_counter:
            self.fields["basis"].label = _("Basis")
            self.fields["consent"].label = format_lazy(
                _("The person has read this and agrees: “{text}”"),
                text=TEXTS[ConsentPurpose.SENSITIVE_GROUP].text,
            )
            self.fields["evidence_note"].help_text = _(
                "Instead of an upload: which document you saw, and its number."
            )
        else:
            del self.fields["evidence_note"]
            self.fields["evidence"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        group = cleaned.get("group")
        if group and "evidence" in self.errors:
            self.errors["evidence"] = self.error_class(
                [_("Upload this: %(paper)s") % {"paper": EVIDENCE[Group(group)]}]
            )
        cleaned.setdefault("evidence_note", "")
        return cleaned

    def sensitive(self) -> bool:
        return is_sensitive(self.cleaned_data.get("group", ""))


class GroupDecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision on the case"),
        choices=[("certify", _("Certify for the time below")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(label=pgettext_lazy("key group", "From"), widget=DateInput())
    ends_on = forms.DateField(
        label=pgettext_lazy("key group", "Until"),
        widget=DateInput(),
        required=False,
        help_text=_("Last day. Empty only where nothing can change."),
    )
    note = forms.CharField(
        label=_("Note to the person"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed for a refusal."),
    )


class GroupEndForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(
        label=_("Reason for leaving"), max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate
