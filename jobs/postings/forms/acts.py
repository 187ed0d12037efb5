"""What people decide about a posting: copies, extensions, results, reviews."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from employment_portal.ui.widgets import DateInput
from jobs.applications.enums import ApplicationStatus
from jobs.postings.enums import ClosingResult, RejectionReason
from jobs.postings.forms.content import field_label, with_choose
from jobs.postings.models import PostingReport


class CopyForm(forms.Form):
    """A copy asks for its dates only."""

    publish_on = forms.DateField(
        label=_("Publish on"),
        widget=DateInput(),
        required=False,
        help_text=_("Empty: as soon as it is approved."),
    )
    expires_on = forms.DateField(label=_("Open until"), widget=DateInput())


class ExtendForm(forms.Form):
    expires_on = forms.DateField(label=_("Open until"), widget=DateInput())


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("Name of the template"), max_length=60)


class CloseForm(forms.Form):
    """What became of a posting, and who was hired among those with an offer."""

    result = forms.ChoiceField(
        label=_("What became of it"), choices=ClosingResult.choices, widget=forms.RadioSelect
    )
    hired = forms.MultipleChoiceField(
        label=_("Who was hired"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Applicants with an offer or an accepted one. Needed only for “filled through this portal”."
        ),
    )
    offers = forms.ChoiceField(
        label=_("Offers that still wait for an answer"),
        required=False,
        choices=[
            ("keep", _("They stay open: whoever accepts in time is hired")),
            ("withdraw", _("Withdraw them now; the applicants are told")),
        ],
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=_("Message to everybody else who applied"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        label=_("Remark"), max_length=300, required=False, help_text=_("Only your organisation sees it.")
    )

    def __init__(
        self, *args: Any, applications: Any = (), waiting: int = 0, wording: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.open_offers = {
            row.public_id: row.person.name for row in applications if row.status == ApplicationStatus.OFFERED
        }
        if self.open_offers:
            self.fields["offers"].help_text = _("An offer waits for the answer of %(names)s.") % {
                "names": _(", ").join(self.open_offers.values())
            }
        else:
            del self.fields["offers"]
        if waiting or self.open_offers:
            self.fields["message"].initial = wording
            self.fields["message"].help_text = ngettext_lazy(
                "%(n)s applicant is still waiting. They are told when you close the posting, and their "
                "application ends. {name} and {job} are replaced for each person.",
                "%(n)s applicants are still waiting. They are told when you close the posting, and their "
                "applications end. {name} and {job} are replaced for each person.",
                "n",
            ) % {"n": waiting}
        else:
            del self.fields["message"]
        self.fields["hired"].choices = [
            (
                row.public_id,
                _("%(name)s (%(stage)s)") % {"name": row.person.name, "stage": row.get_status_display()},
            )
            for row in applications
        ]
        if not self.fields["hired"].choices:
            del self.fields["hired"]
            self.fields["result"].choices = [
                choice for choice in ClosingResult.choices if choice[0] != ClosingResult.FILLED_HERE
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("result") == ClosingResult.FILLED_HERE and not cleaned.get("hired"):
            self.add_error("hired", _("Choose at least one of them."))
        undecided = set(self.open_offers) - set(cleaned.get("hired") or [])
        if undecided and "offers" not in self.errors and not cleaned.get("offers"):
            self.add_error("offers", _("Say whether these offers stay open or are withdrawn."))
        return cleaned


class BulkForm(forms.Form):
    """One act on several ticked postings."""

    act = forms.ChoiceField(choices=[("pause", ""), ("resume", ""), ("extend", ""), ("close", "")])
    posting = forms.MultipleChoiceField()
    expires_on = forms.DateField(label=_("Open until"), widget=DateInput(), required=False)
    result = forms.ChoiceField(
        label=_("What became of them"),
        required=False,
        choices=[choice for choice in ClosingResult.choices if choice[0] != ClosingResult.FILLED_HERE],
    )

    def __init__(self, *args: Any, ids: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posting"].choices = [(each, each) for each in ids]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("act") == "extend" and not cleaned.get("expires_on"):
            raise forms.ValidationError(_("Choose the new last day."))
        if cleaned.get("act") == "close" and not cleaned.get("result"):
            raise forms.ValidationError(_("Choose what became of them."))
        return cleaned


COMMENT_FIELDS = [
    "title",
    "occupation",
    "region",
    "headcount",
    "pay_min_fen",
    "description",
    "requirements",
    "working_time",
    "contract_type",
    "insurances",
    "questions",
    "expires_on",
]


class ReturnForm(forms.Form):
    """Comments, each beside the field that it is about: the usual ones of a posting, or those of a change."""

    note = forms.CharField(
        label=_("On the whole"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, names: Sequence[str] = COMMENT_FIELDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for name in names:
            self.fields[f"comment_{name}"] = forms.CharField(
                label=field_label(name),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def comment_fields(self) -> list[Any]:
        return [self[f"comment_{name}"] for name in self.names]

    def comments(self) -> list[dict[str, str]]:
        return [
            {"field": name, "text": self.cleaned_data[f"comment_{name}"]}
            for name in self.names
            if self.cleaned_data.get(f"comment_{name}")
        ]


class RejectForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=with_choose(RejectionReason.choices))
    note = forms.CharField(
        label=_("What the employer should know"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReportAnswerForm(forms.Form):
    """A decision about a report. Upholding takes the posting down and needs a reason for the employer."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("uphold", _("The report is right: take the posting down")),
            ("dismiss", _("Nothing wrong: it stays up")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=with_choose(RejectionReason.choices)
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever reported it reads this."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "uphold" and not cleaned.get("reason"):
            self.add_error("reason", _("Choose the reason for taking it down."))
        return cleaned


def reason_of_report(report: PostingReport) -> str:
    """The rejection reason that a report suggests."""
    return {
        PostingReport.Reason.FEE: RejectionReason.FEES,
        PostingReport.Reason.FALSE: RejectionReason.FALSE,
        PostingReport.Reason.DISCRIMINATION: RejectionReason.DISCRIMINATION,
        PostingReport.Reason.FILLED: RejectionReason.OTHER,
    }.get(report.reason, RejectionReason.OTHER)
