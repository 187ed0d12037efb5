from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField
from employment_portal.core.money import format_yuan
from subsidies.notices.enums import NoticeState, ObjectionState


class Notice(models.Model):
    """A public notice (公示) of approved claims of one item and region: a snapshot with an objection window.

    ``closes_at`` is the end of the last working day of the window (China Standard Time). After ``taken_down_at`` the page is
    gone from the public; the snapshot stays.
    """

    public_id = PublicIdField()
    number = models.CharField(_("notice number"), max_length=30, unique=True)
    title = models.CharField(_("title"), max_length=160)
    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="notices")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(_("standard"), max_length=300)
    contact = models.CharField(_("where to object"), max_length=200)
    working_days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closes_provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    roster_sha256 = models.CharField(max_length=64, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="cancelled")
                | (Q(published_at__isnull=False, closes_at__isnull=False) & ~Q(roster_sha256="")),
                name="notice_published_with_window",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__gte=models.F("closes_at")),
                name="notice_not_closed_early",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=models.F("published_at")),
                name="notice_window_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def last_day(self) -> date | None:
        """The last day on which an objection is taken."""
        return timezone.localdate(self.closes_at - timedelta(seconds=1)) if self.closes_at else None


class NoticeEntry(models.Model):
    """One line of the notice as the public saw it: masked name, item, standard, amount. Never changed once published."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="entries")
    claim = models.ForeignKey("subsidies.Claim", on_delete=models.PROTECT, related_name="notice_entries")
    row = models.PositiveIntegerField()
    masked_name = models.CharField(max_length=120)
    masked_number = models.CharField(max_length=24, blank=True)
    people = models.PositiveIntegerField(default=1, help_text="number of entries behind the amount")
    amount_fen = models.BigIntegerField()
    live = models.BooleanField(
        default=True, help_text="false once an objection was upheld or the notice cancelled"
    )

    class Meta:
        verbose_name_plural = "notice entries"
        constraints = [
            models.UniqueConstraint(fields=["notice", "row"], name="noticeentry_row_once"),
            models.UniqueConstraint(fields=["claim"], condition=Q(live=True), name="noticeentry_claim_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="noticeentry_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.row}"

    @property
    def yuan(self) -> str:
        return format_yuan(self.amount_fen)


class Objection(models.Model):
    """Somebody objects to a line of a notice while it is open; payment waits until it is answered."""

    public_id = PublicIdField()
    entry = models.ForeignKey(NoticeEntry, on_delete=models.PROTECT, related_name="objections")
    name = EncryptedTextField(_("your name"))
    phone = EncryptedTextField(_("mobile number"))
    phone_hash = models.CharField(max_length=64)
    text = models.TextField(_("what is wrong"), max_length=2000)
    evidence = models.FileField(_("evidence"), upload_to="subsidies/objections/", blank=True)
    evidence_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "phone_hash"], condition=Q(state="open"), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True)
                | ~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="objection_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.state}"
