"""One file of one register, and what became of its rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from employment_portal.registers.enums import UNFINISHED, BatchState, Register, RowOutcome


class RegisterBatch(models.Model):
    """One run of one file. The same bytes of one source are at work once; the file is kept until the end only."""

    public_id = PublicIdField()
    register = models.CharField(_("register"), max_length=14, choices=Register)
    source = models.CharField(_("delivered by"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="registers/", blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=BatchState, default=BatchState.QUEUED)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    unknown_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    removed_count = models.PositiveIntegerField(
        default=0, help_text="rows that taking back removed or restored"
    )
    kept_count = models.PositiveIntegerField(
        default=0, help_text="rows that stayed when it was taken back: a later file or a claim rests on them"
    )
    error = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "source", "sha256"],
                condition=Q(state__in=UNFINISHED),
                name="registerbatch_one_at_work",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="registerbatch_undone_with_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["finished", "undone"]) | Q(finished_at__isnull=False),
                name="registerbatch_finished_with_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="registerbatch_failed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.source} {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("registers:batch", args=[self.public_id])

    @property
    def counts(self) -> list[tuple[RowOutcome, int]]:
        return [(outcome, getattr(self, f"{outcome.value}_count")) for outcome in RowOutcome]

    @property
    def row_count(self) -> int:
        return sum(count for _outcome, count in self.counts)

    @property
    def is_at_work(self) -> bool:
        return self.state in UNFINISHED

    @property
    def can_be_undone(self) -> bool:
        return self.state in {BatchState.FINISHED, BatchState.FAILED} and bool(
            self.created_count + self.updated_count
        )


class RegisterRow(models.Model):
    """A row worth reporting: changed (with what stood there before), not known, or refused with the reason.

    It never holds the identity number: the authority finds its row by number and ``source_id``.
    """

    batch = models.ForeignKey(RegisterBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="counts from 1 after the headings")
    source_id = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(_("result"), max_length=9, choices=RowOutcome)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    row_id = models.BigIntegerField(
        null=True, blank=True, help_text="primary key of the row that was changed"
    )
    previous = models.JSONField(default=dict, blank=True, help_text="its columns before the change")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="registerrow_once"),
            models.CheckConstraint(
                condition=Q(outcome="updated", row_id__isnull=False) | ~Q(reason=""),
                name="registerrow_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="registerrow_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number} {self.outcome}"
