"""Reads around offers: what stands for somebody, and what a search found."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from subsidies.matching.models import Offer, OfferState
from subsidies.policies.engine import ConditionResult
from subsidies.policies.models import PolicyVersion
from subsidies.policies.periods import months_in


@dataclass(frozen=True)
class Shown:
    """An offer with its reasons in words."""

    offer: Offer
    because: list[ConditionResult]

    @property
    def months(self) -> list[date]:
        """The first and the last month it is for; empty for what is paid once."""
        period = self.offer.period
        if not months_in(period):
            return []
        last = period.upper
        return [period.lower, date(last.year - (last.month == 1), last.month - 1 or 12, 1)]


def shown(offer: Offer) -> Shown:
    """The conditions that speak for it: of alternatives only those that hold."""
    results = [ConditionResult.from_json(row) for row in offer.explanation]
    return Shown(offer, [result for result in results if result.verdict])


def open_for(day: date, *, person_id: int) -> list[Shown]:
    """What a person can confirm, the most money first."""
    return [shown(offer) for offer in _joined(Offer.objects.open_on(day).of_claimant(person_id=person_id))]


def declined_by(day: date, *, person_id: int) -> list[Shown]:
    """What a person declined and can still take up."""
    in_force = PolicyVersion.objects.in_force(day)
    offers = Offer.objects.of_claimant(person_id=person_id).filter(
        state=OfferState.DECLINED, expires_on__gte=day, version__in=in_force
    )
    return [shown(offer) for offer in _joined(offers)]


def _joined(offers: Any) -> Any:
    return offers.select_related("item", "version__policy__region", "person").order_by("-amount_fen", "pk")


def rosters_of(day: date, *, organisation_id: int) -> list[dict[str, Any]]:
    """An organisation's open offers by policy and time: how many rows, how much; ``first`` names the group."""
    groups = (
        Offer.objects.open_on(day)
        .of_claimant(organisation_id=organisation_id)
        .values("version_id", "period")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by("-fen", "version_id")
    )
    found = []
    for group in groups:
        offers = roster(
            day, organisation_id=organisation_id, **{k: group[k] for k in ("version_id", "period")}
        )
        found.append({**group, "first": shown(offers[0])})
    return found


def roster(day: date, *, organisation_id: int, version_id: int, period: Any) -> Any:
    """The open offers of one group, in the order of their rows."""
    return (
        Offer.objects.open_on(day)
        .of_claimant(organisation_id=organisation_id)
        .filter(version_id=version_id, period=period)
        .select_related("item", "version__policy__region", "organisation")
        .order_by("subject_id")
    )


def open_count(day: date, **claimant: int) -> int:
    """How many offers wait for an answer; for a hint on other pages."""
    return Offer.objects.open_on(day).of_claimant(**claimant).count()
