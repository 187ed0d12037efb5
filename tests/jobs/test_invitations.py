"""Employers find résumés that are shown to them and invite; the person applies, agrees, declines or blocks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.classifications.enums import Education
from employment_portal.notifications.models import Notification
from employment_portal.people.consent.queries import looks_at
from employment_portal.people.models import BlockedEmployer, Person, Resume, ResumeSkill, ResumeWork
from employment_portal.people.resumes.sharing import choose_visibility
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.models import Application
from jobs.applications.queries import part_state
from jobs.invitations import actions, queries
from jobs.invitations.enums import InvitationState as S
from jobs.invitations.holdings import _move as move_invitations
from jobs.invitations.models import Invitation
from jobs.invitations.queries import Wanted
from jobs.invitations.workflow import INVITATION
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.invitations import InvitationFactory, shown_resume
from tests.factories.jobs import OccupationFactory, PostingFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import ResumeFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def found(employer, **wanted):
    return set(queries.resumes_for(employer, Wanted(**wanted), on=timezone.localdate()))


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def employer(member):
    return member.organisation


def invite(resume, posting, member, message="欢迎申请"):
    return actions.invite(
        resume_id=resume.pk,
        posting_id=posting.pk,
        message=message,
        by=member.user,
        now=timezone.now(),
        today=timezone.localdate(),
    )


# --- search -----------------------------------------------------------------------------------------------


def test_an_occupation_holds_everything_below_it(employer):
    nurse, cook = OccupationFactory(), OccupationFactory(code="4-03-02-01", name="中式烹调师")
    carer = shown_resume(occupations=[nurse])
    shown_resume(occupations=[cook])
    group = OccupationFactory(code="4-10", name="居民服务人员", level=2)

    assert found(employer, occupation=nurse) == found(employer, occupation=group) == {carer}


def test_a_place_holds_its_districts_and_the_wider_place_that_holds_it(employer):
    district, city, other = (
        RegionFactory(code="510108"),
        RegionFactory(code="5101"),
        RegionFactory(code="500103"),
    )
    here, anywhere = shown_resume(regions=[district]), shown_resume(regions=[city])
    shown_resume(regions=[other])

    assert found(employer, region=city) == {here, anywhere}
    assert found(employer, region=district) == {here, anywhere}
    assert found(employer, region=RegionFactory(code="510104")) == {anywhere}


def test_education_is_the_highest_of_record_and_resume(employer):
    shown = shown_resume(education=Education.SENIOR_MIDDLE)

    assert found(employer, education=Education.JUNIOR_COLLEGE) == {shown}
    assert found(employer, education=Education.BACHELOR) == set()


@pytest.mark.parametrize(("years", "fits"), [(3, True), (5, True), (6, False)])
def test_jobs_that_overlap_count_once(employer, years, fits):
    resume = shown_resume()
    resume.work.all().delete()
    for start, end in ((date(2018, 1, 1), date(2021, 1, 2)), (date(2020, 1, 1), date(2023, 1, 3))):
        ResumeWork.objects.create(resume=resume, employer="甲", title="护理员", starts_on=start, ends_on=end)

    assert bool(found(employer, years=years)) is fits


def test_a_job_that_begins_in_the_future_counts_nothing(employer):
    resume = shown_resume()
    resume.work.all().delete()
    start = timezone.localdate() + timedelta(days=30)
    ResumeWork.objects.create(resume=resume, employer="甲", title="护理员", starts_on=start)

    assert queries.shown_resume(employer, resume.public_id, on=timezone.localdate()).days_worked == 0


@pytest.mark.parametrize("words", ["养老护理", "夜班", "老年照护", "护理员 失能", "护理"])
def test_every_word_stands_somewhere_in_the_resume(employer, words):
    shown = shown_resume()
    shown_resume().skills.all().delete()

    assert shown in found(employer, words=words)
    assert found(employer, words=f"{words} 焊接") == set()


def test_pages_go_forth_and_back_without_a_gap(employer, monkeypatch):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    same = timezone.now()
    for _each in range(5):
        shown_resume()
    Resume.objects.update(updated_at=same)
    today = timezone.localdate()

    pages, cursor = [], None
    while True:
        page = queries.find(employer, Wanted(), on=today, after=cursor)
        pages.append([resume.pk for resume in page.rows])
        cursor = page.next
        if cursor is None:
            break
    back = queries.find(employer, Wanted(), on=today, before=page.previous)

    assert [len(rows) for rows in pages] == [2, 2, 1]
    assert sum(pages, []) == sorted(sum(pages, []), reverse=True)
    assert [resume.pk for resume in back.rows] == pages[1]
    assert page.total == 5


def test_queries_do_not_grow_with_the_results(employer, django_assert_max_num_queries):
    nurse, place = OccupationFactory(), RegionFactory()
    for _each in range(12):
        ResumeSkill.objects.create(resume=shown_resume(occupations=[nurse], regions=[place]), name="急救")

    with django_assert_max_num_queries(6):
        page = queries.find(employer, Wanted(), on=timezone.localdate())
        assert all(row.expectation.occupations.all() and row.skills.all() for row in page.rows)


# --- inviting ---------------------------------------------------------------------------------------------


def test_the_person_gets_a_message_that_leads_to_the_invitation(member, employer):
    resume = shown_resume()

    made = invite(resume, PostingFactory(employer=employer), member)

    message = Notification.objects.get(kind="invited_to_apply")
    assert (message.user, message.path) == (resume.person.user, made.get_absolute_url())
    assert "欢迎申请" in message.body


def test_once_for_each_job_and_person(member, employer):
    resume, posting = shown_resume(), PostingFactory(employer=employer)
    invite(resume, posting, member)

    with pytest.raises(actions.AlreadyInvited):
        invite(resume, posting, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(posting=posting, person=resume.person, made_by=member.user)
    invite(resume, PostingFactory(employer=employer), member)


def test_who_has_applied_is_not_invited(member, employer):
    resume, posting = shown_resume(), PostingFactory(employer=employer)
    ApplicationFactory(person=resume.person, posting=posting)

    with pytest.raises(actions.AlreadyInvited):
        invite(resume, posting, member)


def test_an_employer_invites_so_many_a_day(member, employer, monkeypatch):
    monkeypatch.setattr(actions, "INVITATIONS_A_DAY", 1)
    posting = PostingFactory(employer=employer)
    invite(shown_resume(), posting, member)

    with pytest.raises(actions.TooManyInvitations):
        invite(shown_resume(), posting, member)


def test_only_to_the_employers_own_open_job_and_only_who_is_shown(member, employer):
    resume, posting = shown_resume(), PostingFactory(employer=employer)
    MemberFactory(organisation=employer)

    with pytest.raises(TransitionNotAllowed):
        invite(resume, PostingFactory(), member)
    with pytest.raises(actions.PostingClosed):
        invite(resume, PostingFactory(employer=employer, closed=True), member)
    with pytest.raises(actions.NotShown):
        invite(ResumeFactory(), posting, member)
    BlockedEmployer.objects.create(resume=resume, organisation=employer)
    with pytest.raises(actions.NotShown):
        invite(resume, posting, member)


# --- answering --------------------------------------------------------------------------------------------

ACTS = {
    "accept": lambda made, by: actions.accept_invitation(
        invitation_id=made.pk, by=by, today=timezone.localdate()
    ),
    "decline": lambda made, by: actions.decline_invitation(invitation_id=made.pk, by=by),
    "block": lambda made, by: actions.block_inviter(invitation_id=made.pk, by=by),
}


@pytest.mark.parametrize("who", ["person", "employer", "stranger"])
@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("name", list(ACTS))
def test_every_answer_in_every_state_by_everybody(member, employer, name, state, who):
    answered = None if state == S.OPEN else timezone.now()
    made = InvitationFactory(
        posting=PostingFactory(employer=employer), made_by=member.user, state=state, answered_at=answered
    )
    by = {"person": made.person.user, "employer": member.user, "stranger": UserFactory()}[who]

    if who == "person" and state in INVITATION.moves[name].sources:
        ACTS[name](made, by)
        made.refresh_from_db()
        assert made.state == INVITATION.moves[name].target
    else:
        with pytest.raises(TransitionNotAllowed):
            ACTS[name](made, by)


def test_name_and_phone_are_shown_only_after_the_person_agreed(member, employer):
    made = InvitationFactory(posting=PostingFactory(employer=employer), made_by=member.user)

    with pytest.raises(actions.NotShared):
        actions.reveal_contact(invitation_id=made.pk, by=member.user)
    ACTS["accept"](made, made.person.user)
    assert actions.reveal_contact(invitation_id=made.pk, by=member.user) == made.person
    assert [look["who"] for look in looks_at(made.person)] == [employer.name]
    with pytest.raises(TransitionNotAllowed):
        actions.reveal_contact(invitation_id=made.pk, by=MemberFactory().user)
    ACTS["decline"](made, made.person.user)
    with pytest.raises(actions.NotShared):
        actions.reveal_contact(invitation_id=made.pk, by=member.user)


def test_the_inviter_learns_the_answer_but_not_of_a_block(member, employer):
    accepted, declined, blocked = (
        InvitationFactory(posting=PostingFactory(employer=employer), made_by=member.user) for _n in range(3)
    )

    ACTS["accept"](accepted, accepted.person.user)
    ACTS["decline"](declined, declined.person.user)
    ACTS["block"](blocked, blocked.person.user)

    kinds = Notification.objects.filter(user=member.user).values_list("kind", flat=True)
    assert sorted(kinds) == ["invitation_accepted", "invitation_declined"]


def test_blocking_ends_every_invitation_of_the_employer_and_hides_the_resume(member, employer):
    resume = shown_resume()
    made = [
        InvitationFactory(
            posting=PostingFactory(employer=employer), person=resume.person, made_by=member.user
        )
        for _n in range(2)
    ]
    elsewhere = InvitationFactory(person=resume.person, made_by=member.user)

    ACTS["block"](made[0], resume.person.user)

    states = Invitation.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), elsewhere.state) == ([S.BLOCKED, S.BLOCKED, S.OPEN], S.OPEN)
    assert found(employer) == set()


def test_a_closed_job_takes_no_agreement(member, employer):
    made = InvitationFactory(
        posting=PostingFactory(employer=employer, closed=True),
        person=shown_resume().person,
        made_by=member.user,
    )

    with pytest.raises(actions.PostingClosed):
        ACTS["accept"](made, made.person.user)


def test_of_two_merged_records_the_survivors_invitation_stays(member):
    kept = InvitationFactory(made_by=member.user)
    twice = InvitationFactory(posting=kept.posting, made_by=member.user)
    alone = InvitationFactory(person=twice.person, made_by=member.user)

    moved = move_invitations(twice.person, kept.person, UserFactory())

    alone.refresh_from_db()
    assert (moved.moved, moved.settled, alone.person) == (1, 1, kept.person)


def test_while_nobody_sees_the_resume_it_is_not_sent_either():
    application = ApplicationFactory(draft=True, resume_kind="online")
    person = Person.objects.get(pk=application.person_id)
    assert part_state(application) == []

    choose_visibility(person_id=person.pk, visibility="hidden", through="online", by=person.user)

    assert [part.part for part in part_state(Application.objects.get())] == ["resume"]
