from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.constraints import only
from subsidies.claims.models import Claim, ClaimEntry


class EntitlementQuerySet(models.QuerySet):
    def live(self) -> "EntitlementQuerySet":
        return self.filter(live=True)


class Entitlement(models.Model):
    """What somebody was granted: the fact that "paid once" rests on. Made with the last approval or as opening data.

    Its holds, one per guard of its item, make a second one impossible.
    """

    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="entitlements")
    entry = models.ForeignKey(
        ClaimEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    claim = models.ForeignKey(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    opening = models.ForeignKey(
        "subsidies.OpeningRow", null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entitlements",
    )
    subject_id = models.BigIntegerField(null=True, help_text="null in opening data without a known subject")
    period = DateRangeField()
    months = models.PositiveSmallIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    live = models.BooleanField(default=True)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "live"], name="entitlement_live_carried"),
            models.UniqueConstraint(fields=["entry"], condition=Q(live=True), name="entitlement_entry_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="entitlement_amount"),
            models.CheckConstraint(
                condition=Q(live=True, ended_at__isnull=True) | Q(live=False, ended_at__isnull=False),
                name="entitlement_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, claim__isnull=False, opening__isnull=True)
                | Q(entry__isnull=True, opening__isnull=False),
                name="entitlement_from_claim_or_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "item"]),
            models.Index(fields=["organisation", "item"]),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.period}"


class EntitlementHold(models.Model):
    """An entitlement's hold on one guard for its holder: overlapping live holds are refused by the database.

    ``holder_id`` is the row of the guard's scope. ``live`` follows the entitlement through a composite foreign key.
    """

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="holds")
    guard = models.ForeignKey("subsidies.Guard", on_delete=models.PROTECT, related_name="+")
    holder_id = models.BigIntegerField()
    period = DateRangeField(help_text="unbounded where the guard holds for all time")
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "guard"], name="hold_one_per_guard"),
            ExclusionConstraint(
                name="hold_granted_once",
                expressions=[
                    (only("guard_id"), RangeOperators.OVERLAPS),
                    (only("holder_id"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(live=True),
                violation_error_message=_("This was granted before for part of that time."),
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="hold_period"),
        ]
        indexes = [models.Index(fields=["guard", "holder_id"], condition=Q(live=True), name="hold_by_holder")]

    def __str__(self) -> str:
        return f"{self.guard} {self.holder_id}"
