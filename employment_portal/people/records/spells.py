"""Opening and closing the spells of a person's employment history (C2)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.people.enums import WORKING, EmploymentStatus, SpellEnd
from employment_portal.people.models import Person, StatusSpell
from employment_portal.people.records.rules import age_on
from employment_portal.regions.terms import TermCode, term

# By what a status without work ends when the new one begins.
ENDS_BY = {
    EmploymentStatus.EMPLOYED: SpellEnd.HIRED,
    EmploymentStatus.PUBLIC_POST: SpellEnd.HIRED,
    EmploymentStatus.SELF_EMPLOYED: SpellEnd.BUSINESS,
    EmploymentStatus.FLEXIBLE: SpellEnd.STABLE_INCOME,
}


class StillWorking(DomainError):
    """Another employment runs on that day; the person decides whether it ends."""

    message = _(
        "You are recorded as working at %(employer)s on that day. Choose to end that record the day before, or "
        "ask for another first day of work."
    )


class LaterSpell(DomainError):
    message = _(
        "Your employment record already has an entry from %(day)s on. Have it corrected at a service counter first."
    )


class TooYoungToWork(DomainError):
    message = _(
        "Nobody under %(age)s on the first day of work may be employed (Labour Law, article 15). Check the identity "
        "number and the day."
    )


class SpellOver(DomainError):
    message = _("This record has already ended.")


class EndBeforeStart(DomainError):
    message = _("The last day lies before the first.")


def check_may_be_employed(birth_date: date | None, *, starts_on: date, region: Any) -> None:
    """Raises TooYoungToWork. A birth date that is not on record hinders nobody."""
    age = term(TermCode.WORKING_AGE, region=region, on=starts_on)
    if birth_date is not None and age_on(birth_date, starts_on) < age:
        raise TooYoungToWork(age=age)


@transaction.atomic
def open_employment_spell(*, end_earlier: bool = False, **fields: Any) -> StatusSpell:
    """Record that a person works for an employer from ``starts_on`` on; ``fields`` as of ``open_spell``.

    A spell without work that holds on that day ends the day before, unemployment by 被招用 (HIRED). A running
    employment ends only with ``end_earlier``. The same ``source`` and ``source_id`` give the same spell again.

    Raises TooYoungToWork, StillWorking, LaterSpell.
    """
    return open_spell(status=EmploymentStatus.EMPLOYED, end_earlier=end_earlier, **fields)


@transaction.atomic
def open_spell(
    *,
    person_id: int,
    status: str,
    starts_on: date,
    source: str,
    source_id: str = "",
    by: Any,
    employer: Any = None,
    employer_name: str = "",
    occupation: Any = None,
    region: Any = None,
    contract_until: date | None = None,
    contract_open_ended: bool = False,
    evidence: str = "",
    end_earlier: bool = False,
) -> StatusSpell:
    """Begin a new status from ``starts_on`` on; what held before ends the day before.

    A running employment ends only with ``end_earlier``. The same ``source`` and ``source_id`` (when given) make
    the same spell again. Raises TooYoungToWork, StillWorking, LaterSpell.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if source_id:
        known = StatusSpell.objects.filter(source=source, source_id=source_id, voided_at__isnull=True).first()
        if known is not None:
            return known
    if status in {EmploymentStatus.EMPLOYED, EmploymentStatus.PUBLIC_POST}:
        check_may_be_employed(person.birth_date, starts_on=starts_on, region=region)
    overlapping = (
        StatusSpell.objects.select_for_update(of=("self",))
        .select_related("employer")
        .filter(person=person, voided_at__isnull=True, period__overlap=DateRange(starts_on, None))
        .order_by("period")
    )
    for spell in overlapping:
        _make_room(spell, starts_on=starts_on, reason=ENDS_BY.get(status, ""), end_earlier=end_earlier, by=by)
    opened = StatusSpell.objects.create(
        person=person,
        status=status,
        period=DateRange(starts_on, None),
        region=region,
        employer=employer,
        employer_name=employer_name or (employer.name if employer is not None else ""),
        occupation=occupation,
        contract_until=contract_until,
        contract_open_ended=contract_open_ended,
        source=source,
        source_id=source_id,
        evidence=evidence,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    if region is not None and status in WORKING:
        person.work_region = region
        person.save(update_fields=["work_region"])
    record(action="people.open_spell", by=by, subject=person, detail={"spell": opened.public_id})
    return opened


def _make_room(spell: StatusSpell, *, starts_on: date, reason: str, end_earlier: bool, by: Any) -> None:
    works = spell.status in WORKING
    if spell.period.lower > starts_on or (spell.period.lower == starts_on and works):
        raise LaterSpell(day=spell.period.lower.isoformat())
    if works and not end_earlier:
        name = spell.employer.name if spell.employer is not None else spell.employer_name
        raise StillWorking(employer=name or spell.get_status_display())
    if spell.period.lower == starts_on:  # registered on the very day: nothing of it remains
        spell.voided_at = timezone.now()
        spell.end_reason = reason
        spell.save(update_fields=["voided_at", "end_reason"])
        return
    _end(spell, last_day=starts_on - timedelta(days=1), reason=SpellEnd.SEPARATED if works else reason, by=by)


def _end(spell: StatusSpell, *, last_day: date, reason: str, by: Any) -> None:
    spell.period = DateRange(spell.period.lower, last_day + timedelta(days=1))
    spell.end_reason = reason
    spell.save(update_fields=["period", "end_reason"])
    record(
        action="people.close_spell",
        by=by,
        subject=spell.person,
        detail={"spell": spell.public_id, "reason": str(reason)},
    )


@transaction.atomic
def close_spell(*, spell_id: int, last_day: date, reason: str, by: Any) -> StatusSpell:
    """End a running spell after ``last_day``. Raises SpellOver, EndBeforeStart."""
    spell = StatusSpell.objects.select_for_update(of=("self",)).select_related("person").get(pk=spell_id)
    if spell.voided_at is not None or spell.period.upper is not None:
        raise SpellOver
    if last_day < spell.period.lower:
        raise EndBeforeStart
    _end(spell, last_day=last_day, reason=reason, by=by)
    return spell
