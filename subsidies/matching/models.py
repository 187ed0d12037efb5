from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.core.fields import PublicIdField
from subsidies.policies.models import PolicyVersion


class MatchRun(models.Model):
    """One search for the people of one policy version (政策找人), which any worker may go on with after a stop.

    ``reached`` is the last subject looked at. ``qualifying`` counts those who qualify and had nothing under way yet,
    ``offered`` the offers made to them, ``skipped`` those who are never asked, ``lapsed`` earlier offers that ended.
    """

    version = models.ForeignKey("subsidies.PolicyVersion", on_delete=models.PROTECT, related_name="runs")
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    qualifying = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    lapsed = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="matchrun_once_a_day")]

    def __str__(self) -> str:
        return f"{self.version} {self.day}"


class OfferState(models.TextChoices):
    OPEN = "open", _("Offered")
    CONFIRMED = "confirmed", pgettext_lazy("offer of a subsidy", "Confirmed")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", pgettext_lazy("offer of a subsidy", "No longer open")


class OfferQuerySet(models.QuerySet):
    def open_on(self, day: date) -> "OfferQuerySet":
        """Those that can be confirmed on ``day``: in time, under a policy in force."""
        in_force = PolicyVersion.objects.in_force(day)
        return self.filter(state=OfferState.OPEN, expires_on__gte=day, version__in=in_force)

    def of_claimant(
        self, *, person_id: int | None = None, organisation_id: int | None = None
    ) -> "OfferQuerySet":
        return self.filter(person_id=person_id, organisation_id=organisation_id)

    def untold(self) -> "OfferQuerySet":
        return self.filter(state=OfferState.OPEN, notified_at__isnull=True)


class LapseReason(models.TextChoices):
    """Why an offer is no longer open."""

    EXPIRED = "expired", _("Its time ran out")
    NO_LONGER = "no_longer", _("The conditions no longer hold")
    ENDED = "ended", _("The policy ended or was replaced")
    CLAIMED = "claimed", _("Claimed another way")
    NOT_ASKED = "not_asked", _("The person does not want to be found")


class Offer(models.Model):
    """A claim that the portal prepared for somebody it found; one step confirms it (免申即享).

    ``subject_id`` is the row that the item's subject names; ``explanation`` the conditions with the values found.
    A declined offer may be taken up again until ``expires_on``.
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
    lapse_reason = models.CharField(max_length=10, choices=LapseReason, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(state="lapsed") & ~Q(lapse_reason="") | ~Q(state="lapsed") & Q(lapse_reason=""),
                name="subsidyoffer_lapsed_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["version", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.state}"
