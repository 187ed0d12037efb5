"""Name and number change with four eyes; two records of one person become one with all that hangs on them."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.identifiers import check_resident_id
from employment_portal.notifications.models import Notification
from employment_portal.people.enums import EmploymentStatus, Group, GroupState, RealNameStatus
from employment_portal.people.models import Person, Resume
from employment_portal.people.records import corrections, merging
from employment_portal.people.records.actions import RecordClosed
from employment_portal.people.records.four_eyes import AlreadyAsked
from employment_portal.people.records.registration import NotYourCase
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from employment_portal.workflow.engine import history
from employment_portal.workflow.models import FourEyes, WorkItem
from jobs.applications.actions import lapse_offers
from jobs.applications.enums import ApplicationStatus
from jobs.applications.models import Application
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import (
    GroupFactory,
    PersonFactory,
    ResumeFactory,
    ResumeWorkFactory,
    SpellFactory,
    resident_id,
)
from tests.factories.regions import RegionFactory

TODAY = date(2026, 11, 20)
SINCE = date(2026, 1, 1)


def officer(role=StaffRole.DISTRICT_OFFICER, code="510108"):
    return UserFactory(**{role.value: True}, region=RegionFactory(code=code), starts_on=SINCE)


def correct(person, by, **more):
    fields = {
        "name": "陈小芳",
        "number": None,
        "document": "resident",
        "reason": "同音字录错",
        "today": TODAY,
    } | more
    return corrections.request_correction(person_id=person.pk, by=by, **fields)


def decide(request, by, approve=True):
    action = corrections.decide_correction if request.kind == corrections.KIND else merging.decide_merge
    return action(request_id=request.pk, approve=approve, note="", by=by)


@pytest.mark.django_db
def test_a_correction_is_applied_with_the_approval_and_checked_anew():
    person = PersonFactory(with_number=True)
    number = check_resident_id(resident_id(date(1996, 1, 2), serial=3), today=TODAY)

    request = correct(person, officer(StaffRole.STREET_CLERK), number=number)
    assert number.value not in str(request.payload)
    decide(request, officer())

    person.refresh_from_db()
    assert (person.name, person.id_number, person.birth_date) == ("陈小芳", number.value, date(1996, 1, 2))
    assert WorkItem.objects.open().count() == 0


@pytest.mark.django_db
def test_two_officers_of_the_region_are_needed_and_neither_is_the_person():
    asker = officer()
    person = PersonFactory(with_number=True)
    request = correct(person, asker)

    with pytest.raises(SamePersonDecides):
        decide(request, asker)
    with pytest.raises(NotYourCase):
        decide(request, officer(StaffRole.STREET_CLERK))
    with pytest.raises(NotYourCase):
        decide(request, officer(code="500103"))
    with pytest.raises(AlreadyAsked):
        correct(person, asker, name="陈晓芳")
    decide(request, officer(), approve=False)
    with pytest.raises(AlreadyDecided):
        decide(request, officer())
    person.refresh_from_db()
    assert person.name != "陈小芳"
    own = PersonFactory(user=asker)
    with pytest.raises(NotYourCase):
        correct(own, asker)


@pytest.mark.django_db
def test_a_correction_refuses_the_number_of_another_and_no_change():
    person, other = PersonFactory(with_number=True), PersonFactory(with_number=True)
    by = officer()

    with pytest.raises(corrections.NumberOfAnother):
        correct(person, by, number=check_resident_id(other.id_number, today=TODAY))
    with pytest.raises(corrections.NothingChanged):
        correct(person, by, name=person.name)


def merge(duplicate, survivor, by=None):
    return merging.request_merge(
        duplicate_id=duplicate.pk,
        survivor_id=survivor.pk,
        reason="同一人",
        by=by or officer(StaffRole.STREET_CLERK),
        today=TODAY,
    )


@pytest.mark.django_db
def test_a_merge_moves_everything_that_hangs_on_the_duplicate():
    survivor = PersonFactory(user=None, with_number=True)
    duplicate = PersonFactory()
    user = duplicate.user
    SpellFactory(person=survivor, starts_on=date(2026, 3, 1))
    apart = SpellFactory(
        person=duplicate,
        status=EmploymentStatus.EMPLOYED,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 6, 30),
    )
    clash = SpellFactory(person=duplicate, status=EmploymentStatus.FLEXIBLE, starts_on=date(2026, 2, 1))
    same = GroupFactory(person=duplicate, certified=True, applied_by=user)
    GroupFactory(person=survivor, certified=True, applied_by=user)
    other = GroupFactory(person=duplicate, group=Group.VETERAN, applied_by=user)
    ResumeWorkFactory(resume=ResumeFactory(person=duplicate, headline="旧", summary="自述"))
    ResumeFactory(person=survivor, headline="新")
    application = ApplicationFactory(person=duplicate)

    decide(merge(duplicate, survivor), officer())

    for row in (duplicate, survivor, apart, clash, same, other, application):
        row.refresh_from_db()
    resume = Resume.objects.get()
    assert duplicate.merged_into == survivor
    assert (duplicate.user, survivor.user) == (None, user)
    assert {row.person for row in (apart, clash, same, other, application)} == {survivor}
    assert (apart.voided_at, clash.voided_at is not None) == (None, True)
    assert (same.state, other.state) == (GroupState.ENDED, GroupState.APPLIED)
    assert (resume.person, resume.headline, resume.summary, resume.work.count()) == (
        survivor,
        "新",
        "自述",
        1,
    )


@pytest.mark.django_db
def test_the_number_goes_over_where_the_survivor_has_none():
    survivor, duplicate = PersonFactory(), PersonFactory(user=None, with_number=True)
    number = duplicate.id_number

    decide(merge(duplicate, survivor), officer())

    survivor.refresh_from_db()
    duplicate.refresh_from_db()
    assert (survivor.id_number, survivor.real_name_status) == (number, RealNameStatus.CONFIRMED)
    assert (duplicate.id_number, duplicate.id_number_hash) == ("", None)


@pytest.mark.django_db
def test_two_live_applications_for_one_posting_become_one():
    survivor, duplicate = PersonFactory(), PersonFactory(user=None)
    kept = ApplicationFactory(person=survivor)
    ApplicationFactory(person=duplicate, posting=kept.posting, created_by=UserFactory())

    decide(merge(duplicate, survivor), officer())

    states = Application.objects.filter(person=survivor).order_by("pk").values_list("status", flat=True)
    assert list(states) == [kept.status, ApplicationStatus.WITHDRAWN]


@pytest.mark.django_db
def test_the_offer_and_the_interview_of_an_application_that_a_merge_ends_end_with_it():
    survivor, duplicate = PersonFactory(), PersonFactory(user=None)
    kept = ApplicationFactory(person=survivor)
    ended = ApplicationFactory(
        person=duplicate, posting=kept.posting, created_by=UserFactory(), status=ApplicationStatus.OFFERED
    )
    offer, interview = OfferFactory(application=ended), InterviewFactory(application=ended)
    member = MemberFactory(organisation=kept.posting.employer).user

    decide(merge(duplicate, survivor), officer())

    offer.refresh_from_db()
    interview.refresh_from_db()
    assert (offer.state, interview.state) == ("declined", "cancelled")
    steps = [(row.name, row.note) for part in (ended, offer, interview) for row in history(part)]
    assert [name for name, _note in steps] == ["withdraw", "decline", "cancel"]
    assert Notification.objects.get(user=member).kind == "application_withdrawn"
    assert lapse_offers(today=offer.answer_by + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_what_cannot_be_merged_says_why():
    person = PersonFactory()
    elsewhere = PersonFactory(residence_region=RegionFactory(code="500103"))
    by = officer()

    with pytest.raises(merging.SameRecord):
        merging.check_mergeable(person, person)
    with pytest.raises(merging.BirthDatesDiffer):
        merge(PersonFactory(birth_date=date(1990, 1, 1)), person, by)
    with pytest.raises(NotYourCase):
        merge(elsewhere, person, by)
    gone = PersonFactory(user=None)
    decide(merge(gone, person, by), officer())
    with pytest.raises(RecordClosed):
        merge(Person.objects.get(pk=gone.pk), person, by)


@pytest.mark.django_db(transaction=True)
def test_two_officers_deciding_at_once_merge_once():
    survivor, duplicate = PersonFactory(), PersonFactory(user=None)
    request = merge(duplicate, survivor)
    officers = [officer(), officer()]
    outcomes, start = [], threading.Barrier(2)

    def attempt(by):
        start.wait()
        try:
            decide(request, by)
            outcomes.append("merged")
        except (AlreadyDecided, NotYourCase):
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[by]) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["late", "merged"]
    assert FourEyes.objects.get().state == FourEyes.State.APPROVED


@pytest.mark.django_db
def test_the_preview_names_what_overlaps(client):
    survivor, duplicate = PersonFactory(), PersonFactory(user=None)
    SpellFactory(person=survivor, starts_on=date(2026, 3, 1))
    clash = SpellFactory(person=duplicate, status=EmploymentStatus.FLEXIBLE, starts_on=date(2026, 2, 1))
    sign_in(client, officer(StaffRole.STREET_CLERK))

    page = client.get(
        reverse("people:staff_merge", args=[duplicate.public_id]), {"survivor": survivor.public_id}
    )

    assert page.context["overlaps"] == [clash]
