"""Earlier benefits in plain Python."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from employment_portal.people.models import StatusSpell
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


def granted_in(row: Any, on: date, item: str, year: str) -> list[Any]:
    return [
        held for held in granted(row, item) if timezone.localdate(held.granted_at).year == on.year - int(year)
    ]


@reads("person.benefits_count_in_year")
@reads("employer.benefits_count_in_year")
def benefits_count_in_year(row: Any, on: date, item: str, year: str) -> int:
    return len(granted_in(row, on, item, year))


@reads("person.benefits_months_in_year")
@reads("employer.benefits_months_in_year")
def benefits_months_in_year(row: Any, on: date, item: str, year: str) -> int:
    return sum(held.months for held in granted_in(row, on, item, year))


@reads("person.benefits_fen_in_year")
@reads("employer.benefits_fen_in_year")
def benefits_fen_in_year(row: Any, on: date, item: str, year: str) -> int:
    return sum(held.amount_fen for held in granted_in(row, on, item, year))


@reads("person.benefits_fen_this_year")
@reads("employer.benefits_fen_this_year")
def benefits_fen_this_year(row: Any, on: date) -> int:
    return sum(
        held.amount_fen
        for held in row.entitlements.all()
        if held.live and timezone.localdate(held.granted_at).year == on.year
    )


@reads("employer.benefits_kept")
def benefits_kept(row: Any, on: date, item: str) -> Decimal | None:
    for_hires = [held.subject_id for held in granted(row, item) if held.item.subject == "employment"]
    spells = StatusSpell.objects.filter(pk__in=for_hires, voided_at__isnull=True)
    since = on - relativedelta(years=1)
    ended = [spell for spell in spells if spell.period.upper and since < spell.period.upper <= on]
    if not ended:
        return None
    kept = [spell for spell in ended if _again(spell, on)]
    return (Decimal(100 * len(kept)) / len(ended)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _again(spell: StatusSpell, on: date) -> bool:
    later = StatusSpell.objects.filter(
        person=spell.person, employer=spell.employer, voided_at__isnull=True, status="employed"
    )
    return any(spell.period.upper <= one.period.lower <= on for one in later)


@reads("person.months_to_retirement_at_first")
def months_to_retirement_at_first(row: Any, on: date, item: str) -> int | None:
    first = min((timezone.localdate(held.granted_at) for held in granted(row, item)), default=on)
    months = months_between(READERS["person.retirement_on"](row, on), first)
    return None if months is None else -months


@reads("person.public_posts")
def public_posts(row: Any, on: date) -> int:
    spells = row.spells.filter(voided_at__isnull=True, status="public_post")
    return sum(spell.period.lower <= on for spell in spells)
