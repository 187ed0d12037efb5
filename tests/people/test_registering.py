"""Making the real-name record: one number, one record, and the identity service that may be silent."""

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.core.identifiers import check_resident_id
from employment_portal.people.consent.actions import give_consent, withdraw_consent
from employment_portal.people.enums import IdentityDocument, RealNameStatus, RetirementCategory
from employment_portal.people.identity import IdentityUnavailable
from employment_portal.people.models import Consent, Person
from employment_portal.people.records import actions
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import PersonFactory, SpellFactory, resident_id
from tests.factories.regions import RegionFactory

TODAY = date(2026, 11, 22)


def register(user=None, *, number=None, name="陈芳", by=None, **more):
    fields = {
        "name": name,
        "number": check_resident_id(number or resident_id(), today=TODAY),
        "document": IdentityDocument.RESIDENT,
        "retirement_category": RetirementCategory.WOMAN_50,
        "phone": "13700001111",
        "residence_region": RegionFactory(),
        "household_region": RegionFactory(),
        "user": user,
        "by": by or user,
        "through": "online",
        "today": TODAY,
    } | more
    return actions.register_person(**fields)


@pytest.mark.django_db
def test_birth_date_and_sex_come_from_the_number_which_is_stored_encrypted():
    person = register(UserFactory())

    assert (person.birth_date, person.sex, person.id_number_tail) == (
        date(1995, 3, 12),
        2,
        resident_id()[-4:],
    )
    assert person.real_name_status == RealNameStatus.CONFIRMED
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM people_person WHERE id = %s", [person.pk])
        assert resident_id() not in cursor.fetchone()[0]
    assert Consent.objects.get(person=person).text_version


@pytest.mark.django_db
def test_a_second_registration_with_the_number_is_refused_without_saying_whose_it_is():
    first = register(UserFactory())

    with pytest.raises(actions.NumberOnRecord) as refusal:
        register(UserFactory(), name="李强")

    assert first.name not in str(refusal.value)
    assert AuditEntry.objects.filter(action="people.number_taken").count() == 1


@pytest.mark.django_db
def test_guessing_numbers_ends_after_five_tries_a_day():
    register(UserFactory())
    guesser = UserFactory()

    for _try in range(actions.TRIES_A_DAY):
        with pytest.raises(actions.NumberOnRecord):
            register(guesser)

    with pytest.raises(actions.TooManyTries):
        register(guesser, number=resident_id(serial=9))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("serial", "name", "status"),
    [
        (202, "陈芳", RealNameStatus.UNKNOWN),  # 404
        (204, "陈芳", RealNameStatus.CHECK_LATER),  # 408
        (1, "假小芳", RealNameStatus.MISMATCH),
    ],
)
def test_the_identity_service_may_not_know_or_not_answer_or_say_no(serial, name, status):
    person = register(UserFactory(), number=resident_id(serial=serial, county="510107"), name=name)

    assert person.real_name_status == status


@pytest.mark.django_db
def test_a_check_without_an_answer_is_asked_again_until_there_is_one():
    person = register(UserFactory(), number=resident_id(date(1991, 4, 1), serial=204))

    for minutes in (0, 16, 47):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            actions.recheck_pending()

    person.refresh_from_db()
    assert person.real_name_status == RealNameStatus.CONFIRMED


class SilentService:
    """Answers nobody; remembers whom it was asked about."""

    asked: list[str] = []

    def check(self, *, name, number, document):
        self.asked.append(number)
        raise IdentityUnavailable


@pytest.fixture
def silent(monkeypatch):
    monkeypatch.setattr(SilentService, "asked", [])
    monkeypatch.setattr(actions, "identity_service", SilentService)
    return SilentService.asked


def waiting(**more):
    return PersonFactory(with_number=True, real_name_status=RealNameStatus.CHECK_LATER, **more)


