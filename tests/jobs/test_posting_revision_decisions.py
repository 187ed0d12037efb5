"""What a decision about a change of a published posting does, and what ends a waiting one."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from employment_portal.notifications.models import Notification
from employment_portal.workflow.engine import TransitionNotAllowed, history
from employment_portal.workflow.models import WorkItem
from jobs.applications.models import Answer
from jobs.postings import actions
from jobs.postings.enums import ClosingResult, RevisionState
from jobs.postings.models import Posting, PostingRule
from jobs.postings.revisions.differences import Part, compare, differences
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.queries import revision_at_hand
from jobs.search.actions import index_posting
from jobs.search.models import PostingSearch
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import PostingFactory, PostingQuestionFactory, PostingRevisionFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.regions import RegionFactory
from tests.jobs.test_posting_actions import somebody

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


def test_approval_copies_every_field_and_rewrites_the_search_row(now):
    posting = PostingFactory()
    values = {
        "title": "夜班护理员",
        "pay_min_fen": 500_000,
        "pay_max_fen": 700_000,
        "groups": ["graduate"],
        "questions": [{"text": "可上夜班吗", "kind": "yes_no", "required": True}],
    }
    member = somebody("member", posting)
    *_rest, revision = actions.revise_posting(posting_id=posting.pk, values=values, by=member, now=now)
    officer = somebody("officer", posting)

    actions.approve_revision(revision_id=revision.pk, by=officer, now=now)

    posting.refresh_from_db()
    revision.refresh_from_db()
    assert (posting.title, posting.pay_max_fen, posting.monthly_max_fen) == ("夜班护理员", 700_000, 700_000)
    assert (posting.groups, posting.questions.get().text) == (["graduate"], "可上夜班吗")
    assert (posting.status, posting.changed_at) == ("live", now)
    assert (revision.state, revision.decided_by) == ("approved", officer)
    assert PostingSearch.objects.get(pk=posting.pk).monthly_max_fen == 700_000
    assert posting.employer.clean_reviews == 1
    assert WorkItem.objects.get().outcome == "approved"
    assert Notification.objects.get(user=member).kind == "posting_change_approved"


def test_a_return_keeps_its_comments_and_leaves_the_posting_live(now):
    posting, revision, member, officer = in_review(now, employer=OrganisationFactory(clean_reviews=2))

    actions.return_revision(
        revision_id=revision.pk,
        comments=[{"field": "pay_max_fen", "text": "请说明依据"}],
        note="请补充",
        by=officer,
        now=now,
    )

    posting.refresh_from_db()
    assert (posting.status, posting.pay_max_fen, posting.employer.clean_reviews) == ("live", 650_000, 0)
    assert [(row.field, row.text) for row in revision.comments.all()] == [
        ("pay_max_fen", "请说明依据"),
        ("", "请补充"),
    ]
    told = Notification.objects.get(user=member)
    assert told.kind == "posting_change_returned"
    assert "请说明依据" in told.body


def test_a_corrected_change_answers_the_comments_and_does_not_count_as_clean(now):
    posting, revision, member, officer = in_review(now)
    actions.return_revision(
        revision_id=revision.pk, comments=[{"field": "title", "text": "太长"}], by=officer, now=now
    )

    *_rest, corrected = actions.revise_posting(
        posting_id=posting.pk, values={"pay_max_fen": 690_000}, by=member, now=now
    )
    actions.approve_revision(revision_id=corrected.pk, by=officer, now=now)

    posting.refresh_from_db()
    assert posting.pay_max_fen == 690_000
    assert posting.employer.clean_reviews == 0
    assert not posting.comments.filter(resolved_at__isnull=True).exists()


def test_a_rejection_tells_why_and_leaves_the_posting_live(now):
    posting, revision, member, officer = in_review(now)

    actions.reject_revision(revision_id=revision.pk, reason="false", note="不实", by=officer, now=now)

    posting.refresh_from_db()
    assert (posting.status, posting.pay_max_fen) == ("live", 650_000)
    assert "不实" in Notification.objects.get(user=member).body
    assert revision_at_hand(posting).state == "rejected"


def test_a_return_of_a_change_needs_a_comment(now):
    _posting, revision, _member, officer = in_review(now)

    with pytest.raises(actions.CommentsMissing):
        actions.return_revision(revision_id=revision.pk, comments=[], by=officer, now=now)


def test_a_question_answered_meanwhile_keeps_the_change_from_being_approved(now):
    posting = PostingFactory()
    question = PostingQuestionFactory(posting=posting)
    member, officer = somebody("member", posting), somebody("officer", posting)
    *_rest, revision = actions.revise_posting(
        posting_id=posting.pk, values={"title": "夜班护理员", "questions": []}, by=member, now=now
    )
    Answer.objects.create(question=question, application=ApplicationFactory(posting=posting), text="可以")

    with pytest.raises(actions.NoLongerFits):
        actions.approve_revision(revision_id=revision.pk, by=officer, now=now)

    posting.refresh_from_db()
    revision.refresh_from_db()
    assert (posting.title, revision.state) == ("养老护理员", "submitted")


def test_a_change_that_must_be_fixed_by_now_is_never_approved(now):
    revision = revision_in("submitted", fields=["requirements"], content={"requirements": "仅限男性"})

    with pytest.raises(actions.NotClean):
        actions.approve_revision(revision_id=revision.pk, by=somebody("officer", revision.posting), now=now)


# --- what ends a waiting change ----------------------------------------------------------------------------

ENDINGS = {
    "pause": lambda posting, people, now: actions.pause(posting_id=posting.pk, by=people[0], now=now),
    "close": lambda posting, people, now: actions.close_posting(
        posting_id=posting.pk, result=ClosingResult.NOT_FILLED, by=people[0], now=now
    ),
    "expire": lambda posting, people, now: actions.expire_due(now=now + timedelta(days=400)),
    "take_down": lambda posting, people, now: actions.take_down(
        posting_id=posting.pk, reason="fees", note="收费", by=people[1], now=now
    ),
}


@pytest.mark.parametrize("how", sorted(ENDINGS))
def test_the_end_of_a_posting_ends_its_waiting_change(how, now):
    posting, revision, member, officer = in_review(now)

    ENDINGS[how](posting, (member, officer), now)

    revision.refresh_from_db()
    assert revision.state == "withdrawn"
    assert history(revision).get().data == {"because": how}
    assert not WorkItem.objects.open().exists()
    with pytest.raises(actions.AlreadyReviewed):
        actions.approve_revision(revision_id=revision.pk, by=officer, now=now)
    assert Posting.objects.get(pk=posting.pk).pay_max_fen == 650_000


def test_a_longer_validity_leaves_the_waiting_change(now):
    posting, revision, member, _officer = in_review(now)

    actions.extend_posting(
        posting_id=posting.pk, expires_on=timezone.localdate(now) + timedelta(days=80), by=member, now=now
    )

    revision.refresh_from_db()
    assert revision.state == "submitted"


# --- the view of the difference ----------------------------------------------------------------------------


def test_a_text_is_compared_clause_by_clause():
    before, after = compare("照护老人，三班轮换。", "照护老人，两班轮换。包住。")

    assert before == [Part("照护老人，"), Part("三班轮换。", True)]
    assert after == [Part("照护老人，"), Part("两班轮换。包住。", True)]


def test_every_field_that_people_decide_by_has_words_for_its_difference():
    posting = PostingFactory()
    content = {
        "occupation": posting.occupation.code,
        "region": posting.region.code,
        "pay_min_fen": 500_000,
        "groups": ["graduate"],
        "insurances": [],
        "experience_months": 12,
        "questions": [{"text": "可上夜班吗", "kind": "yes_no", "required": False}],
    }
    revision = PostingRevisionFactory(
        posting=posting, fields=list(content), before=dict.fromkeys(content), content=content
    )

    rows = {row.name: row.after[0].text for row in differences(revision, str)}

    assert rows["region"] == posting.region.full_name
    assert rows["pay_min_fen"] == "¥5,000"
    assert rows["insurances"] == "—"
    assert "可上夜班吗" in rows["questions"]


def test_a_member_who_left_and_became_an_officer_does_not_decide_about_the_own_change(now):
    posting, revision, _member, officer = in_review(now)
    PostingRevision.objects.filter(pk=revision.pk).update(submitted_by=officer)
    MemberFactory(organisation=posting.employer)

    with pytest.raises(TransitionNotAllowed):
        actions.approve_revision(revision_id=revision.pk, by=officer, now=now)


# --- a change of the place of work ---------------------------------------------------------------------------


@pytest.fixture
def moving(now):
    """A live posting of 成华 with a change that moves the work to 渝中, and an officer of each place."""
    here, there = RegionFactory(code="510108"), RegionFactory(code="500103")
    officers = [
        UserFactory(district_officer=True, region=region, starts_on=date(2026, 1, 1))
        for region in (here, there)
    ]
    posting = PostingFactory(region=here, employer__clean_reviews=0)
    member = MemberFactory(organisation=posting.employer)
    _posting, _changed, revision = actions.revise_posting(
        posting_id=posting.pk, values={"region": there}, by=member.user, now=now, confirmed=True
    )
    return revision, *officers


def test_it_waits_where_the_work_would_be(moving):
    revision, _old, new = moving

    item = WorkItem.objects.open().get()

    assert item.region == revision.region == RegionFactory(code="500103")
    assert item in WorkItem.objects.visible_to(new)


def test_its_clock_is_the_one_of_the_new_place(now):
    there = RegionFactory(code="500103")
    PostingRule.objects.create(
        region=there, name="review_working_days", value=7, valid_from=date(2026, 1, 1), source="渝人社"
    )
    posting = PostingFactory()
    member = MemberFactory(organisation=posting.employer)

    actions.revise_posting(
        posting_id=posting.pk, values={"region": there}, by=member.user, now=now, confirmed=True
    )

    assert WorkItem.objects.open().get().working_days == 7


def test_the_officer_of_the_new_place_decides(moving, now):
    revision, old, new = moving

    with pytest.raises(TransitionNotAllowed):
        actions.approve_revision(revision_id=revision.pk, by=old, now=now)
    with pytest.raises(TransitionNotAllowed):
        actions.reject_revision(revision_id=revision.pk, reason="false", note="不实", by=old, now=now)
    actions.approve_revision(revision_id=revision.pk, by=new, now=now)

    assert Posting.objects.get(pk=revision.posting_id).region == revision.region


def test_what_is_published_stays_with_the_office_of_its_place(moving, now):
    revision, old, new = moving

    with pytest.raises(TransitionNotAllowed):
        actions.take_down(posting_id=revision.posting_id, reason="false", note="", by=new, now=now)
    actions.take_down(posting_id=revision.posting_id, reason="false", note="", by=old, now=now)

    revision.refresh_from_db()
    assert (revision.state, WorkItem.objects.open().count()) == (RevisionState.WITHDRAWN, 0)
