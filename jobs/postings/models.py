from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.enums import Education
from employment_portal.core.fields import PublicIdField
from employment_portal.people.enums import Group
from jobs.postings.enums import (
    ClosingResult,
    ContractType,
    EmploymentType,
    Insurance,
    PayUnit,
    PostingRuleName,
    PostingStatus,
    QuestionKind,
    ReviewMode,
    Welfare,
)

COMPLETE_STATES = ["submitted", "scheduled", "live", "paused", "expired", "closed"]


SHOWN = (PostingStatus.LIVE, PostingStatus.PAUSED, PostingStatus.EXPIRED, PostingStatus.CLOSED)


class PostingQuerySet(models.QuerySet):
    def live(self) -> "PostingQuerySet":
        return self.filter(status=PostingStatus.LIVE)

    def public(self) -> "PostingQuerySet":
        """Postings whose page anyone may open: live ones, and past ones that stay up and point to others."""
        return self.filter(status__in=SHOWN, published_at__isnull=False)

    def of_organisation(self, organisation) -> "PostingQuerySet":
        return self.filter(employer=organisation)

    def visible_to_staff(self, user) -> "PostingQuerySet":
        scope = Q(pk__in=[])
        for post in user.current_posts():
            scope |= post.covered()
        return self.filter(scope)


class Posting(models.Model):
    """A vacancy (招聘岗位). A draft may be incomplete; from submission on the database holds it to the lawful fields.

    Pay is in fen per ``pay_unit``; ``monthly_*_fen`` is the same normalised to a month, for search and sorting
    (21.75 days, 174 hours; a year ÷ 12).
    """

    public_id = PublicIdField()
    employer = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="postings",
        verbose_name=_("employer"),
    )
    status = models.CharField(_("status"), max_length=10, choices=PostingStatus, default=PostingStatus.DRAFT)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    occupation = models.ForeignKey(
        "classifications.Occupation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("occupation"),
    )
    region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("place of work"),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    headcount = models.PositiveIntegerField(
        _("people wanted"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    filled = models.PositiveIntegerField(default=0, help_text="places taken by accepted offers")
    employment_type = models.CharField(_("type of work"), max_length=12, choices=EmploymentType, blank=True)
    pay_unit = models.CharField(_("pay is"), max_length=6, choices=PayUnit, blank=True)
    pay_min_fen = models.BigIntegerField(_("pay from"), null=True, blank=True)
    pay_max_fen = models.BigIntegerField(_("pay to"), null=True, blank=True)
    pay_months = models.PositiveSmallIntegerField(
        _("months paid a year"), default=12, validators=[MinValueValidator(12), MaxValueValidator(24)]
    )
    pay_note = models.CharField(_("how pay is made up"), max_length=200, blank=True)
    monthly_min_fen = models.BigIntegerField(null=True, blank=True)
    monthly_max_fen = models.BigIntegerField(null=True, blank=True)
    education = models.PositiveSmallIntegerField(_("education"), choices=Education, default=Education.ANY)
    experience_months = models.PositiveSmallIntegerField(
        _("experience, months"), default=0, validators=[MaxValueValidator(480)]
    )
    groups = ArrayField(
        models.CharField(max_length=20, choices=Group),
        verbose_name=_("especially for"),
        default=list,
        blank=True,
    )
    description = models.TextField(_("duties"), max_length=5000, blank=True)
    requirements = models.TextField(_("conditions"), max_length=3000, blank=True)
    working_time = models.CharField(_("working time"), max_length=120, blank=True)
    contract_type = models.CharField(_("contract"), max_length=12, choices=ContractType, blank=True)
    contract_months = models.PositiveSmallIntegerField(
        _("contract months"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    trial_months = models.PositiveSmallIntegerField(
        _("trial period, months"), null=True, blank=True, validators=[MaxValueValidator(6)]
    )
    insurances = ArrayField(
        models.CharField(max_length=14, choices=Insurance),
        verbose_name=_("insurance"),
        default=list,
        blank=True,
    )
    welfare = ArrayField(
        models.CharField(max_length=16, choices=Welfare), verbose_name=_("benefits"), default=list, blank=True
    )
    keywords = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="skills and tags"
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=20, blank=True)
    publish_on = models.DateField(
        _("publish on"), null=True, blank=True, help_text=_("Empty: as soon as approved.")
    )
    expires_on = models.DateField(
        _("open until"), null=True, blank=True, help_text="last day on which it is live"
    )
    review_mode = models.CharField(max_length=8, choices=ReviewMode, default=ReviewMode.BEFORE)
    compliance = models.JSONField(default=dict, help_text="rule set version and findings of the last check")
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="when what people decide by last changed after publication"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    closing_result = models.CharField(max_length=16, choices=ClosingResult, blank=True)
    closing_note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=60, blank=True, help_text="empty for postings written here")
    source_id = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(max_length=300, blank=True)
    source_employer = models.CharField(max_length=120, blank=True)
    view_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField()

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(headcount__isnull=True) | Q(headcount__gte=1, filled__lte=F("headcount")),
                name="posting_headcount_not_overshot",
            ),
            models.CheckConstraint(
                condition=Q(pay_min_fen__isnull=True, pay_max_fen__isnull=True)
                | Q(pay_min_fen__gt=0, pay_max_fen__gte=F("pay_min_fen")),
                name="posting_pay_range",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=COMPLETE_STATES)
                | ~Q(source="")
                | (
                    ~Q(title="")
                    & ~Q(description="")
                    & ~Q(employment_type="")
                    & ~Q(pay_unit="")
                    & Q(
                        headcount__isnull=False,
                        region__isnull=False,
                        pay_min_fen__isnull=False,
                        expires_on__isnull=False,
                    )
                ),
                name="posting_lawful_fields",
            ),
            models.CheckConstraint(
                condition=~Q(status="live") | Q(published_at__isnull=False, ended_at__isnull=True),
                name="posting_live_is_published",
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | Q(closing_result=""), name="posting_result_when_closed"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(closing_result=""), name="posting_closed_with_result"
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source=""), name="posting_once_per_source"
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "status", "-created_at"]),
            models.Index(
                fields=["-published_at", "id"], condition=Q(status="live"), name="posting_live_newest"
            ),
            models.Index(
                fields=["expires_on"], condition=Q(status__in=["live", "paused"]), name="posting_expiring"
            ),
            models.Index(fields=["publish_on"], condition=Q(status="scheduled"), name="posting_scheduled"),
        ]

    def __str__(self) -> str:
        return self.title or self.public_id

    def get_absolute_url(self) -> str:
        return reverse("jobs:posting", args=[self.public_id])

    @property
    def is_public(self) -> bool:
        """Whether its page is open to anyone, as ``PostingQuerySet.public`` selects."""
        return self.status in SHOWN and self.published_at is not None

    @property
    def places_left(self) -> int:
        return max((self.headcount or 0) - self.filled, 0)

    def is_open_on(self, day: date) -> bool:
        return self.status == PostingStatus.LIVE and (self.expires_on is None or self.expires_on >= day)


