"""How postings end, go on, are copied, reported and sampled, on a real database."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.notifications.models import Notification
from employment_portal.workflow.models import WorkItem
from jobs.postings import actions
from jobs.postings.enums import ClosingResult
from jobs.postings.models import PostingReport, PostingRule
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory, PostingReportFactory
from tests.factories.organisations import OrganisationFactory
from tests.jobs.test_posting_actions import posting_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def test_what_is_past_its_last_day_ends_once_and_asks_for_its_result(now):
    posting = posting_in("live", expires_on=timezone.localdate(now) - timedelta(days=1))
    member = somebody("member", posting)

    assert actions.expire_due(now=now) == 1
    assert actions.expire_due(now=now) == 0

    posting.refresh_from_db()
    assert posting.status == "expired"
    assert Notification.objects.get(user=member).kind == "posting_expired"


def test_the_last_day_itself_is_still_open(now):
    posting_in("live", expires_on=timezone.localdate(now))

    assert actions.expire_due(now=now) == 0


def test_the_reminder_comes_three_days_before_and_once(now):
    posting = posting_in("live", expires_on=timezone.localdate(now) + timedelta(days=3))
    posting_in("live", expires_on=timezone.localdate(now) + timedelta(days=4))
    member = somebody("member", posting)

    actions.remind_expiring(now=now)
    actions.remind_expiring(now=now)

    assert Notification.objects.filter(user=member, kind="posting_expiring").count() == 1


def test_a_missing_result_is_asked_for_weekly(now):
    posting = posting_in("expired", expires_on=timezone.localdate(now) - timedelta(days=7))
    member = somebody("member", posting)

    for day in (0, 1, 7):
        actions.chase_results(now=now + timedelta(days=day))

    assert Notification.objects.filter(user=member, kind="posting_result_wanted").count() == 2


def test_an_extension_goes_no_further_than_the_longest_validity(now):
    posting = posting_in("live")
    member = somebody("member", posting)
    today = timezone.localdate(now)

    with pytest.raises(actions.NoLonger):
        actions.extend_posting(
            posting_id=posting.pk, expires_on=today + timedelta(days=90), by=member, now=now
        )
    with pytest.raises(actions.NotLonger):
        actions.extend_posting(posting_id=posting.pk, expires_on=posting.expires_on, by=member, now=now)
    actions.extend_posting(posting_id=posting.pk, expires_on=today + timedelta(days=89), by=member, now=now)

    posting.refresh_from_db()
    assert posting.expires_on == today + timedelta(days=89)


def test_a_posting_whose_last_day_has_passed_is_not_resumed(now):
    posting = posting_in("paused", expires_on=timezone.localdate(now) - timedelta(days=1))

    with pytest.raises(actions.TooLate):
        actions.resume(posting_id=posting.pk, by=somebody("member", posting), now=now)


def test_filled_here_names_who_was_hired(now):
    posting = posting_in("live")

    with pytest.raises(actions.NobodyHired):
        actions.close_posting(
            posting_id=posting.pk,
            result=ClosingResult.FILLED_HERE,
            by=somebody("member", posting),
            now=now,
        )


def test_a_copy_has_the_content_and_the_new_dates(now):
    posting = posting_in("closed")
    posting.questions.create(position=0, text="能否上夜班？", kind="yes_no")
    day = timezone.localdate(now) + timedelta(days=20)

    copy = actions.copy_posting(
        posting_id=posting.pk, by=somebody("member", posting), now=now, expires_on=day
    )

    assert (copy.status, copy.title, copy.expires_on) == ("draft", posting.title, day)
    assert (copy.filled, copy.view_count, copy.closing_result) == (0, 0, "")
    assert [question.text for question in copy.questions.all()] == ["能否上夜班？"]


def test_a_template_starts_a_new_draft(now):
    posting = posting_in("live")
    member = somebody("member", posting)
    template = actions.save_as_template(posting_id=posting.pk, name="护理员", by=member, now=now)

    draft = actions.create_from_template(template_id=template.pk, by=member, now=now)

    assert (draft.title, draft.occupation, draft.region) == (
        posting.title,
        posting.occupation,
        posting.region,
    )
    assert draft.expires_on is None
    with pytest.raises(actions.TemplateNameTaken):
        actions.save_as_template(posting_id=posting.pk, name="护理员", by=member, now=now)


def test_an_upheld_report_takes_the_posting_down_and_tells_both_sides(now):
    reporter = UserFactory()
    posting = posting_in("live", employer=OrganisationFactory(trusted=True))
    member = somebody("member", posting)
    report = actions.report_posting(
        posting_id=posting.pk, reason="fee", text="要押金", contact="", now=now, by=reporter
    )

    actions.uphold_report(
        report_id=report.pk, reason="fees", answer="情况属实", by=somebody("officer", posting), now=now
    )

    posting.refresh_from_db()
    assert posting.status == "rejected"
    assert posting.employer.clean_reviews == 0
    assert Notification.objects.filter(user=member, kind="posting_taken_down").exists()
    assert Notification.objects.filter(user=reporter, kind="posting_report_answered").exists()
    assert not WorkItem.objects.open().exists()


@pytest.mark.parametrize("state", ["expired", "closed"])
def test_an_upheld_report_takes_the_page_of_an_ended_posting_down_too(state, now):
    posting = posting_in(state)
    report = actions.report_posting(posting_id=posting.pk, reason="fee", text="要押金", contact="", now=now)
    before = posting.is_public

    actions.uphold_report(
        report_id=report.pk, reason="fees", answer="情况属实", by=somebody("officer", posting), now=now
    )

    posting.refresh_from_db()
    assert (before, posting.is_public) == (True, False)
    assert (posting.status, posting.closing_result) == ("rejected", "")


def test_a_dismissed_report_leaves_the_posting_and_is_decided_once(now):
    report = PostingReportFactory()
    officer = somebody("officer", report.posting)

    actions.dismiss_report(report_id=report.pk, answer="未发现问题", by=officer, now=now)

    assert PostingReport.objects.get().upheld is False
    with pytest.raises(actions.AlreadyDecided):
        actions.dismiss_report(report_id=report.pk, answer="…", by=officer, now=now)


def test_a_sample_is_found_in_order_once(now):
    PostingRule.objects.create(name="sample_one_in", value=1, valid_from="2020-01-01", source="test")
    posting = posting_in("draft", employer=OrganisationFactory(trusted=True))
    actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)
    officer = somebody("officer", posting)

    actions.confirm_sample(posting_id=posting.pk, by=officer, now=now)

    with pytest.raises(actions.AlreadyReviewed):
        actions.confirm_sample(posting_id=posting.pk, by=officer, now=now)


def test_an_officer_can_approve_an_imported_advert_that_was_held():
    posting = PostingFactory(imported=True, submitted=True, requirements="限男性")
    officer = UserFactory(district_officer=True, region=posting.region)

    actions.approve_posting(posting_id=posting.pk, by=officer, now=timezone.now())

    posting.refresh_from_db()
    assert posting.status == "live"
