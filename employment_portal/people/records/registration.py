"""What officers and employers enter into somebody's employment history (C2)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId
from employment_portal.core.text import pinyin_key
from employment_portal.notifications.actions import notify
from employment_portal.people.enums import WORKING, EmploymentStatus, RealNameStatus, SpellEnd
from employment_portal.people.identity import IdentityAnswer, IdentityUnavailable, identity_service
from employment_portal.people.models import Person, StatusSpell
from employment_portal.people.permissions import REGION_FIELDS, may_serve
from employment_portal.people.records.actions import lock_open, number_hash
from employment_portal.people.records.models import HIRE_SOURCE
from employment_portal.people.records.rules import check_document, is_of_working_age
from employment_portal.people.records.spells import (
    LaterSpell,
    StillWorking,
    check_may_be_employed,
    close_spell,
    open_spell,
)
from employment_portal.regions.terms import TermCode, term

FAR_BACK = timedelta(days=366 * 50)
# By employers: what ends an employment. The rest of SpellEnd ends other statuses or is for staff to find out.
EMPLOYER_ENDS = (SpellEnd.SEPARATED, SpellEnd.PENSION, SpellEnd.INCAPACITY, SpellEnd.ARMY, SpellEnd.DECEASED)


class NotYourCase(DomainError):
    message = _("This person lies outside your region, or it is you yourself. A colleague must do this.")


class NotOfWorkingAge(DomainError):
    message = _("Unemployment is registered from the age of 16 on and below the statutory retirement age.")


class RegionNotServed(DomainError):
    message = _(
        "Choose a place of the person that your agency serves: household, residence, work or insurance."
    )


class AlreadyUnemployed(DomainError):
    message = _("This person is registered as unemployed already.")


class WorksThere(DomainError):
    message = _("The person is recorded as working on that day. End that record first.")


class WorksElsewhere(DomainError):
    message = _(
        "The person is recorded as working elsewhere on that day. Ask them to have it ended, or call a service counter."
    )


class NotWillingAndAble(DomainError):
    message = _("Unemployment is registered for people who are able and willing to work.")


class DayInFuture(DomainError):
    message = _("This day lies in the future. Enter it when it has come.")


class DayTooEarly(DomainError):
    message = _("This day lies too far back. Check the year.")


class NameNotOfNumber(DomainError):
    message = _("Name and number do not belong together. Compare both with the identity document.")


class AlreadyVoid(DomainError):
    message = _("This entry has been taken out already.")


def _lock_served(person_id: int, by: Any) -> Person:
    person = lock_open(person_id)
    if not may_serve(by, person):
        raise NotYourCase
    return person


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise DayInFuture
    if day < today - FAR_BACK:
        raise DayTooEarly


@transaction.atomic
def register_unemployment(
    *,
    person_id: int,
    place: str,
    starts_on: date,
    able_and_willing: bool,
    evidence: str,
    by: Any,
    today: date,
) -> StatusSpell:
    """Register somebody as unemployed at one of their four places (``place`` is a field name of Person).

    16 or older, below retirement age, able, willing, without work (《就业服务与就业管理规定》第63条).
    Raises NotYourCase, NotOfWorkingAge, NotWillingAndAble, RegionNotServed, AlreadyUnemployed, WorksThere,
    LaterSpell, DayInFuture.
    """
    person = _lock_served(person_id, by)
    _check_day(starts_on, today)
    least = term(TermCode.WORKING_AGE, region=person.residence_region, on=today)
    if not is_of_working_age(person, on=today, least=least):
        raise NotOfWorkingAge
    if not able_and_willing:
        raise NotWillingAndAble
    region = getattr(person, place) if place in REGION_FIELDS else None
    if region is None or not by.has_role(*OFFICER_ROLES, region=region):
        raise RegionNotServed
    if (
        person.spells.on(starts_on)
        .filter(voided_at__isnull=True, status=EmploymentStatus.UNEMPLOYED)
        .exists()
    ):
        raise AlreadyUnemployed
    try:
        spell = open_spell(
            person_id=person.pk,
            status=EmploymentStatus.UNEMPLOYED,
            starts_on=starts_on,
            region=region,
            source="people.registration",
            evidence=evidence,
            by=by,
        )
    except StillWorking as error:
        raise WorksThere from error
    _tell(person, "spell_recorded", spell)
    return spell


@transaction.atomic
def register_status(
    *, person_id: int, status: str, starts_on: date, by: Any, today: date, **fields: Any
) -> StatusSpell:
    """Enter work, self-employment, flexible work, or that somebody left the labour force.

    Raises NotYourCase, TooYoungToWork, WorksThere, LaterSpell, DayInFuture.
    """
    person = _lock_served(person_id, by)
    _check_day(starts_on, today)
    try:
        spell = open_spell(
            person_id=person.pk,
            status=status,
            starts_on=starts_on,
            source="people.registration",
            by=by,
            **fields,
        )
    except StillWorking as error:
        raise WorksThere from error
    _tell(person, "spell_recorded", spell)
    return spell


@transaction.atomic
def end_spell(
    *, person_id: int, spell_id: int, last_day: date, reason: str, by: Any, today: date
) -> StatusSpell:
    """End a running status with its reason. Raises NotYourCase, SpellOver, EndBeforeStart, DayInFuture."""
    person = _lock_served(person_id, by)
    _check_day(last_day, today)
    spell = close_spell(spell_id=spell_id, last_day=last_day, reason=reason, by=by)
    _tell(person, "spell_ended", spell)
    return spell


@transaction.atomic
def void_spell(*, person_id: int, spell_id: int, reason: str, by: Any) -> StatusSpell:
    """Take an entry made in error out of the history; it stays on file. Raises NotYourCase, AlreadyVoid."""
    person = _lock_served(person_id, by)
    spell = person.spells.select_for_update(of=("self",)).get(pk=spell_id)
    if spell.voided_at is not None:
        raise AlreadyVoid
    spell.voided_at = timezone.now()
    spell.void_reason = reason
    spell.end_reason = SpellEnd.CORRECTED
    spell.save(update_fields=["voided_at", "void_reason", "end_reason"])
    record(
        action="people.void_spell", by=by, subject=person, reason=reason, detail={"spell": spell.public_id}
    )
    _tell(person, "spell_voided", spell)
    return spell


def hire_days(employer: Any, on: date) -> int:
    """Within how many days an employer registers a hire."""
    return term(TermCode.HIRE_REGISTRATION, region=employer.region, on=on)


def separation_days(employer: Any, on: date) -> int:
    """Within how many days an employer registers a separation."""
    return term(TermCode.SEPARATION_REGISTRATION, region=employer.region, on=on)


def register_hire(
    *,
    employer: Any,
    name: str,
    number: ResidentId,
    document: str,
    starts_on: date,
    contract_until: date | None,
    open_ended: bool,
    occupation: Any,
    by: Any,
    today: date,
) -> tuple[StatusSpell, int]:
    """An employer registers a hire; gives the spell and by how many days it comes late.

    Somebody without a record gets one, checked by the identity service: registering is the employer's duty by
    law and asks for no consent. Whether a record was there, nobody learns. Raises TooYoungToWork, NameNotOfNumber,
    WorksElsewhere, LaterSpell, DayInFuture.
    """
    check_document(number, document)
    _check_day(starts_on, today)
    check_may_be_employed(number.birth_on, starts_on=starts_on, region=employer.region)
    status = _ask(name, number, document)
    with transaction.atomic():
        person, _created = Person.objects.get_or_create(
            id_number_hash=number_hash(number.value),
            defaults={
                "name": name,
                "name_key": pinyin_key(name, "person"),
                "document": document,
                "id_number": number.value,
                "id_number_tail": number.value[-4:],
                "sex": number.sex,
                "birth_date": number.birth_on,
                "real_name_status": status,
                "real_name_checked_at": timezone.now() if status == RealNameStatus.CONFIRMED else None,
                "work_region": employer.region,
                "created_at": timezone.now(),
                "created_by": by,
            },
        )
        if person.name != name:
            raise NameNotOfNumber
        try:
            spell = open_spell(
                person_id=person.pk,
                status=EmploymentStatus.EMPLOYED,
                starts_on=starts_on,
                employer=employer,
                region=employer.region,
                occupation=occupation,
                contract_until=contract_until,
                contract_open_ended=open_ended,
                source=HIRE_SOURCE,
                by=by,
            )
        except (StillWorking, LaterSpell) as error:
            raise WorksElsewhere from error
        late = max(0, (today - starts_on).days - hire_days(employer, today))
        record(action="people.register_hire", by=by, subject=person, detail={"late_days": late})
        _tell(person, "spell_recorded", spell)
    return spell, late


def _ask(name: str, number: ResidentId, document: str) -> str:
    try:
        answer = identity_service().check(name=name, number=number.value, document=document)
    except IdentityUnavailable:
        return RealNameStatus.CHECK_LATER
    if answer is IdentityAnswer.MISMATCH:
        raise NameNotOfNumber
    return RealNameStatus.CONFIRMED if answer is IdentityAnswer.MATCH else RealNameStatus.UNKNOWN


@transaction.atomic
def register_separation(
    *, employer: Any, spell_id: int, last_day: date, reason: str, by: Any, today: date
) -> tuple[StatusSpell, int]:
    """An employer ends somebody's employment with it; gives the spell and by how many days it comes late.

    Raises SpellOver, EndBeforeStart, DayInFuture, StatusSpell.DoesNotExist.
    """
    spell = StatusSpell.objects.select_for_update(of=("self",)).get(
        pk=spell_id, employer=employer, status__in=WORKING
    )
    if last_day > today:
        raise DayInFuture
    ended = close_spell(spell_id=spell.pk, last_day=last_day, reason=reason, by=by)
    late = max(0, (today - last_day).days - separation_days(employer, today))
    record(action="people.register_separation", by=by, subject=ended.person, detail={"late_days": late})
    _tell(ended.person, "spell_ended", ended)
    return ended, late


def _tell(person: Person, kind: str, spell: StatusSpell) -> None:
    if person.user is not None:
        notify(kind=kind, to=person.user, context={"spell": spell}, path="/me/record/")
