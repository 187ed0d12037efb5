from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField


class RosterState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("row", "Waiting")
    RUNNING = "running", _("Being checked")
    DONE = "done", _("Checked")


class RowOutcome(models.TextChoices):
    """What became of one row of a roster."""

    PENDING = "pending", _("Not checked yet")
    QUALIFIES = "qualifies", _("Qualifies")
    BAD_NUMBER = "bad_number", _("Number cannot be right")
    BAD_AMOUNT = "bad_amount", _("Amount cannot be read")
    DUPLICATE = "duplicate", _("Twice in this roster")
    UNKNOWN = "unknown", _("No record has this name and number")
    NOT_EMPLOYED = "not_employed", _("Not registered as employed with you")
    NOT_QUALIFIED = "not_qualified", _("Does not qualify")
    REMOVED = "removed", _("Taken out")


class Roster(models.Model):
    """A list of employees handed in for an organisation's claim: each row is answered for itself."""

    public_id = PublicIdField()
    claim = models.ForeignKey("subsidies.Claim", on_delete=models.CASCADE, related_name="rosters")
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=RosterState, default=RosterState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256"], name="roster_file_once_per_claim"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="roster_done_of_total"),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.name}"


class RosterRow(models.Model):
    """One row as it was typed and what became of it. The number is kept encrypted: the sender gets it back with errors."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(help_text="its row in the file, the heading not counted")
    name = models.CharField(_("name"), max_length=60)
    number = EncryptedTextField(_("identity number"))
    months = models.CharField(max_length=20, blank=True)
    amount = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=14, choices=RowOutcome, default=RowOutcome.PENDING)
    reasons = models.JSONField(default=list)
    entry = models.ForeignKey(
        "subsidies.ClaimEntry", null=True, blank=True, on_delete=models.SET_NULL, related_name="roster_rows"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "row"], name="rosterrow_once")]
        indexes = [models.Index(fields=["roster", "outcome", "row"])]

    def __str__(self) -> str:
        return f"{self.roster} {self.row}"
