"""What is paid, reckoned exactly in whole numbers: the second opinion to what the database says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from subsidies.policies import content as c
from subsidies.policies.parsing import number

CAP, MONTH_CAP, YEAR_CAP, MONTHS_LEFT = "cap", "per_month_cap", "yearly_fen", "lifetime_months"


@dataclass(frozen=True)
class Calculation:
    """How an amount came about. ``inputs`` and ``rounding`` as stored with a decision; ``fen`` None: no amount."""

    kind: str
    inputs: dict[str, Any]
    rounding: dict[str, Any]
    capped_by: tuple[str, ...]
    months: int | None
    fen: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "inputs": self.inputs,
            "rounding": self.rounding,
            "capped_by": list(self.capped_by),
            "months": self.months,
            "fen": self.fen,
        }


def calculate(
    content: c.Content,
    values: Mapping[tuple[str, Any], Any],
    *,
    period_months: int | None,
    months_used: int = 0,
    year_used_fen: int = 0,
    exempt: bool = False,
) -> Calculation:
    """The amount in fen from fact values by ``FactRef.key``; None where a fact is not known or no row fits.

    ``months_used`` and ``year_used_fen`` are what was granted before under the item; ``exempt`` frees from the
    lifetime months.
    """
    amount, limits = content.amount, content.limits
    months, capped = _months(content, values, period_months, None if exempt else months_used)
    fen: int | None
    if isinstance(amount, c.Fixed):
        fen = amount.fen
    elif amount.months is not None and months is None:
        fen = None
    elif isinstance(amount, c.PerMonth):
        whole = None if months is None else amount.fen * months
        fen = _capped(whole, amount.cap_fen, None, months, capped)
    elif isinstance(amount, c.Rate):
        times = 1 if months is None or not amount.monthly else months
        share = _share(content, values.get(amount.of.key), amount.numerator * times, amount.denominator)
        fen = _capped(share, amount.cap_fen, amount.per_month_cap_fen, months, capped)
    else:
        fen = _from_table(content, amount, values, months, capped)
    if fen is not None and limits.yearly_fen is not None:
        left = max(limits.yearly_fen - year_used_fen, 0)
        if left < fen:
            fen = left
            capped.append(YEAR_CAP)
    inputs = {written(ref): plain(values.get(ref.key)) for ref in amount.refs()}
    if months is not None:
        inputs["months"] = months
    if limits.lifetime_months is not None:
        inputs["months_used"] = months_used
    if limits.yearly_fen is not None:
        inputs["year_used_fen"] = year_used_fen
    return Calculation(
        kind=amount.kind,
        inputs=inputs,
        rounding={"mode": content.rounding, "unit_fen": content.rounding_unit_fen},
        capped_by=tuple(capped),
        months=months,
        fen=fen,
    )


def _months(
    content: c.Content, values: Mapping[Any, Any], period_months: int | None, used: int | None
) -> tuple[int | None, list[str]]:
    if content.amount.months is None:
        return period_months, []
    found = values.get(content.amount.months.key)
    if found is None:
        return None, []
    months = max(int(found), 0)
    shortens = isinstance(content.amount, c.PerMonth)
    if shortens and content.limits.lifetime_months is not None and used is not None:
        left = max(content.limits.lifetime_months - used, 0)
        if left < months:
            return left, [MONTHS_LEFT]
    return months, []


def months_needed(content: c.Content, values: Mapping[Any, Any], period_months: int | None) -> int:
    """How many of the lifetime months must be left: an amount per month is paid for those that are, any other whole."""
    if content.amount.months is None:
        return period_months or 1
    found = values.get(content.amount.months.key)
    return 1 if found is None or isinstance(content.amount, c.PerMonth) else max(int(found), 1)


def _share(content: c.Content, base: Any, numerator: int, denominator: int) -> int | None:
    if base is None:
        return None
    exact = Fraction(Decimal(base)) * numerator / denominator
    return rounded(max(exact, Fraction(0)), content.rounding, content.rounding_unit_fen)


def _capped(
    fen: int | None, cap: int | None, per_month: int | None, months: int | None, capped: list[str]
) -> int | None:
    if fen is None:
        return None
    if per_month is not None and months is not None and per_month * months < fen:
        fen = per_month * months
        capped.append(MONTH_CAP)
    if cap is not None and cap < fen:
        fen = cap
        capped.append(CAP)
    return fen


def _from_table(
    content: c.Content, table: c.Table, values: Mapping[Any, Any], months: int | None, capped: list[str]
) -> int | None:
    row = next(
        (
            row
            for row in table.rows
            if all(fits(row[index], values.get(ref.key)) for index, ref in enumerate(table.columns))
        ),
        None,
    )
    if row is None:
        return None
    if table.of is not None:
        share = _share(content, values.get(table.of.key), row[-2], row[-1])
        return _capped(share, table.cap_fen, table.per_month_cap_fen, months, capped)
    if table.monthly:
        return None if months is None else row[-1] * months
    return int(row[-1])


def fits(cell: Any, value: Any) -> bool:
    """Whether a cell of a table fits a value found; None fits everything, also what is not known."""
    if cell is None:
        return True
    if value is None:
        return False
    if isinstance(cell, dict):
        bottom, top = comparable(cell.get("from"), value), comparable(cell.get("to"), value)
        return (bottom is None or bottom <= value) and (top is None or value <= top)
    if isinstance(value, str) and "/" in value:  # a region's path holds its code
        return cell in value.split("/")
    return bool(comparable(cell, value) == value)


def comparable(written: Any, value: Any) -> Any:
    """A value of the JSON in the type of the value found."""
    if written is None or isinstance(value, bool):
        return written
    if isinstance(value, date):
        return date.fromisoformat(written)
    if isinstance(value, int | Decimal):
        return number(written)
    return written


def rounded(exact: Fraction, mode: str, unit: int) -> int:
    """An exact, non-negative amount as whole multiples of ``unit``."""
    units = exact / unit
    whole, rest = divmod(units.numerator, units.denominator)
    twice = 2 * rest
    up = {
        "down": False,
        "up": rest > 0,
        "half_up": twice >= units.denominator,
        "half_even": twice > units.denominator or (twice == units.denominator and whole % 2 == 1),
    }[mode]
    return (whole + int(up)) * unit


def written(ref: c.FactRef) -> str:
    """``person.insurance_months(kind=all, months=3)``: a fact with its details, as one key."""
    details = ", ".join(f"{name}={value}" for name, value in sorted(ref.args.items()))
    return f"{ref.fact}({details})" if details else ref.fact


def plain(value: Any) -> Any:
    """A value as JSON holds it: dates as text, numbers whole or as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    return value
