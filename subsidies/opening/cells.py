"""What stands in the cells of an opening file, or the error that refuses its row."""

from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from employment_portal.core.errors import DomainError
from employment_portal.core.money import yuan_to_fen
from subsidies.opening.columns import SHEETS
from subsidies.opening.reading import Read
from subsidies.policies.enums import PeriodKind
from subsidies.policies.periods import UNBOUNDED


class Refused(Exception):
    def __init__(self, code: str, **values: Any):
        self.code, self.values = code, values
        super().__init__(code)


def name_of(row: Read, key: str) -> str:
    return next(column.names[0] for column in SHEETS[row.kind] if column.key == key)


def fen_in(row: Read, key: str) -> int:
    try:
        return yuan_to_fen(row.cells.get(key, ""))
    except DomainError:
        raise Refused("bad_amount", column=name_of(row, key)) from None


def whole_in(row: Read, key: str) -> int:
    text = row.cells.get(key, "")
    if not text.isdigit() or (key == "year" and not 2000 <= int(text) <= 2100) or int(text) > 32_000:
        raise Refused("bad_number", column=name_of(row, key))
    return int(text)


def day_in(row: Read, key: str) -> date:
    try:
        return date.fromisoformat(row.cells.get(key, "").replace("/", "-")[:10])
    except ValueError:
        raise Refused("bad_date", column=name_of(row, key)) from None


def period_in(row: Read, kind: str) -> tuple[DateRange, int]:
    """The time of a grant; the last day is written inclusive, as people do."""
    if kind == PeriodKind.ONCE:
        if row.cells.get("from") or row.cells.get("to"):
            raise Refused("bad_period")
        return UNBOUNDED, 0
    period = DateRange(day_in(row, "from"), day_in(row, "to") + timedelta(days=1))
    if period.lower >= period.upper or period.lower.day != 1 or period.upper.day != 1:
        raise Refused("bad_period")
    months = (period.upper.year - period.lower.year) * 12 + period.upper.month - period.lower.month
    if kind == PeriodKind.YEAR and (period.lower.month, months) != (1, 12):
        raise Refused("bad_period")
    counted = whole_in(row, "months") if row.cells.get("months") else months
    if not 1 <= counted <= months:
        raise Refused("bad_number", column=name_of(row, "months"))
    return period, counted
