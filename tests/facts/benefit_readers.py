"""Earlier benefits in plain Python."""

from datetime import date
from typing import Any

from django.utils import timezone

from tests.facts.reading import READERS, months_between, reads


def granted(row: Any, item: str) -> list[Any]:
    return [held for held in row.entitlements.all() if held.live and held.item.code == item]


@reads("person.benefits_count")
@reads("employer.benefits_count")
def benefits_count(row: Any, on: date, item: str) -> int:
    return len(granted(row, item))


@reads("person.benefits_months")
@reads("employer.benefits_months")
def benefits_months(row: Any, on: date, item: str) -> int:
    return sum(held.months for held in granted(row, item))


@reads("person.benefits_fen_this_year")
@reads("employer.benefits_fen_this_year")
def benefits_fen_this_year(row: Any, on: date) -> int:
    return sum(
        held.amount_fen
        for held in row.entitlements.all()
        if held.live and timezone.localdate(held.granted_at).year == on.year
    )


@reads("person.months_to_retirement_at_first")
def months_to_retirement_at_first(row: Any, on: date, item: str) -> int | None:
    first = min((timezone.localdate(held.granted_at) for held in granted(row, item)), default=on)
    months = months_between(READERS["person.retirement_on"](row, on), first)
    return None if months is None else -months


@reads("person.public_posts")
def public_posts(row: Any, on: date) -> int:
    spells = row.spells.filter(voided_at__isnull=True, status="public_post")
    return sum(spell.period.lower <= on for spell in spells)
