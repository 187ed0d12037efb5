"""The facts of a person in plain Python."""

from datetime import date
from typing import Any

from employment_portal.classifications.enums import Sex
from employment_portal.people.enums import RetirementCategory
from employment_portal.people.records.rules import age_on, retirement_of
from employment_portal.registers.models import SocialInsuranceMonth
from tests.facts.reading import (
    READERS,
    first_of,
    groups_on,
    in_period,
    is_of_kind,
    is_open,
    months_between,
    path,
    reads,
    spell_on,
)


def _retires(person: Any) -> date | None:
    if not person.retirement_category and person.sex == Sex.MALE:
        person.retirement_category = RetirementCategory.MAN_60
    age = retirement_of(person)
    return age.reached_on if age else None


def _paid(person: Any, on: date) -> list[SocialInsuranceMonth]:
    return [row for row in person.insurance_months.all() if row.month <= on]


READERS |= {
    "person.age": lambda p, on: age_on(p.birth_date, on) if p.birth_date else None,
    "person.age_months": lambda p, on: months_between(p.birth_date, on),
    "person.sex": lambda p, on: str(p.sex) if p.sex in {1, 2} else None,
    "person.education": lambda p, on: str(p.education) if p.education else None,
    "person.identity_confirmed": lambda p, on: p.real_name_status == "confirmed",
    "person.retirement_on": lambda p, on: _retires(p),
    "person.household_region": lambda p, on: path(p.household_region),
    "person.residence_region": lambda p, on: path(p.residence_region),
    "person.work_region": lambda p, on: path(p.work_region),
    "person.insured_region": lambda p, on: path(p.insured_region),
    "person.groups": groups_on,
    "person.hardship": lambda p, on: any(group.startswith("h_") for group in groups_on(p, on)),
    "person.graduated_on": lambda p, on: p.graduated_on,
    "person.graduation_year": lambda p, on: p.graduated_on.year if p.graduated_on else None,
    "person.months_since_graduation": lambda p, on: months_between(p.graduated_on, on),
}


@reads("person.retired")
def retired(person: Any, on: date) -> bool | None:
    day = _retires(person)
    return day <= on if day else None


@reads("person.months_to_retirement")
def months_to_retirement(person: Any, on: date) -> int | None:
    day = _retires(person)
    if day is None:
        return None
    full = (day.year - on.year) * 12 + day.month - on.month
    return full + (day.day > on.day)  # a month begun counts


@reads("person.status")
def status(person: Any, on: date) -> str | None:
    spell = spell_on(person, on)
    return spell.status if spell else None


@reads("person.months_in_status")
def months_in_status(person: Any, on: date) -> int | None:
    spell = spell_on(person, on)
    return months_between(spell.period.lower, on) if spell else None


@reads("person.months_unemployed")
def months_unemployed(person: Any, on: date) -> int:
    spell = spell_on(person, on)
    return months_between(spell.period.lower, on) if spell and spell.status == "unemployed" else 0


@reads("person.employed")
def employed(person: Any, on: date) -> bool:
    spell = spell_on(person, on)
    return bool(spell and spell.status in {"employed", "public_post"})


@reads("person.insurance_months")
def insurance_months(person: Any, on: date, *, kind: str, months: str) -> int:
    return len({row.month for row in in_period(_paid(person, on), on, months) if is_of_kind(row, kind)})


@reads("person.insurance_months_total")
def insurance_months_total(person: Any, on: date, *, kind: str) -> int:
    return len({row.month for row in _paid(person, on) if is_of_kind(row, kind)})


@reads("person.insurance_months_in_a_row")
def insurance_months_in_a_row(person: Any, on: date) -> int:
    spell = spell_on(person, on)
    employer = spell.employer_id if spell else None
    held = {row.month for row in _paid(person, on) if employer and row.employer_id == employer}
    if not held:
        return 0
    count, month = 0, max(held)
    while month in held:
        count, month = count + 1, first_of(month, 1)
    return count


@reads("person.flexible_months")
def flexible_months(person: Any, on: date, *, months: str) -> int:
    return len([row for row in in_period(_paid(person, on), on, months) if row.flexible])


@reads("person.flexible_paid")
def flexible_paid(person: Any, on: date, *, months: str) -> int:
    return sum(row.person_fen for row in in_period(_paid(person, on), on, months) if row.flexible)


@reads("person.deceased")
def deceased(person: Any, on: date) -> bool:
    return any(row.kind == "deceased" and row.starts_on <= on for row in person.civil_records.all())


@reads("person.circumstances")
def circumstances(person: Any, on: date) -> list[str]:
    rows = [row for row in person.civil_records.all() if row.kind != "deceased"]
    return sorted({row.kind for row in rows if row.starts_on <= on <= (row.ends_on or date.max)})


@reads("person.has_business")
def has_business(person: Any, on: date) -> bool:
    return any(is_open(row, on) for row in person.ventures.all())


@reads("person.certificates")
def certificates(person: Any, on: date) -> int:
    return len([row for row in person.skill_certificates.all() if row.issued_on <= on])


@reads("person.highest_level")
def highest_level(person: Any, on: date) -> str | None:
    levels = [row.level for row in person.skill_certificates.all() if row.issued_on <= on and row.level]
    return str(max(levels)) if levels else None
