"""A change of a published posting waits beside it: every step, from every state, by every kind of person."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.workflow.engine import TransitionNotAllowed, history
from employment_portal.workflow.models import WorkItem
from jobs.applications.models import Answer
from jobs.postings import actions
from jobs.postings.enums import RevisionState
from jobs.postings.models import PostingRule
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.workflow import REVISION
from jobs.search.actions import index_posting
from jobs.search.models import PostingSearch
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import PostingFactory, PostingQuestionFactory, PostingRevisionFactory
from tests.factories.organisations import OrganisationFactory
from tests.jobs.test_posting_actions import ROLES, somebody

pytestmark = pytest.mark.django_db

STATES = [state.value for state in RevisionState]
PAY = {"pay_max_fen": 700_000}


@pytest.fixture
def now():
    return timezone.now()


def revision_in(state, **values):
    return PostingRevisionFactory(**({} if state == "submitted" else {state: True}), **values)


def in_review(now, values=PAY, **posting):
    """A live posting with a waiting change, its member and an officer."""
    posting = PostingFactory(**posting)
    index_posting(posting)
    member = somebody("member", posting)
    *_rest, revision = actions.revise_posting(posting_id=posting.pk, values=values, by=member, now=now)
    return posting, revision, member, somebody("officer", posting)


# --- the transition table ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*ROLES, "sender"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(REVISION.moves))
def test_a_step_is_allowed_from_its_states_and_to_its_people_only(step, state, role):
    revision = revision_in(state)
    user = somebody("officer" if role == "sender" else role, revision.posting)
    if role == "sender":  # an officer who sent the change in as a member and has left the employer since
        PostingRevision.objects.filter(pk=revision.pk).update(submitted_by=user)
        revision.submitted_by = user
    wanted = {"acts_for_employer": "member", "may_review": "officer"}.get(REVISION.moves[step].may.__name__)

    allowed = REVISION.can(revision, step, user)

    assert allowed is (state in REVISION.moves[step].sources and role == wanted)


def take_back(revision, **kw):
    return actions.take_back_revision(posting_id=revision.posting_id, **kw)


CALLS = {
    "approve": lambda revision, **kw: actions.approve_revision(revision_id=revision.pk, **kw),
    "send_back": lambda revision, **kw: actions.return_revision(
        revision_id=revision.pk, comments=[{"field": "title", "text": "太长"}], **kw
    ),
    "reject": lambda revision, **kw: actions.reject_revision(
        revision_id=revision.pk, reason="false", note="不实", **kw
    ),
    "take_back": take_back,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(CALLS))
def test_an_action_moves_the_change_from_its_states_only_and_the_posting_stays_live(step, state, now):
    revision = revision_in(state)
    row = REVISION.moves[step]
    by = somebody("member" if step == "take_back" else "officer", revision.posting)

    if state in row.sources:
        CALLS[step](revision, by=by, now=now)
        wanted = row.target
    else:
        with pytest.raises((TransitionNotAllowed, actions.AlreadyReviewed)):
            CALLS[step](revision, by=by, now=now)
        wanted = state

    revision.refresh_from_db()
    assert revision.state == wanted
    assert history(revision).exists() is (state in row.sources)
    assert revision.posting.status == "live"
    assert revision.posting.title == (
        "夜班护理员" if (step, state) == ("approve", "submitted") else "养老护理员"
    )


@pytest.mark.parametrize("role", [role for role in ROLES if role != "officer"])
@pytest.mark.parametrize("step", ["approve", "send_back", "reject"])
def test_nobody_but_the_officer_of_the_district_decides(step, role, now):
    revision = revision_in("submitted")
    user = somebody(role, revision.posting)

    with pytest.raises((TransitionNotAllowed, actions.OwnEmployer)):
        CALLS[step](revision, by=user, now=now)

    revision.refresh_from_db()
    assert revision.state == "submitted"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "member"])
def test_nobody_but_the_employer_takes_a_change_back(role, now):
    revision = revision_in("submitted")

    with pytest.raises(TransitionNotAllowed):
        take_back(revision, by=somebody(role, revision.posting), now=now)


# --- what the database holds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("four_eyes", {"state": "approved", "decided_at": timezone.now(), "decided_by": "sender"}),
        ("decided_whole", {"state": "approved"}),
        ("decided_whole", {"state": "submitted", "decided_at": timezone.now()}),
        ("reason_when_rejected", {"state": "rejected", "decided_at": timezone.now(), "decided_by": "other"}),
        ("changes_something", {"fields": []}),
    ],
)
def test_the_database_refuses_what_no_decision_can_be(name, values):
    sender = UserFactory()
    people = {"sender": sender, "other": UserFactory()}
    values = {
        key: people.get(value, value) if key == "decided_by" else value for key, value in values.items()
    }

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PostingRevisionFactory(submitted_by=sender, **values)


def test_two_changes_of_a_posting_never_wait_at_once():
    revision = revision_in("submitted")
    revision_in("withdrawn", posting=revision.posting)

    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        revision_in("submitted", posting=revision.posting)


# --- sending in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["live", "paused"])
def test_other_pay_waits_beside_the_posting_which_stays_as_it_was(state, now):
    posting, revision, _member, _officer = in_review(now, **({"paused": True} if state == "paused" else {}))

    posting.refresh_from_db()
    assert (posting.status, posting.pay_max_fen, posting.changed_at) == (state, 650_000, None)
    assert PostingSearch.objects.filter(pk=posting.pk).exists() is (state == "live")
    assert (revision.fields, revision.before, revision.content) == (
        ["pay_max_fen"],
        {"pay_max_fen": 650_000},
        {"pay_max_fen": 700_000},
    )
    item = WorkItem.objects.open().get()
    assert (item.kind, item.subject_type, item.subject_id) == (
        "posting_review",
        "jobs.postingrevision",
        revision.pk,
    )
    assert posting.public_id in item.path


def test_a_telephone_number_sent_along_holds_at_once_and_the_pay_waits(now):
    posting, revision, _member, _officer = in_review(now, PAY | {"contact_phone": "02812345678"})

    posting.refresh_from_db()
    assert (posting.contact_phone, posting.pay_max_fen) == ("02812345678", 650_000)
    assert revision.fields == ["pay_max_fen"]


def test_a_trusted_employer_publishes_a_change_at_once_and_it_says_when(now):
    PostingRule.objects.create(name="sample_one_in", value=1, valid_from="2020-01-01", source="test")
    posting = PostingFactory(employer=OrganisationFactory(trusted=True))

    *_rest, revision = actions.revise_posting(
        posting_id=posting.pk, values=PAY, by=somebody("member", posting), now=now
    )

    posting.refresh_from_db()
    assert (posting.status, posting.pay_max_fen, posting.changed_at) == ("live", 700_000, now)
    assert revision is None
    assert WorkItem.objects.open().get().kind == "posting_sample"


def test_an_unlawful_change_is_not_sent_in(now):
    posting = PostingFactory()

    with pytest.raises(actions.MustBeFixed):
        actions.revise_posting(
            posting_id=posting.pk,
            values={"requirements": "仅限男性"},
            by=somebody("member", posting),
            now=now,
        )

    assert not PostingRevision.objects.exists()


def test_words_of_a_change_to_look_at_must_be_confirmed(now):
    posting = PostingFactory(employer=OrganisationFactory(trusted=True))
    member = somebody("member", posting)
    call = {"posting_id": posting.pk, "values": {"requirements": "男女各5名"}, "by": member, "now": now}

    with pytest.raises(actions.MustBeConfirmed):
        actions.revise_posting(**call)
    *_rest, revision = actions.revise_posting(**call, confirmed=True)

    assert revision.compliance["confirmed"] is True
    assert revision.compliance["findings"]


def test_a_newer_change_takes_the_place_of_the_waiting_one_and_keeps_its_other_fields(now):
    posting, first, member, _officer = in_review(now)

    *_rest, second = actions.revise_posting(
        posting_id=posting.pk, values={"title": "夜班护理员"}, by=member, now=now, waiting=first.public_id
    )

    first.refresh_from_db()
    assert first.state == "withdrawn"
    assert second.content == {"title": "夜班护理员", "pay_max_fen": 700_000}
    assert WorkItem.objects.open().get().subject_id == second.pk


def test_a_telephone_number_alone_leaves_the_waiting_change_as_it_is(now):
    posting, revision, member, _officer = in_review(now)

    *_rest, same = actions.revise_posting(
        posting_id=posting.pk, values={"contact_phone": "02812345678"}, by=member, now=now
    )

    revision.refresh_from_db()
    assert (same, revision.state) == (revision, "submitted")


def test_saving_what_is_published_takes_the_waiting_change_back(now):
    posting, revision, member, _officer = in_review(now)

    actions.revise_posting(posting_id=posting.pk, values={"pay_max_fen": 650_000}, by=member, now=now)

    revision.refresh_from_db()
    assert revision.state == "withdrawn"
    assert not WorkItem.objects.open().exists()


def test_a_form_that_showed_another_change_is_told_so(now):
    posting, _revision, member, _officer = in_review(now)

    with pytest.raises(actions.RevisionMoved):
        actions.revise_posting(
            posting_id=posting.pk, values={"title": "夜班护理员"}, by=member, now=now, waiting=""
        )


def test_a_change_may_not_drop_a_question_that_applicants_answered(now):
    posting = PostingFactory()
    question = PostingQuestionFactory(posting=posting)
    Answer.objects.create(question=question, application=ApplicationFactory(posting=posting), text="可以")

    with pytest.raises(actions.QuestionsAnswered):
        actions.revise_posting(
            posting_id=posting.pk, values={"questions": []}, by=somebody("member", posting), now=now
        )

    assert not PostingRevision.objects.exists()


# --- deciding ----------------------------------------------------------------------------------------------
