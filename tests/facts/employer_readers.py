"""The facts of an employer and of an employment in plain Python."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from employment_portal.people.employment_facts import OPEN_ENDED_MONTHS
from employment_portal.people.models import StatusSpell
from employment_portal.registers.models import SizeStandard, SocialInsuranceMonth
from tests.facts.reading import (
    READERS,
    first_of,
    groups_on,
    in_period,
    is_of_kind,
    last_days,
    months_between,
    path,
    reads,
    section,
    spell_on,
)

READERS |= {
    "employer.region": lambda o, on: path(o.region),
    "employer.verified": lambda o, on: o.is_verified,
    "employer.scale": lambda o, on: o.scale or None,
    "employer.nature": lambda o, on: o.nature or None,
    "employer.industry": lambda o, on: section(o.industry),
    "employer.founded_on": lambda o, on: o.founded_on,
}


def _register_month(on: date) -> date | None:
    months = [row.month for row in SocialInsuranceMonth.objects.all() if row.month < first_of(on)]
    return max(months) if months else None


def _heads(organisation: Any, month: date) -> int:
    return SocialInsuranceMonth.objects.filter(employer=organisation, month=month).count()


@reads("employer.insured_headcount")
def insured_headcount(organisation: Any, on: date) -> int | None:
    month = _register_month(on)
    return _heads(organisation, month) if month else None


@reads("employer.size")
def size(organisation: Any, on: date) -> str | None:
    heads = insured_headcount(organisation, on)
    path = organisation.industry.path if organisation.industry else ""
    fitting = [row for row in SizeStandard.objects.all() if path.startswith(row.industry) and row.since <= on]
    if not heads or not fitting:
        return None
    standard = max(fitting, key=lambda row: (len(row.industry), row.since))
    limits = (
        ("large", standard.large_from),
        ("medium", standard.medium_from),
        ("small", standard.small_from),
    )
    return next((name for name, least in limits if heads >= least), "micro")


@reads("employer.layoff_rate")
def layoff_rate(organisation: Any, on: date) -> Decimal | None:
    month = _register_month(on)
    before = _heads(organisation, first_of(month, 12)) if month else 0
    if not before:
        return None
    lost = max(before - _heads(organisation, month), 0)
    return (Decimal(100 * lost) / before).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _last_year(organisation: Any, on: date) -> list[SocialInsuranceMonth]:
    rows = SocialInsuranceMonth.objects.filter(employer=organisation)
    return [row for row in rows if row.month.year == on.year - 1]


READERS |= {
    "employer.premiums_last_year": lambda o, on: sum(
        r.employer_fen + r.person_fen for r in _last_year(o, on)
    ),
    "employer.unemployment_premiums_last_year": lambda o, on: sum(
        r.unemployment_fen for r in _last_year(o, on)
    ),
    "employer.months_insured_last_year": lambda o, on: len({r.month for r in _last_year(o, on)}),
}


def contract_months(spell: StatusSpell) -> int | None:
    if spell.contract_open_ended:
        return OPEN_ENDED_MONTHS
    until = spell.contract_until
    return months_between(spell.period.lower, until + timedelta(days=1)) if until else None


def insured_rows(spell: StatusSpell, on: date) -> list[SocialInsuranceMonth]:
    rows = SocialInsuranceMonth.objects.filter(person=spell.person, employer=spell.employer)
    upper = spell.period.upper or date.max
    return [row for row in rows if first_of(spell.period.lower) <= row.month <= on and row.month < upper]


READERS |= {
    "employment.kind": lambda s, on: s.status,
    "employment.started_on": lambda s, on: s.period.lower,
    "employment.current": lambda s, on: s.period.lower <= on < (s.period.upper or date.max),
    "employment.months_employed": lambda s, on: max(
        months_between(s.period.lower, min(s.period.upper or date.max, on)), 0
    ),
    "employment.contract_until": lambda s, on: s.contract_until,
    "employment.contract_months": lambda s, on: contract_months(s),
    "employment.region": lambda s, on: path(s.region),
    "employment.groups_at_hire": lambda s, on: groups_on(s.person, s.period.lower),
    "employment.insured_months": lambda s, on, *, kind: len(
        [row for row in insured_rows(s, on) if is_of_kind(row, kind)]
    ),
    "employment.insured_months_in_period": lambda s, on, *, kind, months: len(
        [row for row in in_period(insured_rows(s, on), on, months) if is_of_kind(row, kind)]
    ),
    "employment.months_in_period": lambda s, on, *, months: sum(
        s.period.lower <= day < (s.period.upper or date.max) for day in last_days(on, int(months))
    ),
    "employment.employer_share": lambda s, on, *, months: sum(
        row.employer_fen for row in in_period(insured_rows(s, on), on, months)
    ),
}


@reads("employment.months_unemployed_before")
def months_unemployed_before(spell: StatusSpell, on: date) -> int:
    before = spell_on(spell.person, spell.period.lower - timedelta(days=1))
    if before is None or before.status != "unemployed":
        return 0
    return months_between(before.period.lower, before.period.upper)
