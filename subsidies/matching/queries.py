"""Reads around offers: what stands for somebody, and what a search found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from employment_portal.regions.models import Region
from subsidies.matching.models import MatchRun, Offer, OfferState
from subsidies.policies.engine import ConditionResult
from subsidies.policies.models import PolicyVersion
from subsidies.policies.periods import months_in
from subsidies.policies.queries import versions_visible_to

UNSAID = {"person.deceased"}


@dataclass(frozen=True)
class Shown:
    """An offer with its reasons in words."""

    offer: Offer
    because: list[ConditionResult]

    @property
    def when(self) -> str:
        """The first and the last month it is for, or that it is paid once."""
        period = self.offer.period
        if not months_in(period):
            return _("paid once")
        last = date(period.upper.year - (period.upper.month == 1), period.upper.month - 1 or 12, 1)
        return _("for %(first)s to %(last)s") % {"first": f"{period.lower:%Y-%m}", "last": f"{last:%Y-%m}"}


def shown(offer: Offer) -> Shown:
    """The conditions that speak for it: of alternatives only those that hold."""
    results = [ConditionResult.from_json(row) for row in offer.explanation]
    return Shown(offer, told(results))


def told(results: Iterable[ConditionResult]) -> list[ConditionResult]:
    """The conditions that hold, without those that nobody wants to read about themselves."""
    return [result for result in results if result.verdict and result.fact not in UNSAID]


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
    """An organisation's open offers by policy and time: how many rows, how much; ``first`` names the group. Two queries."""
    groups = (
        Offer.objects.open_on(day)
        .of_claimant(organisation_id=organisation_id)
        .values("version_id", "period")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by("-fen", "version_id")
    )
    firsts = (
        Offer.objects.open_on(day)
        .of_claimant(organisation_id=organisation_id)
        .select_related("item", "version__policy__region", "organisation")
        .order_by("version_id", "period", "subject_id")
        .distinct("version_id", "period")
    )
    first_of = {(offer.version_id, offer.period): shown(offer) for offer in firsts}
    return [{**group, "first": first_of[group["version_id"], group["period"]]} for group in groups]


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


def searches_visible_to(user: Any, day: date) -> list[dict[str, Any]]:
    """The versions in force that are granted without application, each with its last run and its offers by state."""
    versions = [
        version
        for version in versions_visible_to(user)
        .filter(pk__in=PolicyVersion.objects.in_force(day))
        .order_by("policy__item__order", "policy__region__path")
        if version.content.get("without_application")
    ]
    runs = {
        run.version_id: run
        for run in MatchRun.objects.filter(version__in=versions).order_by("version_id", "day")
    }
    counts: dict[int, dict[str, int]] = {}
    rows = Offer.objects.filter(version__in=versions).values_list("version_id", "state")
    for version_id, state, count in rows.annotate(count=Count("pk")).order_by():
        counts.setdefault(version_id, {})[state] = count
    return [
        {
            "version": version,
            "run": runs.get(version.pk),
            "counts": {state: counts.get(version.pk, {}).get(state, 0) for state in OfferState},
        }
        for version in versions
    ]


def offers_by_region(version: PolicyVersion, paths: list[str]) -> list[dict[str, Any]]:
    """Offers of a version by county and state, of the places under ``paths``; each row with its name."""
    scope = Q(pk__in=[])
    for path in paths:
        scope |= Q(region__path__startswith=path)
    found: dict[str, dict[str, Any]] = {}
    rows = Offer.objects.filter(scope, version=version).values_list("region__path", "state")
    for path, state, count, fen in rows.annotate(count=Count("pk"), fen=Sum("amount_fen")).order_by():
        county = "/".join(path.split("/")[:3]) + "/"
        row = found.setdefault(county, {"fen": 0, "total": 0, **dict.fromkeys(OfferState.values, 0)})
        row[state] += count
        row["total"] += count
        row["fen"] += fen
    names = dict(Region.objects.filter(path__in=found).values_list("path", "name"))
    return [{"name": names.get(path, path), **found[path]} for path in sorted(found)]
