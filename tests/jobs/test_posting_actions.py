"""Every step of a posting on a real database: each from every state and by every kind of person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.notifications.models import Notification
from employment_portal.workflow.engine import TransitionNotAllowed, history
from employment_portal.workflow.models import WorkItem
from jobs.postings import actions
from jobs.postings.enums import ClosingResult, PostingStatus, ReviewMode
from jobs.postings.models import PostingRule
from jobs.postings.workflow import POSTING
from jobs.search.models import PostingSearch
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

STATES = [state.value for state in PostingStatus]
ROLES = ["member", "officer", "far_officer", "clerk", "stranger"]


@pytest.fixture
def now():
    return timezone.now()


def posting_in(state, **values):
    return PostingFactory(**({} if state == "live" else {state: True}), **values)


def somebody(role, posting) -> User:
    if role == "member":
        return MemberFactory(organisation=posting.employer).user
    if role == "officer":
        return UserFactory(district_officer=True, region=posting.region)
    if role == "far_officer":
        return UserFactory(district_officer=True, region=RegionFactory(code="500103"))
    if role == "clerk":
        return UserFactory(street_clerk=True, region=posting.region)
    return UserFactory()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(POSTING.moves))
def test_a_step_is_allowed_from_its_states_and_to_its_people_only(step, state, role):
    posting = posting_in(state)
    user = somebody(role, posting)
    row = POSTING.moves[step]
    wanted = {"acts_for_employer": "member", "may_review": "officer"}.get(row.may.__name__)

    allowed = POSTING.can(posting, step, user)

    assert allowed is (state in row.sources and role == wanted)


CALLS = {
    "submit": lambda **kw: actions.submit_posting(**kw),
    "take_back": lambda **kw: actions.take_back(**kw),
    "withdraw": lambda **kw: actions.withdraw(**kw),
    "approve": lambda **kw: actions.approve_posting(**kw),
    "send_back": lambda **kw: actions.return_posting(comments=[{"field": "title", "text": "…"}], **kw),
    "reject": lambda **kw: actions.reject_posting(reason="false", note="…", **kw),
    "take_down": lambda **kw: actions.take_down(reason="fees", note="…", **kw),
    "pause": lambda **kw: actions.pause(**kw),
    "resume": lambda **kw: actions.resume(**kw),
    "close": lambda **kw: actions.close_posting(result=ClosingResult.NOT_FILLED, **kw),
    "extend": lambda **kw: actions.extend_posting(expires_on=timezone.localdate() + timedelta(days=80), **kw),
    "revise": lambda **kw: actions.revise_posting(values={"title": "护理员"}, **kw),
}
ALSO_FROM = {"extend": {"paused"}}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(set(CALLS) - {"revise"}))
def test_an_action_changes_the_posting_from_its_states_only(step, state, now):
    posting = posting_in(state)
    row = POSTING.moves[step]
    by = somebody("member" if row.may.__name__ == "acts_for_employer" else "officer", posting)
    possible = state in row.sources or state in ALSO_FROM.get(step, set())

    if possible:
        CALLS[step](posting_id=posting.pk, by=by, now=now)
        assert history(posting).exists()
    else:
        with pytest.raises((TransitionNotAllowed, actions.AlreadyReviewed)):
            CALLS[step](posting_id=posting.pk, by=by, now=now)
        assert not history(posting).exists()
        posting.refresh_from_db()
        assert posting.status == state


@pytest.mark.parametrize("role", [role for role in ROLES if role != "member"])
@pytest.mark.parametrize("step", ["submit", "withdraw", "pause", "close", "revise"])
def test_nobody_but_the_employer_moves_its_postings(step, role, now):
    posting = posting_in("live" if step in {"pause", "close", "revise"} else "draft")
    user = somebody(role, posting)

    with pytest.raises(TransitionNotAllowed):
        CALLS[step](posting_id=posting.pk, by=user, now=now)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "officer"])
@pytest.mark.parametrize("step", ["approve", "send_back", "reject"])
def test_nobody_but_the_officer_of_the_district_reviews(step, role, now):
    posting = posting_in("submitted")
    user = somebody(role, posting)

    with pytest.raises((TransitionNotAllowed, actions.OwnEmployer)):
        CALLS[step](posting_id=posting.pk, by=user, now=now)


def test_an_officer_who_acts_for_the_employer_is_told_that_a_colleague_decides(now):
    posting = posting_in("submitted")
    officer = somebody("officer", posting)
    MemberFactory(organisation=posting.employer, user=officer)

    with pytest.raises(actions.OwnEmployer):
        actions.approve_posting(posting_id=posting.pk, by=officer, now=now)


def test_a_first_posting_goes_into_review_with_a_clock(now):
    posting = posting_in("draft")
    member = somebody("member", posting)

    actions.submit_posting(posting_id=posting.pk, by=member, now=now)

    posting.refresh_from_db()
    assert (posting.status, posting.review_mode) == ("submitted", ReviewMode.BEFORE)
    item = WorkItem.objects.open().get()
    assert (item.kind, item.region, item.role) == ("posting_review", posting.region, "district_officer")
    assert item.due_on > timezone.localdate(now)
    assert posting.compliance["findings"] == []


def test_a_trusted_employer_publishes_at_once_and_is_found(now):
    PostingRule.objects.create(name="sample_one_in", value=10**9, valid_from="2020-01-01", source="test")
    posting = posting_in("draft", employer=OrganisationFactory(trusted=True))

    actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)

    posting.refresh_from_db()
    assert (posting.status, posting.review_mode) == ("live", ReviewMode.TRUSTED)
    assert not WorkItem.objects.exists()
    assert PostingSearch.objects.filter(pk=posting.pk).exists()


def test_a_sampled_posting_is_live_and_in_the_queue(now):
    PostingRule.objects.create(name="sample_one_in", value=1, valid_from="2020-01-01", source="test")
    posting = posting_in("draft", employer=OrganisationFactory(trusted=True))

    actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)

    posting.refresh_from_db()
    assert posting.status == "live"
    assert WorkItem.objects.open().get().kind == "posting_sample"


def test_a_trusted_posting_with_a_day_to_come_is_scheduled_and_published_on_it(now):
    PostingRule.objects.create(name="sample_one_in", value=10**9, valid_from="2020-01-01", source="test")
    day = timezone.localdate(now) + timedelta(days=3)
    posting = posting_in("draft", employer=OrganisationFactory(trusted=True), publish_on=day)
    actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)

    assert actions.publish_due(now=now + timedelta(days=2)) == 0
    assert actions.publish_due(now=now + timedelta(days=3)) == 1
    assert actions.publish_due(now=now + timedelta(days=3)) == 0

    posting.refresh_from_db()
    assert posting.status == "live"


def test_an_unverified_employer_writes_drafts_but_is_told_how_to_submit(now):
    posting = posting_in("draft", employer=OrganisationFactory(unverified=True))

    with pytest.raises(actions.EmployerNotVerified):
        actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)


def test_an_unlawful_posting_is_not_submitted(now):
    posting = posting_in("draft", requirements="仅限男性，需缴纳押金500元")

    with pytest.raises(actions.MustBeFixed) as error:
        actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)

    assert {remark.field for remark in error.value.check.must_fix} == {"requirements"}


def test_words_to_look_at_must_be_confirmed_and_bring_a_review(now):
    posting = posting_in(
        "draft", requirements="男女各5名，有责任心", employer=OrganisationFactory(trusted=True)
    )
    member = somebody("member", posting)

    with pytest.raises(actions.MustBeConfirmed):
        actions.submit_posting(posting_id=posting.pk, by=member, now=now)
    actions.submit_posting(posting_id=posting.pk, by=member, now=now, confirmed=True)

    posting.refresh_from_db()
    assert posting.status == "submitted"
    assert posting.compliance["confirmed"] is True


def test_a_page_that_is_out_of_date_does_not_overwrite(now):
    posting = posting_in("draft")
    member = somebody("member", posting)
    seen = actions.version_of(posting)
    actions.save_draft(posting_id=posting.pk, values={"title": "护工"}, by=member, now=now, seen=seen)

    with pytest.raises(actions.PostingChanged) as error:
        actions.save_draft(posting_id=posting.pk, values={"title": "护士"}, by=member, now=now, seen=seen)

    assert error.value.posting.title == "护工"


def test_saving_the_same_words_again_is_no_conflict(now):
    posting = posting_in("draft")
    member = somebody("member", posting)
    seen = actions.version_of(posting)
    actions.save_draft(posting_id=posting.pk, values={"title": "护工"}, by=member, now=now, seen=seen)

    actions.save_draft(posting_id=posting.pk, values={"title": "护工"}, by=member, now=now, seen=seen)

    posting.refresh_from_db()
    assert posting.title == "护工"


def test_another_step_saved_in_another_window_is_no_conflict(now):
    posting = posting_in("draft")
    member = somebody("member", posting)
    seen = actions.version_of(posting, ["title", "keywords"])
    actions.save_draft(posting_id=posting.pk, values={"pay_note": "底薪加提成"}, by=member, now=now)

    actions.save_draft(posting_id=posting.pk, values={"title": "护工"}, by=member, now=now, seen=seen)

    posting.refresh_from_db()
    assert (posting.title, posting.pay_note) == ("护工", "底薪加提成")


def test_approval_publishes_closes_the_item_tells_the_employer_and_counts_as_clean(now):
    posting = posting_in("draft")
    member = somebody("member", posting)
    actions.submit_posting(posting_id=posting.pk, by=member, now=now)

    actions.approve_posting(posting_id=posting.pk, by=somebody("officer", posting), now=now)

    posting.refresh_from_db()
    assert posting.status == "live"
    assert posting.employer.clean_reviews == 1
    assert WorkItem.objects.get().outcome == "approved"
    assert Notification.objects.get(user=member).kind == "posting_approved"
    assert PostingSearch.objects.filter(pk=posting.pk).exists()


def test_a_return_keeps_its_comments_beside_the_fields_and_ends_the_clean_record(now):
    posting = posting_in("submitted", employer=OrganisationFactory(trusted=True))
    officer = somebody("officer", posting)
    comments = [{"field": "pay_min_fen", "text": "请写明计件单价"}, {"field": "", "text": "请补充"}]

    actions.return_posting(posting_id=posting.pk, comments=comments, by=officer, now=now)

    posting.refresh_from_db()
    assert posting.status == "returned"
    assert posting.employer.clean_reviews == 0
    assert [row.field for row in posting.comments.all()] == ["pay_min_fen", ""]


def test_a_return_needs_a_comment(now):
    posting = posting_in("submitted")

    with pytest.raises(actions.CommentsMissing):
        actions.return_posting(posting_id=posting.pk, comments=[], by=somebody("officer", posting), now=now)


def test_a_corrected_posting_resolves_the_comments_and_does_not_count_as_clean(now):
    posting = posting_in("submitted")
    officer, member = somebody("officer", posting), somebody("member", posting)
    actions.return_posting(
        posting_id=posting.pk, comments=[{"field": "title", "text": "太长"}], by=officer, now=now
    )

    actions.submit_posting(posting_id=posting.pk, by=member, now=now)
    actions.approve_posting(posting_id=posting.pk, by=officer, now=now)

    posting.refresh_from_db()
    assert posting.employer.clean_reviews == 0
    assert posting.comments.get().resolved_at == now


def test_content_that_must_be_fixed_is_never_approved(now):
    posting = posting_in("submitted", requirements="仅限男性")

    with pytest.raises(actions.NotClean):
        actions.approve_posting(posting_id=posting.pk, by=somebody("officer", posting), now=now)


def test_bulk_approval_takes_the_clean_ones_and_says_why_not_the_others(now):
    employer = OrganisationFactory()
    clean = posting_in("submitted", employer=employer)
    marked = posting_in("submitted", employer=employer, requirements="男女各5名")
    live = posting_in("live", employer=employer)

    approved, refused = actions.approve_clean(
        posting_ids=[clean.pk, marked.pk, live.pk], by=somebody("officer", clean), now=now
    )

    assert [posting.pk for posting in approved] == [clean.pk]
    assert set(refused) == {marked.pk, live.pk}


def test_more_people_or_another_telephone_number_stay_live_and_are_logged(now):
    posting = posting_in("live")
    values = {"headcount": 8, "contact_phone": "02812345678"}

    _posting, changed, _revision = actions.revise_posting(
        posting_id=posting.pk, values=values, by=somebody("member", posting), now=now
    )

    posting.refresh_from_db()
    assert (posting.status, posting.headcount) == ("live", 8)
    assert sorted(changed) == ["contact_phone", "headcount"]
    assert history(posting).get().data == {"changed": changed}


def test_a_scheduled_posting_with_other_pay_goes_back_into_review_whole(now):
    posting = posting_in("scheduled")

    _stored, _changed, revision = actions.revise_posting(
        posting_id=posting.pk, values={"pay_max_fen": 700_000}, by=somebody("member", posting), now=now
    )

    posting.refresh_from_db()
    assert (posting.status, posting.pay_max_fen, revision) == ("submitted", 700_000, None)
    assert WorkItem.objects.open().count() == 1


def test_fewer_people_than_are_hired_is_refused(now):
    posting = posting_in("live", filled=2)

    with pytest.raises(actions.FewerThanFilled):
        actions.revise_posting(
            posting_id=posting.pk, values={"headcount": 1}, by=somebody("member", posting), now=now
        )
