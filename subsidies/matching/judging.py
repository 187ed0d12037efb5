"""A policy read over answers instead of rows: the same verdict as the engine, without a database.

Nobody's earlier benefits are known here, so limits are looked at as if nothing had been granted yet.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from subsidies.policies import content as c
from subsidies.policies.periods import months_in
from subsidies.policies.rules import Calculation, calculate, comparable, months_needed, plain
from subsidies.policies.verdicts import ConditionResult, blocking_paths, truth

Values = Mapping[tuple[str, Any], Any]
YES, OPEN, NO = "yes", "open", "no"


@dataclass(frozen=True)
class Judgement:
    """What a policy says to a set of answers. ``meets``, ``here`` and ``room`` are None where an answer is missing."""

    conditions: list[ConditionResult]
    meets: bool | None
    here: bool | None
    room: bool | None
    calculation: Calculation

    @property
    def qualifies(self) -> bool:
        return bool(self.meets and self.here and self.room and self.calculation.fen)

    @property
    def verdict(self) -> str:
        """yes, open (an answer is missing) or no."""
        if self.qualifies:
            return YES
        decisive = False in (self.meets, self.here, self.room) or self.calculation.fen == 0
        return NO if decisive else OPEN


def judge(
    content: c.Content,
    values: Values,
    *,
    place: str | None,
    region_path: str,
    carved: Sequence[str],
    on: date,
    period: DateRange,
) -> Judgement:
    """``values`` by ``FactRef.key``, in the types of the engine; a missing one is not known. ``place`` is the path of
    the region that the policy looks at, ``carved`` those of places with a policy of their own."""
    leaves = list(content.conditions.leaves())
    verdicts = {leaf.path: holds(leaf, values.get(leaf.ref.key)) for leaf in leaves}
    blocking = set(blocking_paths(content.conditions, verdicts))
    unless = content.limits.lifetime_unless
    exempt = unless is not None and holds(unless, values.get(unless.ref.key)) is True
    months = months_in(period)
    conditions = [
        ConditionResult(
            path=leaf.path,
            fact=leaf.ref.fact,
            args=leaf.ref.args,
            op=leaf.op,
            wanted=leaf.value,
            found=plain(values.get(leaf.ref.key)),
            verdict=verdicts[leaf.path],
            article=leaf.article,
            own_label=leaf.label,
            blocks=leaf.path in blocking,
        )
        for leaf in leaves
    ]
    return Judgement(
        conditions=conditions,
        meets=truth(content.conditions, verdicts),
        here=_here(place, region_path, carved),
        room=_room(content, values, months, exempt=exempt, on=on, period=period),
        calculation=calculate(content, values, period_months=months, exempt=exempt),
    )


def holds(leaf: c.Condition, value: Any) -> bool | None:
    """One condition over one value; None where the value is not known."""
    op, wanted = leaf.op, leaf.value
    if op == c.KNOWN:
        return value is not None
    if op == c.UNKNOWN:
        return value is None
    if value is None:
        return None
    if op == c.BETWEEN:
        low, high = (comparable(part, value) for part in wanted)
        return bool(low <= value <= high)
    if op in COMPARED:
        return bool(COMPARED[op](value, comparable(wanted, value)))
    listed = set(wanted)
    if op in (c.WITHIN, c.NOT_WITHIN):
        return bool(listed & set(value.split("/"))) is (op == c.WITHIN)
    if op in (c.IN, c.NOT_IN):
        return (value in listed) is (op == c.IN)
    if op == c.ALL_OF:
        return listed <= set(value)
    return bool(listed & set(value)) is (op == c.ANY_OF)


COMPARED = {
    c.EQ: lambda value, wanted: value == wanted,
    c.NE: lambda value, wanted: value != wanted,
    c.LT: lambda value, wanted: value < wanted,
    c.LE: lambda value, wanted: value <= wanted,
    c.GT: lambda value, wanted: value > wanted,
    c.GE: lambda value, wanted: value >= wanted,
}


def _here(place: str | None, region_path: str, carved: Sequence[str]) -> bool | None:
    if place is None:
        return None
    return place.startswith(region_path) and not any(place.startswith(path) for path in carved)


def _room(
    content: c.Content, values: Values, months: int | None, *, exempt: bool, on: date, period: DateRange
) -> bool | None:
    limits = content.limits
    tests: list[bool | None] = []
    if limits.lifetime_months is not None:
        tests.append(exempt or months_needed(content, values, months) <= limits.lifetime_months)
    tests += [limit > 0 for limit in (limits.lifetime_count, limits.yearly_count) if limit is not None]
    if limits.claim_within_months is not None:
        start = values.get(limits.from_fact.key) if limits.from_fact else period.upper - timedelta(days=1)
        tests.append(None if start is None else on <= _months_after(start, limits.claim_within_months))
    if False in tests:
        return False
    return None if None in tests else True


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, the month's last one where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
