"""What the readers share: where they are kept, and how months, spells and groups are told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from employment_portal.people.models import StatusSpell
from employment_portal.registers.models import SocialInsuranceMonth

Reader = Callable[..., Any]
READERS: dict[str, Reader] = {}


def reads(key: str) -> Callable[[Reader], Reader]:
    def keep(reader: Reader) -> Reader:
        READERS[key] = reader
        return reader

    return keep


def months_between(since: date | None, until: date | None) -> int | None:
    if since is None or until is None:
        return None
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)


def first_of(day: date, months_back: int = 0) -> date:
    total = day.year * 12 + day.month - 1 - months_back
    return date(total // 12, total % 12 + 1, 1)


def last_days(on: date, months: int) -> list[date]:
    """The last days of so many months back from the month of ``on``, which stands for the running month."""
    return [on, *(first_of(on, back) - timedelta(days=1) for back in range(months - 1))]


def spell_on(person: Any, on: date) -> StatusSpell | None:
    for spell in person.spells.filter(voided_at__isnull=True):
        if spell.period.lower <= on and (spell.period.upper is None or on < spell.period.upper):
            return spell
    return None


def groups_on(person: Any, on: date) -> list[str]:
    return sorted(
        {
            row.group
            for row in person.groups.all()
            if row.state in {"certified", "ended"}
            and row.valid.lower <= on
            and (row.valid.upper is None or on < row.valid.upper)
        }
    )


def is_of_kind(row: SocialInsuranceMonth, kind: str) -> bool:
    if kind == "all":
        return row.pension and row.medical and row.unemployment
    return getattr(row, kind)


def in_period(rows: list[SocialInsuranceMonth], on: date, months: str) -> list[SocialInsuranceMonth]:
    return [row for row in rows if row.month >= first_of(on, int(months) - 1)]


def path(region: Any) -> str | None:
    return region.path if region else None


def section(industry: Any) -> str | None:
    return industry.path.split("/")[0] if industry else None


def is_open(venture: Any, on: date) -> bool:
    return venture.registered_on <= on < (venture.closed_on or date.max)
