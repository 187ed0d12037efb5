from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField


class MatchRun(models.Model):
    """One search for the people of one policy version (政策找人)."""

    version = models.ForeignKey("subsidies.PolicyVersion", on_delete=models.PROTECT, related_name="runs")
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    qualifying = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="matchrun_once_a_day")]

    def __str__(self) -> str:
        return f"{self.version} {self.day}"


class OfferState(models.TextChoices):
    OPEN = "open", _("Offered")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("No longer open")


class Offer(models.Model):
    """A claim that the portal prepared for somebody it found; one step confirms it (免申即享).

    ``subject_id`` is the row that the item's subject names; ``explanation`` the conditions with the values found.
    """

    public_id = PublicIdField()
    version = models.ForeignKey("subsidies.PolicyVersion", on_delete=models.PROTECT, related_name="offers")
    item = models.ForeignKey("subsidies.SubsidyItem", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(MatchRun, null=True, on_delete=models.PROTECT, related_name="offers")
    subject_id = models.BigIntegerField()
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidy_offers"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subsidy_offers",
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()
    months = models.PositiveSmallIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    explanation = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.OPEN)
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "subject_id", "period"],
                condition=Q(state__in=["open", "confirmed", "declined"]),
                name="subsidyoffer_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="subsidyoffer_to_one",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="subsidyoffer_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "declined"], answered_at__isnull=False)
                | Q(state__in=["open", "lapsed"]),
                name="subsidyoffer_answered_at",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"]),
            models.Index(fields=["organisation", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.state}"
