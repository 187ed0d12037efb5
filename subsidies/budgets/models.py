from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField


class Fund(models.Model):
    """Where the money comes from: employment subsidy fund (就业补助资金), unemployment insurance fund, local fund."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name


class BudgetLine(models.Model):
    """One region × fiscal year × fund × item. Its primary key is the ``line`` of the ledger's accounts in book "subsidies"."""

    public_id = PublicIdField()
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "fund", "item"], name="budgetline_once"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="budgetline_year"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year} {self.item}"


class ChangeKind(models.TextChoices):
    ALLOT = "allot", _("Allotment")
    CUT = "cut", _("Cut")
    MOVE = "move", _("Move to another line")


class ChangeState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class BudgetChange(models.Model):
    """Money given to a line, taken from it or moved; a second finance officer approves, then the ledger posts."""

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=6, choices=ChangeKind)
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="changes")
    to_line = models.ForeignKey(
        BudgetLine, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_in"
    )
    amount_fen = models.BigIntegerField(_("amount"))
    document = models.CharField(_("document number"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="budgetchange_amount"),
            models.CheckConstraint(
                condition=Q(kind="move", to_line__isnull=False) & ~Q(to_line=F("line"))
                | ~Q(kind="move") & Q(to_line__isnull=True),
                name="budgetchange_target",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("requested_by"))
                | Q(state="withdrawn"),
                name="budgetchange_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True)
                | ~Q(state="waiting") & Q(decided_by__isnull=False),
                name="budgetchange_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.line}"
