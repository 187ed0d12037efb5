"""Two people at the same moment, each in a transaction of their own."""

import pytest
from django.utils import timezone

from employment_portal.workflow.engine import history
from employment_portal.workflow.models import WorkItem
from jobs.postings import actions
from jobs.postings.models import Posting
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def in_review():
    posting = PostingFactory(draft=True)
    member = MemberFactory(organisation=posting.employer)
    actions.submit_posting(posting_id=posting.pk, by=member.user, now=timezone.now())
    return posting, member.user


def test_of_two_reviewers_at_once_one_decides_and_the_other_reads_why_not():
    posting, _member = in_review()
    first, second = (UserFactory(district_officer=True, region=posting.region) for _each in range(2))
    now = timezone.now()

    results = at_once(
        lambda: actions.approve_posting(posting_id=posting.pk, by=first, now=now),
        lambda: actions.reject_posting(
            posting_id=posting.pk, reason="false", note="不实", by=second, now=now
        ),
    )

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [actions.AlreadyReviewed]
    posting.refresh_from_db()
    assert posting.status in {"live", "rejected"}
    assert history(posting).count() == 2
    assert WorkItem.objects.get().closed_at is not None


def test_a_posting_taken_back_while_it_is_approved_ends_in_one_of_the_two_states():
    posting, member = in_review()
    officer = UserFactory(district_officer=True, region=posting.region)
    now = timezone.now()

    results = at_once(
        lambda: actions.approve_posting(posting_id=posting.pk, by=officer, now=now),
        lambda: actions.take_back(posting_id=posting.pk, by=member, now=now),
    )

    assert sum(isinstance(result, Exception) for result in results) == 1
    posting.refresh_from_db()
    assert posting.status in {"live", "draft"}


def test_two_windows_saving_at_once_do_not_overwrite_each_other():
    posting = PostingFactory(draft=True)
    member = MemberFactory(organisation=posting.employer).user
    seen = actions.version_of(posting)

    def save(title):
        return lambda: actions.save_draft(
            posting_id=posting.pk, values={"title": title}, by=member, now=timezone.now(), seen=seen
        )

    results = at_once(save("护工"), save("护士"))

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [actions.PostingChanged]
    posting.refresh_from_db()
    assert refused[0].posting.title == posting.title


def test_a_posting_is_submitted_once_however_often_the_button_is_pressed():
    posting = PostingFactory(draft=True)
    member = MemberFactory(organisation=posting.employer).user
    now = timezone.now()

    at_once(*[lambda: actions.submit_posting(posting_id=posting.pk, by=member, now=now)] * 4)

    assert Posting.objects.get().status == "submitted"
    assert history(posting).count() == 1
    assert WorkItem.objects.count() == 1


def test_the_nightly_task_run_twice_at_once_ends_each_posting_once():
    posting = PostingFactory(expires_on=timezone.localdate() - timezone.timedelta(days=1))
    now = timezone.now()

    results = at_once(lambda: actions.expire_due(now=now), lambda: actions.expire_due(now=now))

    assert sum(results) == 1
    assert history(posting).count() == 1
