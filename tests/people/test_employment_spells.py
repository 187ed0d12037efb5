from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.people.enums import EmploymentStatus, SpellEnd
from employment_portal.people.models import StatusSpell
from employment_portal.people.records.spells import (
    EndBeforeStart,
    LaterSpell,
    SpellOver,
    StillWorking,
    TooYoungToWork,
    close_spell,
    open_employment_spell,
)
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


def spell(person, status, start, end=None):
    return StatusSpell.objects.create(
        person=person, status=status, period=DateRange(start, end), source="test", recorded_at=timezone.now()
    )


def hire(person, **values):
    defaults = {"starts_on": DAY, "source": "jobs.hire", "source_id": "abc", "by": None}
    return open_employment_spell(person_id=person.pk, **{**defaults, **values})


def test_a_hire_opens_a_spell_and_says_where_the_person_works():
    person = PersonFactory()
    employer = OrganisationFactory()

    opened = hire(person, employer=employer, region=employer.region)

    person.refresh_from_db()
    assert (opened.employer_name, opened.period.lower, opened.period.upper) == (employer.name, DAY, None)
    assert person.work_region == employer.region


@pytest.mark.parametrize(("born", "hired"), [(date(2010, 12, 1), True), (date(2010, 12, 2), False)])
def test_nobody_under_sixteen_on_the_first_day_is_employed(born, hired):
    person = PersonFactory(birth_date=born)

    if hired:
        hire(person)
    else:
        with pytest.raises(TooYoungToWork, match="16"):
            hire(person)

    assert StatusSpell.objects.exists() == hired


def test_the_same_source_gives_the_same_spell():
    person = PersonFactory()

    assert hire(person) == hire(person)
    assert StatusSpell.objects.count() == 1


@pytest.mark.parametrize("status", [EmploymentStatus.UNEMPLOYED, EmploymentStatus.OUT_OF_LABOUR_FORCE])
def test_time_without_work_ends_the_day_before(status):
    person = PersonFactory()
    before = spell(person, status, date(2026, 1, 1))

    hire(person)

    before.refresh_from_db()
    assert (before.period.upper, before.end_reason) == (DAY, SpellEnd.HIRED)


@pytest.mark.parametrize(
    "status",
    [
        EmploymentStatus.EMPLOYED,
        EmploymentStatus.SELF_EMPLOYED,
        EmploymentStatus.FLEXIBLE,
        EmploymentStatus.PUBLIC_POST,
    ],
)
def test_running_work_ends_only_when_the_person_says_so(status):
    person = PersonFactory()
    before = spell(person, status, date(2026, 1, 1))

    with pytest.raises(StillWorking):
        hire(person)
    hire(person, end_earlier=True)

    before.refresh_from_db()
    assert (before.period.upper, before.end_reason) == (DAY, SpellEnd.SEPARATED)


def test_a_spell_that_ended_before_is_left_alone():
    person = PersonFactory()
    before = spell(person, EmploymentStatus.EMPLOYED, date(2026, 1, 1), DAY)

    hire(person)

    before.refresh_from_db()
    assert before.end_reason == ""


def test_a_record_that_begins_later_is_for_the_counter():
    person = PersonFactory()
    spell(person, EmploymentStatus.UNEMPLOYED, date(2027, 1, 1))

    with pytest.raises(LaterSpell):
        hire(person, end_earlier=True)


def test_unemployment_registered_on_the_very_day_leaves_nothing_behind():
    person = PersonFactory()
    same_day = spell(person, EmploymentStatus.UNEMPLOYED, DAY)

    hire(person)

    same_day.refresh_from_db()
    assert same_day.voided_at is not None


def test_a_spell_is_closed_once_and_not_before_it_began():
    running = spell(PersonFactory(), EmploymentStatus.EMPLOYED, date(2026, 1, 1))

    with pytest.raises(EndBeforeStart):
        close_spell(spell_id=running.pk, last_day=date(2025, 12, 31), reason=SpellEnd.SEPARATED, by=None)
    closed = close_spell(spell_id=running.pk, last_day=date(2026, 6, 30), reason=SpellEnd.SEPARATED, by=None)

    assert closed.period.upper == date(2026, 7, 1)
    with pytest.raises(SpellOver):
        close_spell(spell_id=running.pk, last_day=date(2026, 6, 30), reason=SpellEnd.SEPARATED, by=None)
