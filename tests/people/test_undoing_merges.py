"""Undoing a merge: two officers, within the term, everything back row by row, or a reason why not."""

import random
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.notifications.models import Notification
from employment_portal.people.consent.actions import give_consent
from employment_portal.people.consent.requests import request_data
from employment_portal.people.enums import EmploymentStatus, Group, ResumeVisibility
from employment_portal.people.holdings import holdings
from employment_portal.people.models import BlockedEmployer, MergedRow, Person, Resume, ResumeSkill
from employment_portal.people.records import merging, snapshots, unmerging
from employment_portal.people.records.four_eyes import AlreadyAsked
from employment_portal.people.records.registration import NotYourCase
from employment_portal.people.resumes.actions import save_expectation
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.models import WorkItem
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.jobs import OccupationFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import (
    GroupFactory,
    PersonFactory,
    ResumeFactory,
    ResumeWorkFactory,
    SpellFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)


def officer(role=StaffRole.DISTRICT_OFFICER, code="510108"):
    return UserFactory(**{role.value: True}, region=RegionFactory(code=code), starts_on=SINCE)


def merge(duplicate, survivor):
    asked = merging.request_merge(
        duplicate_id=duplicate.pk,
        survivor_id=survivor.pk,
        reason="同一人",
        by=officer(StaffRole.STREET_CLERK),
        today=timezone.localdate(),
    )
    merging.decide_merge(request_id=asked.pk, approve=True, note="", by=officer())
    return duplicate.merges_away.get(undone_at__isnull=True)


def ask(merged, *, to_duplicate=False, by=None):
    return unmerging.request_undo(
        merge_id=merged.pk,
        added_to_duplicate=to_duplicate,
        reason="同名不同人",
        by=by or officer(StaffRole.STREET_CLERK),
        today=timezone.localdate(),
    )


def undo(merged, **more):
    return unmerging.decide_undo(request_id=ask(merged, **more).pk, approve=True, note="", by=officer())


def everything(*people):
    """Every row that hangs on the records, and the records, as the database holds them."""
    rows = [Person.objects.filter(pk__in=[person.pk for person in people])]
    for holding in holdings():
        for person in people:
            rows += holding.rows_of_merge(person)
    return snapshots.take(rows)


def furnish(person, chance, *, shared):
    """Hang a random half of what there is on a record; ``shared`` is met by both, so that they clash."""
    if chance.random() < 0.7:
        start = chance.choice([date(2026, 2, 1), date(2026, 3, 1)])
        SpellFactory(person=person, starts_on=start, status=EmploymentStatus.FLEXIBLE)
    if chance.random() < 0.5:
        SpellFactory(person=person, starts_on=date(2024, 1, 1), ends_on=date(2024, 6, 30))
    if chance.random() < 0.5:
        GroupFactory(person=person, certified=True, applied_by=shared["user"])
    if chance.random() < 0.6:
        GroupFactory(person=person, group=Group.VETERAN, applied_by=shared["user"])
    if chance.random() < 0.6:
        give_consent(person_id=person.pk, purpose="real_name", through="online", by=shared["user"])
    if chance.random() < 0.5:
        request_data(
            person_id=person.pk, kind="correct", text="写错", evidence=None, by=shared["user"],
            today=timezone.localdate(),
        )  # fmt: skip
    if chance.random() < 0.7:
        resume = ResumeFactory(person=person, visibility=chance.choice(ResumeVisibility.values))
        ResumeWorkFactory(resume=resume)
        ResumeSkill.objects.create(resume=resume, name="照护")
        BlockedEmployer.objects.create(resume=resume, organisation=shared["employer"])
        save_expectation(
            person_id=person.pk, occupations=[shared["occupation"]], regions=[person.residence_region],
            employment_types=["full_time"], pay_min_fen=500_000, by=shared["user"],
        )  # fmt: skip
    if chance.random() < 0.6:
        application = ApplicationFactory(
            person=person, posting=shared["posting"], created_by=shared["user"], status="offered"
        )
        OfferFactory(application=application)
        InterviewFactory(application=application)


