"""Which limits hold for a region on a day: rows of the configuration, else the file shipped beside this module."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from employment_portal.regions.models import Region
from jobs.postings.models import PostingRule
from jobs.postings.rules import Limits

SHIPPED_RULES = Path(__file__).parent / "data" / "rules.csv"


class Row(NamedTuple):
    region: str
    name: str
    value: int
    valid_from: date


@cache
def _shipped() -> tuple[Row, ...]:
    with SHIPPED_RULES.open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return tuple(
            Row(row["region"], row["name"], int(row["value"]), date.fromisoformat(row["valid_from"]))
            for row in rows
        )


def limits_in_force(region: Region | None, on: date) -> Limits:
    """The limits of ``region`` (everywhere when None) on a day, in one query.

    A configured row beats a shipped one, then the nearest region, then the newest day.
    """
    codes = region.path_codes if region else []
    nearness = {"": 0} | {code: depth for depth, code in enumerate(codes, start=1)}
    stored = (
        PostingRule.objects.filter(Q(region=None) | Q(region__code__in=codes), valid_from__lte=on)
        .order_by("pk")
        .values_list("region__code", "name", "value", "valid_from")
    )
    values: dict[str, int] = {}
    for rows in (_shipped(), [Row(code or "", name, value, day) for code, name, value, day in stored]):
        current = [row for row in rows if row.region in nearness and row.valid_from <= on]
        for row in sorted(current, key=lambda row: (nearness[row.region], row.valid_from)):
            values[row.name] = row.value
    return Limits(**values)
