"""Reading policies: what staff may see, what is in force for a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from employment_portal.core.masking import mask_name
from employment_portal.facts.catalogue import subject
from employment_portal.regions.models import Region
from subsidies.policies.enums import VersionState
from subsidies.policies.models import Guard, PolicyVersion, SubsidyItem


def paths_above(path: str) -> list[str]:
    """The path itself and those of all places around it."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def versions_visible_to(user: Any) -> QuerySet[PolicyVersion]:
    """Versions of the places that a member of staff serves, and of the places around those."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        path = post.agency.region.path
        scope |= Q(policy__region__path__startswith=path) | Q(policy__region__path__in=paths_above(path))
    return PolicyVersion.objects.filter(scope).select_related("policy__item", "policy__region")


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """What a version replaces for its place: what was in force on the eve of its first day, for one that is not
    published yet what is in force today where that is later. A place without a version of its own has that of the
    place around it."""
    around = PolicyVersion.objects.filter(
        policy__item=version.policy.item, policy__region__path__in=paths_above(version.policy.region.path)
    ).exclude(pk=version.pk)
    eve = version.effective_from - timedelta(days=1)
    if version.published_at is None:
        found = around.in_force(max(eve, timezone.localdate()))
    else:
        gave_way = Q(
            policy=version.policy,
            retired_at=version.published_at,  # by this very publication
            effective_from__lte=timezone.localdate(version.published_at),
        )
        later = Q(state=VersionState.RETIRED, retired_at__gt=version.published_at)
        reached = Q(effective_until__isnull=True) | Q(effective_until__gte=eve)
        on_the_eve = (Q(state=VersionState.PUBLISHED) | later) & Q(effective_from__lte=eve) & reached
        found = around.filter(gave_way | on_the_eve)
    return found.select_related("policy__region").order_by("-policy__region__path", "-number").first()


def in_force(day: date, region: Region | None = None) -> QuerySet[PolicyVersion]:
    """Published versions that apply on the day; for a place those of it and of the places around it."""
    found = PolicyVersion.objects.in_force(day).select_related("policy__item", "policy__region")
    if region is not None:
        found = found.filter(policy__region__path__in=paths_above(region.path))
    return found.order_by("policy__item__order", "policy__region__path")


def nearest_of(found: Iterable[PolicyVersion]) -> list[PolicyVersion]:
    """One version per item: what a district has of its own replaces the city's. In the order given."""
    nearest: dict[int, PolicyVersion] = {}
    for version in found:
        kept = nearest.get(version.policy.item_id)
        if kept is None or len(version.policy.region.path) > len(kept.policy.region.path):
            nearest[version.policy.item_id] = version
    return list(nearest.values())


def excluded_with(item: SubsidyItem) -> QuerySet[SubsidyItem]:
    """The subsidies that its guards in force exclude against it (不重复享受)."""
    guards = Guard.objects.in_force().filter(items=item)
    return SubsidyItem.objects.filter(guards__in=guards).exclude(pk=item.pk).distinct()


@dataclass(frozen=True)
class Row:
    """A subject that a policy can be tried on."""

    pk: int
    name: str


def subjects_named(subject_key: str, text: str, *, paths: list[str], limit: int = 10) -> list[Row]:
    """Rows of a subject whose name is, or begins with, ``text``, in the places given (by any of their regions)."""
    of = subject(subject_key)
    within = "(SELECT place.id FROM regions_region place WHERE place.path ^@ ANY(%(paths)s::text[]))"
    places = " OR ".join(f"{region_id} IN {within}" for region_id in of.regions.values())
    sql = (
        f"SELECT {of.row}.id, {of.name} {of.from_clause()} WHERE ({of.where}) AND ({of.findable}) AND ({places})"
        f" AND {of.name} ^@ %(text)s ORDER BY {of.name}, {of.row}.id LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"paths": paths, "text": text, "limit": limit})
        return [Row(*row) for row in cursor.fetchall()]


def further_holders(subject_key: str, subject_id: int) -> dict[str, int]:
    """Whom guards of a scope that only this subject has hold for a row, by scope; known ones alone."""
    of = subject(subject_key)
    if not of.holders:
        return {}
    sql = f"SELECT {', '.join(of.holders.values())} {of.from_clause()} WHERE {of.row}.id = %(id)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": subject_id})
        found = cursor.fetchone() or ()
    return {scope: holder for scope, holder in zip(of.holders, found, strict=False) if holder is not None}


def shown_name(subject_key: str, name: str) -> str:
    """People are masked, firms are not."""
    return name if subject_key in {"employer", "carrier", "venture"} else mask_name(name)
