"""Decisions of a recovery that need no database: what a plan must be, what is overdue, what becomes of the grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from subsidies.policies.enums import PeriodKind
from subsidies.recovery.models import Cause


class Effect(Enum):
    """What a recovery does to what was granted, and so to whether one may claim again."""

    STAYS = "stays"  # the grant stands in full: it counts against every limit, and nobody claims for that time again
    ENDS = "ends"  # the grant is gone: one may claim anew when one qualifies
    SHORTENED = "shortened"  # the time after the last day that counts is free again
    REDUCED = "reduced"  # the grant stands for its time, at the amount that was right


EFFECT_WORDS = {
    Effect.STAYS: _("The grant stands: it counts in full, and cannot be claimed for that time again."),
    Effect.ENDS: _("The grant ends: it may be claimed anew by whoever qualifies."),
    Effect.SHORTENED: _("The grant ends on the last day that counts: later time may be claimed anew."),
    Effect.REDUCED: _("The grant stands for its time, at the smaller amount."),
}


def effect_of(cause: str, *, whole: bool, period_kind: str) -> Effect:
    """By the cause, and whether all of the grant is asked back.

    A false statement keeps the hold, so that a lie never pays with a second try. An error of the agency and a
    payment made twice give the time back when everything is returned. Who did not qualify to the end keeps what was
    right: months are cut off; what is paid once for all time cannot be cut, so it is gone only as a whole.
    """
    if cause == Cause.FALSE_STATEMENT:
        return Effect.STAYS
    if whole:
        return Effect.ENDS
    if cause == Cause.NO_LONGER_QUALIFIES and period_kind == PeriodKind.MONTHS:
        return Effect.SHORTENED
    return Effect.REDUCED


def months_kept(lower: date, upper: date, qualified_until: date) -> int:
    """Calendar months of [lower, upper) that began on or before the last day that counts."""
    if qualified_until < lower:
        return 0
    last = min(qualified_until, upper - timedelta(days=1))
    return (last.year - lower.year) * 12 + last.month - lower.month + 1


@dataclass(frozen=True)
class Part:
    """An instalment as agreed: when, how much."""

    due_on: date
    fen: int


def plan_problem(parts: Sequence[Part], *, outstanding_fen: int, today: date, most: int) -> Any:
    """Why the parts are no plan, as a sentence, or None."""
    if len(parts) < 2:
        return _("Agree at least two parts; a single payment needs no plan.")
    if len(parts) > most:
        return _("A plan has at most %(most)s parts.") % {"most": most}
    if any(part.fen <= 0 for part in parts):
        return _("Every part needs an amount of more than zero.")
    if parts[0].due_on < today:
        return _("The first part must not lie in the past.")
    if any(later.due_on <= earlier.due_on for earlier, later in zip(parts, parts[1:], strict=False)):
        return _("Each part must be due after the one before it.")
    if sum(part.fen for part in parts) != outstanding_fen:
        return _("The parts do not add up to what is outstanding.")
    return None


def even_parts(outstanding_fen: int, count: int, first: date) -> list[Part]:
    """``count`` monthly parts of whole yuan from ``first`` on; the last takes what is left over."""
    each = outstanding_fen // count // 100 * 100
    parts = []
    for number in range(count):
        fen = each if number < count - 1 else outstanding_fen - each * (count - 1)
        parts.append(Part(_months_later(first, number), fen))
    return parts


def _months_later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@dataclass(frozen=True)
class Standing:
    """How far an instalment is paid; receipts count for the earliest part first."""

    part: Part
    paid_fen: int
    overdue: bool

    @property
    def left_fen(self) -> int:
        return self.part.fen - self.paid_fen


def standings(parts: Sequence[Part], *, received_fen: int, today: date) -> list[Standing]:
    found = []
    for part in parts:
        paid = min(part.fen, received_fen)
        received_fen -= paid
        found.append(Standing(part, paid, overdue=paid < part.fen and part.due_on < today))
    return found


def overdue_fen(found: Sequence[Standing]) -> int:
    return sum(row.left_fen for row in found if row.overdue)


def reminder_number(due_on: date, today: date, *, every_days: int) -> int:
    """Which reminder an unpaid part is due for: 0 for none, 1 on the day after, 2 ``every_days`` later, …"""
    days = (today - due_on).days
    return 0 if days < 1 else (days - 1) // every_days + 1


def returns_to_budget(line_year: int, *, received_on: date, booked_on: date) -> bool:
    """Money of a fiscal year is available again in that year only; later it belongs to the treasury."""
    return line_year == received_on.year == booked_on.year
