from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.core.fields import PublicIdField


class BulkState(models.TextChoices):
    ASKED = "asked", _("To be confirmed")
    WAITING = "waiting", pgettext_lazy("row", "Waiting")
    RUNNING = "running", _("Being passed")
    DONE = "done", _("Every claim looked at")


class BulkOutcome(models.TextChoices):
    PENDING = "pending", _("Not looked at yet")
    PASSED = "passed", _("Passed")
    STAYS = "stays", _("Stays")


class BulkPass(models.Model):
    """Claims that one officer passes with one word (批量通过), as they were listed when the officer was asked.

    ``left_out`` counts those ticked that were not clean. A run that was cut off is found by ``touched_at`` and goes on.
    """

    public_id = PublicIdField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.ASKED)
    total = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "bulk passes"
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="bulkpass_done_of_total")
        ]
        indexes = [models.Index(fields=["touched_at"], condition=~Q(state="done"), name="bulkpass_under_way")]

    def __str__(self) -> str:
        return f"{self.by} {self.total}"


class BulkPassRow(models.Model):
    """One claim of it: step and fingerprint as listed, and what became of it; ``problem`` in the officer's language."""

    bulk = models.ForeignKey(BulkPass, on_delete=models.CASCADE, related_name="rows")
    claim = models.ForeignKey("subsidies.Claim", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=24)
    seen_sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=BulkOutcome, default=BulkOutcome.PENDING)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "claim"], name="bulkpassrow_once")]
        indexes = [models.Index(fields=["bulk", "outcome", "id"])]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.claim_id}"
