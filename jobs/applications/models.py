from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from jobs.applications.enums import (
    ENDED_STATES,
    ApplicationStatus,
    ContactKind,
    InterviewKind,
    InterviewState,
    OfferState,
    RejectReason,
    ResumeKind,
)


def upload_path(instance: "Application", filename: str) -> str:
    """A random name that tells nothing, with one of the two endings that are accepted."""
    return f"jobs/applications/{get_random_string(32)}.{'docx' if filename.endswith('.docx') else 'pdf'}"


class ApplicationQuerySet(models.QuerySet):
    def of_person(self, person) -> "ApplicationQuerySet":
        return self.filter(person=person)

    def live(self) -> "ApplicationQuerySet":
        """Drafts and applications that are neither hired nor ended."""
        return self.exclude(status__in=ENDED_STATES)

    def received_by(self, organisation) -> "ApplicationQuerySet":
        """What an employer may see: everything that was sent to it, and not withdrawn before it was sent."""
        return self.filter(posting__employer=organisation, submitted_at__isnull=False)


class Application(models.Model):
    """A person's application for a posting. ``resume`` freezes the résumé as it was sent."""

    public_id = PublicIdField()
    posting = models.ForeignKey("jobs.Posting", on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(
        _("status"), max_length=12, choices=ApplicationStatus, default=ApplicationStatus.DRAFT
    )
    resume_kind = models.CharField(_("résumé"), max_length=6, choices=ResumeKind, blank=True)
    resume = models.JSONField(default=dict, help_text="snapshot at submission")
    upload = models.FileField(_("file"), upload_to=upload_path, blank=True)
    upload_name = models.CharField(max_length=120, blank=True)
    letter = models.TextField(_("letter"), max_length=2000, blank=True)
    share_phone = models.BooleanField(_("the employer may see my phone number"), default=True)
    match = models.JSONField(default=list, help_text="why the posting matches, at submission")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.CharField(_("reason"), max_length=12, choices=RejectReason, blank=True)
    reject_message = models.TextField(max_length=1000, blank=True)
    hired_on = models.DateField(null=True, blank=True, help_text="first day of work, as accepted")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "person"],
                condition=~Q(status__in=["withdrawn", "rejected", "expired"]),
                name="application_one_live_per_posting",
            ),
            models.CheckConstraint(
                condition=Q(status="hired", hired_on__isnull=False)
                | (~Q(status="hired") & Q(hired_on__isnull=True)),
                name="application_hired_on_when_hired",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at__isnull=True)
                | Q(status="withdrawn")
                | (~Q(status__in=["draft", "withdrawn"]) & Q(submitted_at__isnull=False)),
                name="application_submitted_at_unless_draft",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(reject_reason=""),
                name="application_rejected_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["posting", "status", "-submitted_at"]),
            models.Index(fields=["person", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.posting}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:application", args=[self.public_id])


class Answer(models.Model):
    """An applicant's answer to one question. Imported from an earlier application it waits to be checked."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey("jobs.PostingQuestion", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000, blank=True)
    imported_from = models.ForeignKey(Application, null=True, on_delete=models.SET_NULL, related_name="+")
    checked = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="answer_once")]

    def __str__(self) -> str:
        return self.text[:60]


class ApplicationNote(models.Model):
    """A note that the employer's members keep for themselves."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class ContactView(models.Model):
    """Somebody looked at an applicant's phone number, or took the file that carries it; the applicant sees this list."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="contact_views")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=5, choices=ContactKind, default=ContactKind.PHONE)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


class Interview(models.Model):
    """An invitation to an interview. ``sequence`` grows with each change, for calendar files (RFC 5545)."""

    public_id = PublicIdField()
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interviews")
    kind = models.CharField(_("how"), max_length=8, choices=InterviewKind)
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    place = models.CharField(_("place, number or link"), max_length=300)
    contact = models.CharField(_("contact"), max_length=100, blank=True)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=InterviewState, default=InterviewState.PROPOSED)
    sequence = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(_("answer to the employer"), max_length=300, blank=True)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="interview_length"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["proposed", "other_time", "accepted"]),
                name="interview_one_open_per_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.starts_at:%Y-%m-%d %H:%M}"


class Offer(models.Model):
    """An offer of work. Accepting it takes one place of the posting and opens the employment spell."""

    public_id = PublicIdField()
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="offers")
    pay_fen = models.BigIntegerField(_("pay"))
    pay_unit = models.CharField(max_length=6)
    starts_on = models.DateField(_("first day of work"))
    contract_months = models.PositiveSmallIntegerField(_("contract months"), null=True, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    answer_by = models.DateField(_("answer by"))
    state = models.CharField(max_length=9, choices=OfferState, default=OfferState.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(pay_fen__gt=0), name="offer_pay_positive"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=["open", "accepted"]), name="offer_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="offer_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.state}"


class MessageTemplate(models.Model):
    """An employer's own wording for a step of the pipeline, offered for editing before it is sent."""

    employer = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=12)
    text = models.TextField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "step"], name="messagetemplate_step")]

    def __str__(self) -> str:
        return f"{self.employer} {self.step}"
