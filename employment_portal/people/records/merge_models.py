from django.db import models
from django.db.models import F, Q

from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField


class Merge(models.Model):
    """Two records that became one, with what an undo needs until ``undo_until``.

    ``kept`` are the rows that the two records held before, by holding: whatever else hangs on the survivor later was
    added since. ``number`` is the duplicate's identity number, which the record itself gave up.
    """

    public_id = PublicIdField()
    duplicate = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="merges_away")
    survivor = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="merges_in")
    request = models.OneToOneField("workflow.FourEyes", on_delete=models.PROTECT, related_name="+")
    kept = models.JSONField(default=dict)
    number = EncryptedTextField(blank=True)
    merged_at = models.DateTimeField()
    undo_until = models.DateField(help_text="the last day on which it can be undone")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(duplicate=F("survivor")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at__isnull=True), name="merge_one_in_force"
            ),
        ]
        indexes = [models.Index(fields=["undo_until"])]

    def __str__(self) -> str:
        return f"{self.duplicate_id} → {self.survivor_id}"


class MergedRow(models.Model):
    """One row that a merge changed: the columns that differ, as the database held them ``before`` and ``after``.

    Without ``after`` the merge deleted the row, and ``before`` is all of it.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    holding = models.CharField(max_length=30)
    table = models.CharField(max_length=60, help_text="app label and model name")
    row = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "table", "row"], name="mergedrow_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