@pytest.mark.parametrize("seed", range(12))
def test_after_merge_and_undo_every_row_is_as_before(seed):
    chance = random.Random(seed)
    shared = {
        "user": UserFactory(),
        "employer": OrganisationFactory(),
        "occupation": OccupationFactory(),
        "posting": ApplicationFactory(created_by=UserFactory()).posting,
    }
    pair = [
        PersonFactory(
            user=chance.choice([None, UserFactory()]),
            with_number=chance.random() < 0.6,
            phone=chance.choice(["", "13700001234"]),
        )
        for _ in range(2)
    ]
    for person in pair:
        furnish(person, chance, shared=shared)
    numbers = [person.id_number for person in pair]
    before, items = everything(*pair), set(WorkItem.objects.open().values_list("pk", flat=True))

    merged = merge(*pair)
    assert everything(*pair) != before
    undo(merged)

    assert everything(*pair) == before
    assert [Person.objects.get(pk=person.pk).id_number for person in pair] == numbers
    assert set(WorkItem.objects.open().values_list("pk", flat=True)) == items
    merged.refresh_from_db()
    assert (merged.undone_at is not None, merged.number, merged.rows.count()) == (True, "", 0)


def test_two_officers_of_the_region_are_needed():
    duplicate, survivor = PersonFactory(), PersonFactory(user=None)
    merged, by = merge(duplicate, survivor), officer()

    with pytest.raises(NotYourCase):
        ask(merged, by=officer(code="500103"))
    asked = ask(merged, by=by)
    with pytest.raises(AlreadyAsked):
        ask(merged)
    with pytest.raises(SamePersonDecides):
        unmerging.decide_undo(request_id=asked.pk, approve=True, note="", by=by)
    with pytest.raises(NotYourCase):
        unmerging.decide_undo(request_id=asked.pk, approve=True, note="", by=officer(StaffRole.STREET_CLERK))
    unmerging.decide_undo(request_id=asked.pk, approve=False, note="", by=officer())
    duplicate.refresh_from_db()
    assert duplicate.merged_into == survivor


def test_both_are_told_and_the_history_says_why():
    duplicate, survivor = PersonFactory(), PersonFactory()
    told = [duplicate.user, survivor.user]

    undo(merge(duplicate, survivor))

    assert {m.user for m in Notification.objects.filter(kind="records_separated")} == set(told)


def test_what_was_added_since_goes_where_the_request_says():
    pair = [PersonFactory(user=None) for _ in range(4)]
    stays, goes = merge(pair[0], pair[1]), merge(pair[2], pair[3])
    spells = [SpellFactory(person=person, starts_on=date(2026, 5, 1)) for person in (pair[1], pair[3])]

    undo(stays)
    undo(goes, to_duplicate=True)

    for spell in spells:
        spell.refresh_from_db()
    assert [spell.person for spell in spells] == [pair[1], pair[2]]


