from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.encryption import EncryptedTextField
from employment_portal.core.fields import PublicIdField

User = settings.AUTH_USER_MODEL


class OpeningState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, to be approved")
    FAULTY = "faulty", _("Has errors")
    APPLYING = "applying", _("Being taken over")
    APPLIED = "applied", _("Taken over")
    DISCARDED = "discarded", _("Discarded")


class OpeningImport(models.Model):
    """What the old system hands over: past benefits, open claims, balances. It balances or nothing is applied."""

    public_id = PublicIdField()
    region = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="what whoever brought it serves: every row lies within",
    )
    source = models.CharField(_("old system"), max_length=60)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=OpeningState)
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0, help_text="rows worked through by the run that is on")
    error_count = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, help_text="what it would make or made: counts and sums in fen")
    problem = models.CharField(max_length=300, blank=True, help_text="why it could not be taken over")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(state="applied"), name="openingimport_applied_once"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="openingimport_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "applied"]) | Q(approved_by__isnull=False),
                name="openingimport_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | ~Q(state="applied") & Q(applied_at__isnull=True),
                name="openingimport_applied_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in {OpeningState.CHECKING, OpeningState.APPLYING}


class OpeningKind(models.TextChoices):
    BENEFIT = "benefit", _("Past benefit")
    CLAIM = "claim", _("Open claim")
    BALANCE = "balance", _("Balance of a budget line")


class OpeningRow(models.Model):
    """One row of an opening file, with its error or what it became. Unique per old system and id: repeating is safe."""

    batch = models.ForeignKey(OpeningImport, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=OpeningKind)
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=60)
    payload = EncryptedTextField()
    error = models.CharField(max_length=40, blank=True, help_text="code of the error; empty when it is right")
    error_values = models.JSONField(default=dict)
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="openingrow_number_once"),
            models.UniqueConstraint(
                fields=["source", "kind", "source_id"],
                condition=Q(applied=True),
                name="openingrow_applied_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.number}"
