from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from jobs.imports.enums import UNFINISHED, BatchState, RowOutcome
from jobs.imports.reasons import reason_from_dict


class ImportBatch(models.Model):
    """One run of one list of adverts (岗位批量导入). Rows are worked through in order; ``last_row`` is where it stands.

    ``sha256`` is of the file's bytes: a list that stopped half-way is continued, not begun again. The uploaded
    file is kept until the batch has finished.
    """

    public_id = PublicIdField()
    source = models.CharField(_("source of the adverts"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="imports/", blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="bytes")
    mapping = models.JSONField(default=dict, help_text="name, and the columns of each field")
    state = models.CharField(_("state"), max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    last_row = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0, help_text="bytes of the file read so far")
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    held_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_count = models.PositiveIntegerField(default=0, help_text="postings that undoing took down")
    kept_count = models.PositiveIntegerField(
        default=0, help_text="postings that undoing left up because people applied"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256"], condition=Q(state__in=UNFINISHED), name="importbatch_one_at_work"
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="importbatch_undone_with_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["finished", "undone"]) | Q(finished_at__isnull=False),
                name="importbatch_finished_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:imports:batch", args=[self.public_id])

    @property
    def row_count(self) -> int:
        return sum(getattr(self, f"{outcome}_count") for outcome in RowOutcome.values)

    @property
    def percent(self) -> int:
        """How much of the file has been read; 100 only when it is done."""
        if self.state in {BatchState.FINISHED, BatchState.UNDONE}:
            return 100
        return min(99, self.position * 100 // self.size) if self.size else 0

    @property
    def counts(self) -> list[tuple[RowOutcome, int]]:
        return [(outcome, getattr(self, f"{outcome.value}_count")) for outcome in RowOutcome]

    @property
    def is_at_work(self) -> bool:
        return self.state in UNFINISHED

    @property
    def can_be_continued(self) -> bool:
        return self.state == BatchState.FAILED and bool(self.file)

    @property
    def can_be_undone(self) -> bool:
        return self.state in {BatchState.FINISHED, BatchState.FAILED} and bool(
            self.created_count + self.held_count + self.updated_count
        )


class ImportRow(models.Model):
    """What became of one row of a list. ``excerpt`` holds its first cells, as pairs of heading and value."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="counts from 1 after the headings")
    source_id = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(_("result"), max_length=9, choices=RowOutcome)
    code = models.CharField(max_length=20, blank=True, help_text="the kind of reason, for counts")
    reasons = models.JSONField(_("reason"), default=list, help_text="reasons.Reason as dicts")
    posting = models.ForeignKey(
        "jobs.Posting", null=True, blank=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    is_new = models.BooleanField(default=False, help_text="this row made the posting; undoing takes it down")
    excerpt = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="importrow_once"),
            models.CheckConstraint(
                condition=~Q(outcome=RowOutcome.REJECTED) | ~Q(reasons=[]),
                name="importrow_rejected_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="importrow_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number} {self.outcome}"

    @property
    def reason(self) -> str:
        """What there is to say about the row, in the language of whoever reads it."""
        return " ".join(str(reason_from_dict(stored)) for stored in self.reasons)
