"""Reading policies: what staff may see, what is in force for a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

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
    """What a version replaces: the one published before it."""
    return (
        version.policy.versions.filter(
            state__in=[VersionState.PUBLISHED, VersionState.RETIRED], number__lt=version.number
        )
        .order_by("-number")
        .first()
    )


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


def shown_name(subject_key: str, name: str) -> str:
    """People are masked, firms are not."""
    return name if subject_key in {"employer", "carrier", "venture"} else mask_name(name)
