"""Working days of China: the plain week corrected by the State Council's yearly table with its make-up days (调休).

The table of a year is published late in the year before. A deadline that reaches a year without a table is
provisional: it counts Monday to Friday there and is to be computed again once the table is imported.
"""

import csv
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.models import CalendarDay

SHIPPED_CALENDAR = Path(__file__).parent / "data" / "calendar.csv"
COLUMNS = ["day", "is_working", "name", "source"]
RELOAD_SECONDS = 300  # how long another process may go on with the table from before an import


class InvalidCalendar(DomainError):
    message = _("The calendar file cannot be used.")


class Deadline(NamedTuple):
    due_on: date
    provisional: bool


@dataclass(frozen=True)
class _Table:
    working: dict[date, bool]
    published_years: frozenset[int]
    loaded_at: float


_lock = threading.Lock()
_table: _Table | None = None


def _current() -> _Table:
    global _table
    table = _table
    if table is None or time.monotonic() - table.loaded_at > RELOAD_SECONDS:
        with _lock:
            working = dict(CalendarDay.objects.values_list("day", "is_working"))
            # Every yearly notice holds National Day; a make-up day alone does not publish its year.
            years = frozenset(day.year for day in working if (day.month, day.day) == (10, 1))
            table = _Table(working, years, time.monotonic())
            _table = table if working else None
    return table


def invalidate() -> None:
    """Forget the table held by this process; others follow within RELOAD_SECONDS."""
    global _table
    _table = None


def published_years() -> frozenset[int]:
    """Years whose table has been imported."""
    return _current().published_years


def is_working_day(day: date) -> bool:
    listed = _current().working.get(day)
    return day.weekday() < 5 if listed is None else listed


def add_working_days(start: date, days: int) -> date:
    """The ``days``-th working day after ``start``, which itself is not counted (before it when negative).

    0 gives ``start`` or, on a day off, the next working day.
    """
    step = timedelta(days=-1 if days < 0 else 1)
    day, left = start, abs(days)
    if left == 0:
        while not is_working_day(day):
            day += step
        return day
    while left:
        day += step
        if is_working_day(day):
            left -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

    The inverse of ``add_working_days``: what is left of a clock on ``start`` that is due on ``end``.
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def deadline(start: date, days: int) -> Deadline:
    """When a clock of ``days`` working days that starts running after ``start`` is due."""
    due_on = add_working_days(start, days)
    first_counted = start + timedelta(days=(due_on > start) - (due_on < start))
    years = range(min(first_counted, due_on).year, max(first_counted, due_on).year + 1)
    return Deadline(due_on, provisional=not published_years().issuperset(years))


def read_calendar(lines: Iterable[str]) -> list[CalendarDay]:
    """The rows of a calendar file (CSV, ``#`` comments). Raises InvalidCalendar naming the line."""
    numbered = [(number, line) for number, line in enumerate(lines, start=1)]
    content = [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]
    reader = csv.DictReader(line.lstrip("\ufeff") for _number, line in content)
    if reader.fieldnames is None or [name.strip() for name in reader.fieldnames] != COLUMNS:
        raise InvalidCalendar(_("The first line must be: %(columns)s."), columns=",".join(COLUMNS))
    days: dict[date, CalendarDay] = {}
    for (number, _line), row in zip(content[1:], reader, strict=True):
        try:
            day = date.fromisoformat((row["day"] or "").strip())
        except ValueError as error:
            raise InvalidCalendar(_("Line %(line)s: write the day as 2027-01-01."), line=number) from error
        is_working = (row["is_working"] or "").strip()
        name, source = (row["name"] or "").strip(), (row["source"] or "").strip()
        if is_working not in {"0", "1"}:
            raise InvalidCalendar(_("Line %(line)s: is_working is 1 or 0."), line=number)
        if not name or not source:
            raise InvalidCalendar(_("Line %(line)s: name and source are required."), line=number)
        if day in days:
            raise InvalidCalendar(_("Line %(line)s: %(day)s is listed twice."), line=number, day=day)
        days[day] = CalendarDay(day=day, is_working=is_working == "1", name=name, source=source)
    if not days:
        raise InvalidCalendar(_("The file lists no day."))
    return sorted(days.values(), key=lambda row: row.day)


def import_calendar(lines: Iterable[str]) -> dict[int, int]:
    """Store a calendar file in place of what was there for its days and notices; how many days it has per year.

    Raises InvalidCalendar, in which case nothing changed.
    """
    return _store(read_calendar(lines))


def load_calendar() -> dict[int, int]:
    """The years that ship with the portal; a year that is there already, perhaps corrected, stays as it is."""
    with SHIPPED_CALENDAR.open(encoding="utf-8") as lines:
        rows = read_calendar(lines)
    invalidate()
    return _store([row for row in rows if row.day.year not in published_years()])


def _store(rows: list[CalendarDay]) -> dict[int, int]:
    # Replaced notice by notice, not year by year: a notice may put a make-up day into the year before.
    sources = {row.source for row in rows}
    with transaction.atomic():
        CalendarDay.objects.filter(source__in=sources).delete()
        CalendarDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["is_working", "name", "source"],
        )
    transaction.on_commit(invalidate)
    invalidate()
    return dict(Counter(row.day.year for row in rows))
