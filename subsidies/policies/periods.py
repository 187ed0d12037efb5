"""Which time a claim covers, and the day on which its facts are looked at."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.policies.enums import PeriodKind

UNBOUNDED = DateRange(None, None)


class NotAPeriod(DomainError):
    message = _("Choose whole calendar months, the last of which is over.")


def first_of_month(day: date, *, back: int = 0) -> date:
    """The first day of the month ``back`` months before that of ``day``."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def usual_period(kind: str, months: int, on: date) -> DateRange:
    """What a claim covers unless the claimant says else: nothing bounded, the last whole months, the year."""
    if kind == PeriodKind.ONCE:
        return UNBOUNDED
    if kind == PeriodKind.YEAR:
        return DateRange(date(on.year, 1, 1), date(on.year + 1, 1, 1))
    return DateRange(first_of_month(on, back=months), first_of_month(on))


def check_period(kind: str, period: DateRange, on: date) -> None:
    """Raises NotAPeriod when ``period`` is none of its kind, or lies in the future."""
    lower, upper = period.lower, period.upper
    if kind == PeriodKind.ONCE:
        if lower is not None or upper is not None:
            raise NotAPeriod(_("This is paid once: it covers no months."))
        return
    if lower is None or upper is None or lower >= upper or lower.day != 1 or upper.day != 1:
        raise NotAPeriod
    if kind == PeriodKind.YEAR:
        if (lower.month, upper.month, upper.year) != (1, 1, lower.year + 1) or lower > on:
            raise NotAPeriod(_("Choose a calendar year that has begun."))
    elif upper > on:
        raise NotAPeriod


def months_in(period: DateRange) -> int | None:
    """The calendar months of a bounded period, None for an unbounded one."""
    if period.lower is None or period.upper is None:
        return None
    return (period.upper.year - period.lower.year) * 12 + period.upper.month - period.lower.month


def day_of_facts(period: DateRange, on: date) -> date:
    """The last day of the period, or ``on`` while it still runs or has no end."""
    return on if period.upper is None else min(on, period.upper - timedelta(days=1))
