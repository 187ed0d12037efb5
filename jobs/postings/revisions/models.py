from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from employment_portal.core.fields import PublicIdField
from jobs.postings.enums import RejectionReason, RevisionState

DECIDED = [RevisionState.APPROVED, RevisionState.RETURNED, RevisionState.REJECTED]


class PostingRevisionQuerySet(models.QuerySet):
    def open(self) -> "PostingRevisionQuerySet":
        return self.filter(state=RevisionState.SUBMITTED)


class PostingRevision(models.Model):
    """A change of a published posting that waits for its review beside it (岗位变更).

    ``content`` holds the fields of ``fields`` as they would be, ``before`` as they were; occupation and place by
    their codes, pay in fen, questions as rows. Neither changes once it is submitted, so an officer decides about
    what was read; another change of the employer's is another row. ``region`` is where the work would be: its officers
    decide, by its clock, also where the published posting lies elsewhere.
    """

    public_id = PublicIdField()
    posting = models.ForeignKey("jobs.Posting", on_delete=models.CASCADE, related_name="revisions")
    fields = ArrayField(models.CharField(max_length=40))
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    content = models.JSONField()
    state = models.CharField(max_length=10, choices=RevisionState, default=RevisionState.SUBMITTED)
    compliance = models.JSONField(default=dict, help_text="rule set version and findings at submission")
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=16, choices=RejectionReason, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="what the office wrote to the employer")

    objects = PostingRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], condition=Q(state="submitted"), name="postingrevision_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="postingrevision_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="submitted", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state="withdrawn"),
                name="postingrevision_decided_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state="rejected") & ~Q(reason="")) | (~Q(state="rejected") & Q(reason="")),
                name="postingrevision_reason_when_rejected",
            ),
            models.CheckConstraint(condition=Q(fields__len__gt=0), name="postingrevision_changes_something"),
        ]
        indexes = [models.Index(fields=["posting", "-submitted_at"], name="postingrevision_newest")]

    def __str__(self) -> str:
        return f"{self.posting}: {', '.join(self.fields)}"