def test_an_added_status_that_overlaps_what_comes_back_is_refused():
    duplicate, survivor = PersonFactory(user=None), PersonFactory(user=None)
    SpellFactory(person=survivor, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    SpellFactory(person=duplicate, starts_on=date(2026, 2, 1))
    merged = merge(duplicate, survivor)
    SpellFactory(person=survivor, starts_on=date(2026, 6, 1))

    with pytest.raises(unmerging.DoesNotFit):
        ask(merged, to_duplicate=True)

    assert ask(merged).state == "waiting"


def test_a_moved_entry_that_was_changed_since_makes_it_impossible():
    duplicate, survivor = PersonFactory(user=None), PersonFactory(user=None)
    spell = SpellFactory(person=duplicate, starts_on=date(2026, 2, 1))
    merged = merge(duplicate, survivor)
    third = PersonFactory(user=None)
    type(spell).objects.filter(pk=spell.pk).update(person=third)

    with pytest.raises(unmerging.ChangedSince):
        ask(merged)


def test_what_the_person_wrote_in_the_resume_since_stays():
    duplicate, survivor = PersonFactory(), PersonFactory(user=None)
    work = ResumeWorkFactory(resume=ResumeFactory(person=duplicate, summary="自述"))
    ResumeFactory(person=survivor, headline="新")
    merged = merge(duplicate, survivor)
    Resume.objects.filter(person=survivor).update(summary="后来写的")
    work.delete()

    undo(merged)

    assert Resume.objects.get(person=survivor).summary == "后来写的"
    assert Resume.objects.get(person=duplicate).summary == "自述"
    assert not Resume.objects.get(person=duplicate).work.exists()


def test_a_phone_number_changed_since_stays():
    duplicate, survivor = PersonFactory(phone="13700001111"), PersonFactory(user=None, phone="")
    merged = merge(duplicate, survivor)
    Person.objects.filter(pk=survivor.pk).update(phone="13700002222")

    undo(merged)

    survivor.refresh_from_db()
    assert survivor.phone == "13700002222"


def test_who_registered_anew_keeps_the_sign_in():
    duplicate, survivor = PersonFactory(), PersonFactory()
    user = duplicate.user
    merged = merge(duplicate, survivor)
    PersonFactory(user=user)

    with pytest.raises(unmerging.IdentityTaken):
        ask(merged)


def test_the_identity_changed_since_makes_it_impossible():
    duplicate, survivor = PersonFactory(), PersonFactory(user=None)
    merged = merge(duplicate, survivor)
    Person.objects.filter(pk=survivor.pk).update(user=UserFactory())

    with pytest.raises(unmerging.IdentityChanged):
        ask(merged)


def test_the_later_merge_is_undone_first():
    survivor = PersonFactory(user=None)
    first = merge(PersonFactory(user=None), survivor)
    second = merge(PersonFactory(user=None), survivor)

    with pytest.raises(unmerging.MergedFurther):
        ask(first)
    undo(second)
    undo(first)

    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_a_deleted_or_restricted_survivor_gives_nothing_back():
    survivor = PersonFactory(user=None)
    merged = merge(PersonFactory(user=None), survivor)
    Person.objects.filter(pk=survivor.pk).update(restricted_at=timezone.now())

    with pytest.raises(unmerging.RecordNotOpen):
        ask(merged)


def test_after_the_term_nothing_is_kept_and_nothing_can_be_undone():
    with time_machine.travel("2026-08-03 10:00+08:00", tick=False):
        merged = merge(PersonFactory(user=None, with_number=True), PersonFactory(with_number=True))
    late = date(2026, 8, 3) + timedelta(days=merging.UNDO_DAYS)

    assert merged.undo_until == late
    assert unmerging.forget_merges(today=late) == 0
    assert unmerging.forget_merges(today=late + timedelta(days=1)) == 1
    merged.refresh_from_db()
    assert (merged.number, merged.kept, MergedRow.objects.count()) == ("", {}, 0)
    with pytest.raises(unmerging.TermOver):
        unmerging.check_undoable(merged, on=late + timedelta(days=1))


def test_the_page_shows_what_comes_back_and_why_it_cannot(client):
    duplicate, survivor = PersonFactory(user=None), PersonFactory(user=None)
    SpellFactory(person=duplicate, starts_on=date(2026, 2, 1))
    merged = merge(duplicate, survivor)
    SpellFactory(person=survivor, starts_on=date(2025, 2, 1), ends_on=date(2025, 3, 1))
    sign_in(client, officer(StaffRole.STREET_CLERK))
    url = reverse("people:staff_unmerge", args=[merged.public_id])

    page = client.get(url)
    spells = page.context["rows"][0]
    assert (spells["back"], spells["added"]) == (1, 1)
    assert client.post(url, {"added_to_duplicate": "0"}).status_code == 422
    merge(PersonFactory(user=None), survivor)

    assert isinstance(client.get(url).context["hindrance"], unmerging.MergedFurther)