@pytest.mark.django_db
def test_whoever_may_not_be_asked_about_keeps_nobody_waiting(silent, monkeypatch):
    monkeypatch.setattr(actions, "RECHECKED_AT_ONCE", 2)
    withdrawn = [waiting() for _ in range(3)]
    for person in withdrawn:
        give_consent(person_id=person.pk, purpose="real_name", through="online", by=None)
        withdraw_consent(person_id=person.pk, purpose="real_name", by=None)
    hired = waiting(user=None)
    SpellFactory(person=hired, source="employer.hire")
    consenting = waiting()
    give_consent(person_id=consenting.pk, purpose="real_name", through="online", by=None)

    actions.recheck_pending()

    assert sorted(silent) == sorted([hired.id_number, consenting.id_number])


@pytest.mark.django_db
def test_who_was_hired_and_withdraws_the_consent_is_not_asked_about(silent):
    person = waiting()
    SpellFactory(person=person, source="employer.hire")
    give_consent(person_id=person.pk, purpose="real_name", through="online", by=None)
    withdraw_consent(person_id=person.pk, purpose="real_name", by=None)

    actions.recheck_pending()

    assert silent == []


@pytest.mark.django_db
def test_an_outage_of_days_is_sat_out_and_the_longest_waiting_come_first(silent, monkeypatch):
    monkeypatch.setattr(actions, "RECHECKED_AT_ONCE", 1)
    first, second = waiting(), waiting()
    for person in (first, second):
        give_consent(person_id=person.pk, purpose="real_name", through="online", by=None)

    actions.recheck_pending()
    actions.recheck_pending()
    actions.recheck_pending()

    assert silent == [first.id_number, second.id_number]
    pauses = [actions._pause(tries) for tries in range(1, actions.GIVE_UP_AFTER)]
    assert pauses[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert timedelta(days=14) < sum(pauses, timedelta()) < timedelta(days=30)


@pytest.mark.django_db
def test_children_do_not_register():
    with pytest.raises(actions.TooYoung):
        register(UserFactory(), number=resident_id(date(2012, 1, 1)))


@pytest.mark.django_db
def test_a_confirmed_record_needs_a_document_seen_by_staff_where_the_service_knows_nothing():
    person = register(UserFactory(), number=resident_id(serial=202))

    actions.confirm_by_document(person_id=person.pk, seen="居民身份证原件", by=UserFactory())

    person.refresh_from_db()
    assert person.real_name_status == RealNameStatus.CONFIRMED
    with pytest.raises(actions.AlreadyConfirmed):
        actions.confirm_by_document(person_id=person.pk, seen="居民身份证原件", by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_with_one_number_make_one_record():
    users = [UserFactory(), UserFactory()]
    RegionFactory()
    outcomes, start = [], threading.Barrier(2)

    def attempt(user):
        start.wait()
        try:
            register(user)
            outcomes.append("made")
        except actions.NumberOnRecord:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]
    assert Person.objects.count() == 1


def form_data(**more):
    RegionFactory()
    return {
        "name": "陈芳",
        "document": "resident",
        "number": resident_id(),
        "retirement_category": "woman_50",
        "phone": "137 0000 1111",
        "household_region": "510108",
        "residence_region": "成都市成华区",
        "education": "30",
        "graduated_on": "2016-07",
        "consent": "on",
    } | more


@pytest.mark.django_db
def test_the_page_registers_and_leads_on_to_the_resume(client):
    user = UserFactory()
    sign_in(client, user)

    response = client.post(reverse("people:record_new"), form_data())

    person = Person.objects.get(user=user)
    assert response.url == reverse("people:resume")
    assert (person.phone, person.graduated_on) == ("13700001111", date(2016, 7, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "123"),
        ("number", resident_id()[:-1] + "0"),
        ("consent", ""),
        ("retirement_category", ""),
        ("name", "陈芳1"),
        ("phone", "02884330000"),
        ("document", "hmt_residence"),
    ],
)
def test_the_page_says_what_to_do_about_bad_input(client, field, value):
    sign_in(client, UserFactory())

    response = client.post(reverse("people:record_new"), form_data(**{field: value}))

    assert response.status_code == 422
    assert response.context["form"].errors.get(field)


@pytest.mark.django_db
def test_the_record_page_masks_the_number(client):
    person = PersonFactory(with_number=True)
    sign_in(client, person.user)

    page = client.get(reverse("people:record")).content.decode()

    assert person.id_number not in page
    assert person.id_number[:4] + "**********" + person.id_number[-4:] in page
