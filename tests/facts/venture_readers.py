"""The facts of a certificate, a venture and an incubator in plain Python."""

from datetime import date
from typing import Any

from employment_portal.people.models import StatusSpell
from employment_portal.registers.models import Accreditation, Assessment, Lease, SkillCertificate
from tests.facts.employer_readers import contract_months, insured_rows
from tests.facts.reading import READERS, is_open, last_days, months_between, path, reads, section

READERS |= {
    "certificate.level": lambda c, on: str(c.level) if c.level else None,
    "certificate.occupation": lambda c, on: (
        c.occupation.code if c.occupation and c.occupation.level == 4 else None
    ),
    "certificate.occupation_group": lambda c, on: c.occupation.path.split("/")[0] if c.occupation else None,
    "certificate.issued_on": lambda c, on: c.issued_on,
    "certificate.training_hours": lambda c, on: c.training_hours,
    "certificate.months_since_issue": lambda c, on: months_between(c.issued_on, on),
}


@reads("certificate.highest")
def highest(certificate: SkillCertificate, on: date) -> bool | None:
    if certificate.level is None:
        return None
    others = [row for row in certificate.person.skill_certificates.all() if row.issued_on <= on and row.level]
    if certificate.occupation_id:
        others = [row for row in others if row.occupation_id == certificate.occupation_id]
    else:
        others = [row for row in others if row.occupation_name == certificate.occupation_name]
    return not any(row.level > certificate.level for row in others)


def _leases(rows: Any, on: date) -> list[Lease]:
    return [row for row in rows if row.starts_on <= on <= (row.ends_on or date.max)]


@reads("venture.first")
def first(venture: Any, on: date) -> bool:
    return min(venture.founder.ventures.all(), key=lambda row: (row.registered_on, row.pk)) == venture


@reads("venture.jobs_created")
def jobs_created(venture: Any, on: date) -> int | None:
    if venture.organisation_id is None:
        return None
    spells = StatusSpell.objects.filter(
        employer=venture.organisation_id, voided_at__isnull=True, status="employed"
    ).exclude(person=venture.founder_id)
    held = [spell for spell in spells if spell.period.lower <= on < (spell.period.upper or date.max)]
    return len([spell for spell in held if (contract_months(spell) or 0) >= 12 and insured_rows(spell, on)])


@reads("venture.rent_this_year")
def rent_this_year(venture: Any, on: date) -> int | None:
    held = [row for day in last_days(on, on.month) for row in _leases(venture.leases.all(), day)]
    return sum(row.monthly_rent_fen for row in held) if held else None


READERS |= {
    "venture.registered_on": lambda v, on: v.registered_on,
    "venture.months_operating": lambda v, on: max(
        months_between(v.registered_on, min(v.closed_on or date.max, on)), 0
    ),
    "venture.open": is_open,
    "venture.region": lambda v, on: path(v.region),
    "venture.industry": lambda v, on: section(v.industry),
    "venture.rent_per_month": lambda v, on: (
        sum(row.monthly_rent_fen for row in _leases(v.leases.all(), on))
        if _leases(v.leases.all(), on)
        else None
    ),
    "venture.in_carrier": lambda v, on: any(row.carrier_id for row in _leases(v.leases.all(), on)),
}


RANKS = ["district", "city", "province", "national"]


def _accreditation(carrier: Any, on: date) -> Accreditation | None:
    rows = carrier.accreditations.all()
    valid = [row for row in rows if row.accredited_on <= on <= (row.ends_on or date.max)]
    return max(valid, key=lambda row: RANKS.index(row.level), default=None)


@reads("carrier.grade")
def grade(carrier: Any, on: date, *, year: str) -> str | None:
    found = Assessment.objects.filter(carrier=carrier, year=on.year - int(year)).first()
    return found.grade if found else None


READERS |= {
    "carrier.level": lambda o, on: row.level if (row := _accreditation(o, on)) else None,
    "carrier.accredited_on": lambda o, on: row.accredited_on if (row := _accreditation(o, on)) else None,
    "carrier.months_since_accreditation": lambda o, on: (
        months_between(row.accredited_on, on) if (row := _accreditation(o, on)) else None
    ),
    "carrier.ventures": lambda o, on: len(
        {row.venture_id for row in _leases(Lease.objects.filter(carrier=o), on)}
    ),
}