class PostingQuestion(models.Model):
    """A question that the employer asks of every applicant."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answer"), max_length=6, choices=QuestionKind, default=QuestionKind.TEXT)
    required = models.BooleanField(_("must be answered"), default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "position"],
                name="question_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.text


class ReviewComment(models.Model):
    """A reviewer's comment anchored to one field of a posting."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="comments")
    revision = models.ForeignKey(
        "jobs.PostingRevision", null=True, on_delete=models.CASCADE, related_name="comments"
    )
    field = models.CharField(max_length=40, blank=True, help_text="empty for the posting as a whole")
    text = models.CharField(_("comment"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text


class PostingTemplate(models.Model):
    """A named set of field values from which an employer starts a new posting."""

    public_id = PublicIdField()
    employer = models.ForeignKey(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="posting_templates"
    )
    name = models.CharField(_("name"), max_length=60)
    values = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["employer", "name"], name="postingtemplate_name")]

    def __str__(self) -> str:
        return self.name


class PostingReport(models.Model):
    """Somebody reports an advert: fraud, fees, discrimination, already filled."""

    class Reason(models.TextChoices):
        FEE = "fee", _("Asks for money or documents")
        FALSE = "false", _("False or misleading")
        DISCRIMINATION = "discrimination", _("Discriminates")
        FILLED = "filled", _("Already filled")
        OTHER = "other", _("Something else")

    public_id = PublicIdField()
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(_("what is wrong"), max_length=16, choices=Reason)
    text = models.TextField(_("details"), max_length=1000, blank=True)
    contact = models.CharField(_("how to reach you"), max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    upheld = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, upheld__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, upheld__isnull=False),
                name="postingreport_decided_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting}: {self.reason}"


class PostingRule(models.Model):
    """A limit in force in a region and below it from a day on. Without a region it holds everywhere.

    The nearest region wins, then the newest day. Values not set here come from ``data/rules.csv``.
    """

    region = models.ForeignKey(
        "regions.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
    )
    name = models.CharField(_("limit"), max_length=30, choices=PostingRuleName)
    value = models.PositiveIntegerField(_("value"))
    valid_from = models.DateField(_("from"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("posting limit")
        verbose_name_plural = _("posting limits")
        ordering = ["name", "region__path", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name", "valid_from"], nulls_distinct=False, name="postingrule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.value}"
