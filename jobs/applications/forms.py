from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan, yuan_to_fen
from employment_portal.ui.widgets import DateInput, DateTimeInput, FileInput
from jobs.applications.enums import InterviewKind, RejectReason, ResumeKind
from jobs.applications.models import Answer, Application
from jobs.applications.queries import SORTS
from jobs.applications.rules import slot
from jobs.applications.uploads import check_upload
from jobs.postings.enums import PayUnit, QuestionKind
from jobs.postings.models import Posting, PostingQuestion


class ResumeForm(forms.Form):
    """The résumé on file or a file of one's own."""

    kind = forms.ChoiceField(
        label=_("Which résumé do you want to send?"),
        choices=ResumeKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a résumé.")},
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF or Word (.docx), at most 5 MB."),
        widget=FileInput(accept=".pdf,.docx"),
        error_messages={"empty": _("The file is empty. Choose another one.")},
    )

    def __init__(self, *args: Any, has_upload: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_upload = has_upload

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                check_upload(file, size=file.size)
            except DomainError as error:
                raise forms.ValidationError(error.message) from None
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_file = cleaned.get("kind") == ResumeKind.UPLOAD
        if wants_file and "file" not in self.errors and not cleaned.get("file") and not self.has_upload:
            self.add_error("file", _("Choose the file that you want to send."))
        return cleaned


class AnswersForm(forms.Form):
    """One field per question of the employer, and for each imported answer a box to say that it was checked."""

    def __init__(
        self, *args: Any, questions: list[PostingQuestion], answers: dict[int, Answer], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.imported = {pk for pk, answer in answers.items() if not answer.checked}
        for question in questions:
            known = answers.get(question.pk)
            self.fields[self.name(question)] = self._field(question, known.text if known else "")
            if question.pk in self.imported:
                self.fields[f"checked_{question.pk}"] = forms.BooleanField(
                    label=_("I have checked this answer; it still holds."), required=False
                )

    @staticmethod
    def name(question: PostingQuestion) -> str:
        return f"question_{question.pk}"

    @staticmethod
    def _field(question: PostingQuestion, initial: str) -> forms.Field:
        shared: dict[str, Any] = {
            "label": question.text,
            "required": question.required,
            "initial": initial,
            "error_messages": {"required": _("Answer this question.")},
        }
        if question.kind == QuestionKind.YES_NO:
            return forms.ChoiceField(
                choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect, **shared
            )
        if question.kind == QuestionKind.NUMBER:
            shared["error_messages"]["invalid"] = _("Enter a number.")
            return forms.DecimalField(
                max_digits=12,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                **shared,
            )
        return forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **shared)

    def rows(self) -> list[dict[str, Any]]:
        """Each question's field, with the box of an imported answer."""
        return [
            {
                "field": self[self.name(question)],
                "box": self[f"checked_{question.pk}"] if question.pk in self.imported else None,
            }
            for question in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in self.questions:
            name = self.name(question)
            if (
                question.pk in self.imported
                and not cleaned.get(f"checked_{question.pk}")
                and name not in self.errors
                and str(cleaned.get(name) or "") == self.fields[name].initial
            ):
                self.add_error(name, _("Check this answer from your last application and tick the box."))
        return cleaned

    def texts(self) -> dict[int, str]:
        values = {question.pk: self.cleaned_data.get(self.name(question)) for question in self.questions}
        return {pk: "" if value is None else str(value) for pk, value in values.items()}

    def checked(self) -> set[int]:
        return {pk for pk in self.imported if self.cleaned_data.get(f"checked_{pk}")}


class LetterForm(forms.ModelForm):
    class Meta:
        model = Application
        fields = ["letter", "share_phone"]
        help_texts = {
            "letter": _("Optional. Say in a few sentences why this job suits you; at most 2,000 characters."),
            "share_phone": _("You can see who looked at your number and when."),
        }
        widgets = {"letter": forms.Textarea(attrs={"rows": 8})}


class SendForm(forms.Form):
    agree = forms.BooleanField(
        label=_("I agree that this employer receives the data shown here for this job."),
        error_messages={"required": _("Without your agreement the application cannot be sent.")},
    )


class ReasonForm(forms.Form):
    """A free reason, such as for withdrawing; may be empty unless ``required``."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].error_messages["required"] = _("Give a reason.")


class InterviewAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            ("accept", _("I will come")),
            ("ask_other_time", _("I want to come, but at another time")),
            ("decline", _("I do not want an interview")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    reply = forms.CharField(
        label=_("Message to the employer"),
        help_text=_("For another time: say when you can come."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "ask_other_time" and not (cleaned.get("reply") or "").strip():
            self.add_error("reply", _("Say when you can come."))
        return cleaned


class AcceptForm(forms.Form):
    end_earlier = forms.BooleanField(required=False)


MESSAGE_HINT = _("{name} and {job} are replaced for each person.")


class MessageForm(forms.Form):
    """The message of a step, from the employer's own wording."""

    message = forms.CharField(
        label=_("Message to the applicant"),
        max_length=1000,
        help_text=MESSAGE_HINT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    keep = forms.BooleanField(label=_("Use this wording from now on"), required=False)


class RejectForm(MessageForm):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *RejectReason.choices],
        help_text=_("For your own records; the applicant only reads the message."),
        error_messages={"required": _("Choose a reason.")},
    )
    field_order = ["reason", "message", "keep"]


class InterviewForm(MessageForm):
    kind = forms.ChoiceField(label=_("How"), choices=InterviewKind.choices, widget=forms.RadioSelect)
    starts_at = forms.DateTimeField(label=_("Date and time"), widget=DateTimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=30)
    place = forms.CharField(
        label=_("Place, number or link"),
        max_length=300,
        help_text=_("Where to come, which number you call, or the address of the video meeting."),
    )
    contact = forms.CharField(
        label=_("Contact"),
        max_length=100,
        required=False,
        help_text=_("Name and telephone for questions on the day."),
    )
    field_order = ["kind", "starts_at", "minutes", "place", "contact", "message", "keep"]

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_starts_at(self) -> datetime:
        starts_at = self.cleaned_data["starts_at"]
        if starts_at <= self.now:
            raise forms.ValidationError(_("Choose a time that has not passed yet."))
        if starts_at > self.now + timedelta(days=180):
            raise forms.ValidationError(_("Choose a time within the next six months."))
        return starts_at


class BulkInterviewForm(InterviewForm):
    """One invitation for many: all at the same time, or one after the other on one day."""

    times = forms.ChoiceField(
        label=_("Times"),
        choices=[
            ("in_turn", _("One after the other, each at a time of their own")),
            ("together", _("All at the same time")),
        ],
        initial="in_turn",
        widget=forms.RadioSelect,
    )
    pause = forms.IntegerField(
        label=_("Minutes between two interviews"), min_value=0, max_value=240, initial=0, required=False
    )
    field_order = [
        "kind",
        "times",
        "starts_at",
        "minutes",
        "pause",
        "place",
        "contact",
        "message",
        "keep",
    ]

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        self.fields["starts_at"].label = _("Date and time of the first interview")
        self.fields["minutes"].label = _("Minutes each")

    def clean_pause(self) -> int:
        return self.cleaned_data["pause"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {"starts_at", "minutes", "pause"} <= cleaned.keys()
        if cleaned.get("times") == "in_turn" and needed:
            last = slot(
                cleaned["starts_at"], self.count - 1, minutes=cleaned["minutes"], pause=cleaned["pause"]
            )
            if timezone.localdate(last) != timezone.localdate(cleaned["starts_at"]):
                self.add_error(
                    "starts_at",
                    _(
                        "These interviews do not fit into one day: the last would begin on %(time)s. "
                        "Begin earlier, or invite fewer at once."
                    )
                    % {"time": f"{timezone.localtime(last):%Y-%m-%d %H:%M}"},
                )
        return cleaned


class OfferForm(MessageForm):
    pay = forms.CharField(
        label=_("Pay, yuan"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    pay_unit = forms.ChoiceField(label=_("Pay is"), choices=PayUnit.choices)
    starts_on = forms.DateField(label=_("First day of work"), widget=DateInput)
    contract_months = forms.IntegerField(
        label=_("Contract, months"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=_("Leave empty for an open-ended contract."),
    )
    answer_by = forms.DateField(label=_("Answer by"), widget=DateInput)
    field_order = ["pay", "pay_unit", "starts_on", "contract_months", "answer_by", "message", "keep"]

    def __init__(self, *args: Any, posting: Posting, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "pay": format_yuan(posting.pay_min_fen).replace(",", ""),
            "pay_unit": posting.pay_unit,
            "contract_months": posting.contract_months,
            "starts_on": today + timedelta(days=14),
            "answer_by": today + timedelta(days=5),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_pay(self) -> int:
        try:
            fen = yuan_to_fen(self.cleaned_data["pay"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from None
        if not 0 < fen < 10**13:
            raise forms.ValidationError(_("Enter the pay in yuan, more than zero."))
        return fen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, answer_by = cleaned.get("starts_on"), cleaned.get("answer_by")
        if starts_on and not self.today <= starts_on <= self.today + timedelta(days=365):
            self.add_error("starts_on", _("The first day of work lies between today and a year from now."))
        if answer_by and answer_by < self.today:
            self.add_error("answer_by", _("Give the applicant at least until today."))
        elif starts_on and answer_by and answer_by > starts_on:
            self.add_error("answer_by", _("The answer is due before the first day of work."))
        return cleaned


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the note first.")},
    )


class ReceivedFilter(forms.Form):
    """Filters and order of the employer's lists; anything unknown falls back to the default."""

    q = forms.CharField(required=False, max_length=60)
    job = forms.CharField(required=False, max_length=20)
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in SORTS])
