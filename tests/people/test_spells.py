"""The employment history: what officers and employers enter, and what the database refuses."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.core.identifiers import check_resident_id
from employment_portal.notifications.models import Notification
from employment_portal.people.enums import EmploymentStatus, SpellEnd
from employment_portal.people.models import Person, StatusSpell
from employment_portal.people.records import registration as reg
from employment_portal.people.records.rules import is_of_working_age, retirement_of
from employment_portal.people.records.spells import (
    EndBeforeStart,
    LaterSpell,
    SpellOver,
    TooYoungToWork,
    open_employment_spell,
)
from employment_portal.people.records.staff_forms import HireForm
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.organisations import MemberFactory, OrganisationFactory, act_for
from tests.factories.people import PersonFactory, SpellFactory, resident_id
from tests.factories.regions import RegionFactory

TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return UserFactory(street_clerk=True, region=RegionFactory(), starts_on=date(2026, 1, 1))


@pytest.fixture
def person():
    return PersonFactory(with_number=True)


def unemployed(person, clerk, **more):
    fields = {
        "place": "residence_region",
        "starts_on": date(2026, 11, 1),
        "able_and_willing": True,
        "evidence": "",
        "by": clerk,
        "today": TODAY,
    } | more
    return reg.register_unemployment(person_id=person.pk, **fields)


def test_unemployment_is_registered_and_the_person_told(person, clerk):
    spell = unemployed(person, clerk)

    assert (spell.status, spell.region) == (EmploymentStatus.UNEMPLOYED, person.residence_region)
    assert Notification.objects.get(user=person.user).kind == "spell_recorded"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"able_and_willing": False}, reg.NotWillingAndAble),
        ({"place": "insured_region"}, reg.RegionNotServed),
        ({"place": "name"}, reg.RegionNotServed),
        ({"starts_on": TODAY + timedelta(days=1)}, reg.DayInFuture),
        ({"starts_on": date(1926, 1, 1)}, reg.DayTooEarly),
    ],
)
def test_unemployment_is_refused_with_the_reason(person, clerk, change, error):
    with pytest.raises(error):
        unemployed(person, clerk, **change)


@pytest.mark.parametrize(
    ("birth", "category", "allowed"),
    [
        (date(2011, 1, 1), "woman_50", False),
        (date(1995, 3, 12), "woman_50", True),
        (date(1975, 1, 1), "woman_50", False),
        (date(1975, 1, 1), "woman_55", True),
        (date(1960, 1, 1), "", True),  # category unknown: nothing to exclude by
    ],
)
def test_unemployment_is_for_working_age(birth, category, allowed):
    person = PersonFactory.build(
        birth_date=birth,
        retirement_category=category,
        user=None,
        residence_region=None,
        household_region=None,
    )

    assert is_of_working_age(person, on=TODAY, least=16) is allowed
    assert (retirement_of(person) is None) is (category == "")


def test_nobody_is_unemployed_twice_or_beside_work(person, clerk):
    SpellFactory(person=person, status=EmploymentStatus.EMPLOYED, starts_on=date(2026, 1, 1))

    with pytest.raises(reg.WorksThere):
        unemployed(person, clerk)

    reg.end_spell(
        person_id=person.pk,
        spell_id=person.spells.get().pk,
        last_day=date(2026, 10, 31),
        reason=SpellEnd.SEPARATED,
        by=clerk,
        today=TODAY,
    )
    unemployed(person, clerk)

    with pytest.raises(reg.AlreadyUnemployed):
        unemployed(person, clerk)


def test_self_employment_ends_unemployment_the_day_before(person, clerk):
    before = unemployed(person, clerk)

    reg.register_status(
        person_id=person.pk,
        status=EmploymentStatus.SELF_EMPLOYED,
        starts_on=date(2026, 11, 10),
        employer_name="陈记小面",
        by=clerk,
        today=TODAY,
    )

    before.refresh_from_db()
    assert (before.last_day, before.end_reason) == (date(2026, 11, 9), SpellEnd.BUSINESS)


def test_work_before_a_later_entry_is_refused(person, clerk):
    unemployed(person, clerk)

    with pytest.raises(LaterSpell):
        reg.register_status(
            person_id=person.pk,
            status=EmploymentStatus.FLEXIBLE,
            starts_on=date(2026, 10, 1),
            by=clerk,
            today=TODAY,
        )


def test_the_database_refuses_an_overlap(person):
    SpellFactory(person=person, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))

    with pytest.raises(IntegrityError), transaction.atomic():
        SpellFactory(person=person, status=EmploymentStatus.EMPLOYED, starts_on=date(2026, 6, 30))


def test_an_entry_made_in_error_stays_and_no_longer_counts(person, clerk):
    spell = unemployed(person, clerk)

    reg.void_spell(person_id=person.pk, spell_id=spell.pk, reason="录错了人", by=clerk)

    unemployed(person, clerk)
    assert person.spells.count() == 2
    with pytest.raises(reg.AlreadyVoid):
        reg.void_spell(person_id=person.pk, spell_id=spell.pk, reason="再次", by=clerk)


def test_ending_says_what_is_wrong(person, clerk):
    spell = unemployed(person, clerk)
    fields = {
        "person_id": person.pk,
        "spell_id": spell.pk,
        "reason": SpellEnd.STUDY,
        "by": clerk,
        "today": TODAY,
    }

    with pytest.raises(EndBeforeStart):
        reg.end_spell(last_day=date(2026, 10, 1), **fields)
    with pytest.raises(reg.DayInFuture):
        reg.end_spell(last_day=date(2026, 12, 1), **fields)
    reg.end_spell(last_day=date(2026, 11, 15), **fields)
    with pytest.raises(SpellOver):
        reg.end_spell(last_day=date(2026, 11, 16), **fields)


@pytest.mark.parametrize("role", list(StaffRole))
def test_only_officers_of_the_region_enter_a_status(person, role):
    inside = UserFactory(**{role.value: True}, region=RegionFactory(), starts_on=date(2026, 1, 1))
    outside = UserFactory(
        **{role.value: True}, region=RegionFactory(code="500103"), starts_on=date(2026, 1, 1)
    )

    with pytest.raises(reg.NotYourCase):
        unemployed(person, outside)
    if role in OFFICER_ROLES:
        unemployed(person, inside)
    else:
        with pytest.raises(reg.NotYourCase):
            unemployed(person, inside)


def test_officers_never_handle_their_own_case(clerk):
    own = PersonFactory(user=clerk, with_number=True)

    with pytest.raises(reg.NotYourCase):
        unemployed(own, clerk)


def hire(employer, person, by, **more):
    number = check_resident_id(person.id_number if isinstance(person, Person) else person, today=TODAY)
    fields = {
        "name": "陈芳",
        "number": number,
        "document": "resident",
        "starts_on": date(2026, 11, 2),
        "contract_until": None,
        "open_ended": True,
        "occupation": None,
        "by": by,
        "today": TODAY,
    } | more
    return reg.register_hire(employer=employer, **fields)


def test_an_employer_registers_a_hire_and_a_separation_and_hears_when_it_is_late(person):
    member = MemberFactory()
    employer = member.organisation

    spell, late = hire(employer, person, member.user, name=person.name, starts_on=date(2026, 9, 21))
    assert (late, spell.contract_open_ended) == (30, True)
    ended, late = reg.register_separation(
        employer=employer,
        spell_id=spell.pk,
        last_day=date(2026, 11, 1),
        reason=SpellEnd.SEPARATED,
        by=member.user,
        today=TODAY,
    )

    assert late == 4
    assert ended.last_day == date(2026, 11, 1)


def test_a_hire_of_somebody_unknown_makes_a_record_and_a_wrong_name_is_refused_alike(person):
    member = MemberFactory()

    spell, _late = hire(
        member.organisation, resident_id(date(1990, 5, 5), serial=7), member.user, name="李娟"
    )

    assert spell.person.user is None
    assert spell.person.real_name_status == "confirmed"
    with pytest.raises(reg.NameNotOfNumber):
        hire(member.organisation, person, member.user, name="别人")
    with pytest.raises(reg.NameNotOfNumber):
        hire(member.organisation, resident_id(date(1990, 5, 6)), member.user, name="假小芳")


def test_an_employer_cannot_register_a_child_and_the_identity_service_is_not_asked(monkeypatch):
    member = MemberFactory()
    monkeypatch.setattr(reg, "identity_service", None)

    with pytest.raises(TooYoungToWork, match="16"):
        hire(member.organisation, resident_id(date(2011, 3, 1)), member.user)

    assert not Person.objects.exists()


def test_an_employer_learns_nothing_about_work_elsewhere(person):
    open_employment_spell(
        person_id=person.pk,
        starts_on=date(2026, 5, 1),
        source="x",
        source_id="1",
        by=None,
        employer=OrganisationFactory(name="成都保密公司"),
    )
    member = MemberFactory()

    with pytest.raises(reg.WorksElsewhere) as refusal:
        hire(member.organisation, person, member.user, name=person.name)

    assert "保密" not in str(refusal.value)


@time_machine.travel("2026-11-20 10:00+08:00")
def test_the_staff_list_of_an_employer_shows_its_own_people_only(client, person):
    member = MemberFactory()
    hire(member.organisation, person, member.user, name=person.name)
    SpellFactory(status=EmploymentStatus.EMPLOYED, employer=OrganisationFactory())
    act_for(client, member)

    page = client.get(reverse("people:employer_staff"))

    assert [spell.person for spell in page.context["page"]] == [person]


@time_machine.travel("2026-11-20 10:00+08:00")
def test_the_counter_enters_a_status_on_the_page(client, person, clerk):
    sign_in(client, clerk)
    data = {
        "place": "residence_region",
        "starts_on": "2026-11-01",
        "evidence": "离职证明",
        "able_and_willing": "on",
    }

    response = client.post(reverse("people:staff_unemployment", args=[person.public_id]), data)

    assert response.status_code == 302
    assert StatusSpell.objects.get(person=person).evidence == "离职证明"
    page = client.get(response.url).content.decode()
    assert "2026-11-01" in page


def test_a_long_search_result_takes_no_more_queries(client, clerk):
    sign_in(client, clerk)
    address = reverse("people:staff_people")

    def queries(number):
        for _n in range(number):
            PersonFactory(name="林小雨", name_key="linxiaoyu")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, {"text": "林小雨"}).status_code == 200
        return len(captured)

    queries(1)  # the first request also notes that the session is alive
    assert queries(1) == queries(8)


def test_a_long_staff_list_takes_no_more_queries(client):
    member = MemberFactory()
    act_for(client, member)

    def queries(number):
        for _n in range(number):
            SpellFactory(
                status=EmploymentStatus.EMPLOYED, employer=member.organisation, starts_on=date(2026, 1, 1)
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("people:employer_staff")).status_code == 200
        return len(captured)

    queries(1)  # the first request also notes that the session is alive
    assert queries(1) == queries(8)


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        ({"open_ended": "on"}, []),
        ({"contract_until": "2027-11-01"}, []),
        ({}, ["contract_until"]),
        ({"contract_until": "2027-11-01", "open_ended": "on"}, ["open_ended"]),
        ({"contract_until": "2025-11-01"}, ["contract_until"]),
    ],
)
def test_a_hire_says_how_long_the_contract_runs(person, said, faulty):
    form = HireForm(
        {
            "name": "陈芳",
            "document": "resident",
            "number": person.id_number,
            "starts_on": "2026-11-02",
            **said,
        }
    )

    assert sorted(form.errors) == faulty
