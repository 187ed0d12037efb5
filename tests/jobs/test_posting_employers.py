"""Who stands behind a posting: suspended, closed, lapsed and branch employers, from submission to the offer."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.models import Notification
from employment_portal.organisations import actions as organisations
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.engine import history
from jobs.applications import actions as applications
from jobs.applications.actions.rows import EmployerLapsed, EmployerStopped
from jobs.applications.queries import STOPPED_SENTENCE, apply_state
from jobs.postings import actions
from jobs.postings.models import PostingRule
from jobs.search.actions import index_posting
from jobs.search.models import PostingSearch
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, OfferFactory, person_with_resume
from tests.factories.jobs import PostingFactory, PostingRevisionFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, act_for
from tests.jobs.test_posting_actions import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def lapsed():
    """An employer whose verification has run out."""
    return OrganisationFactory(status="expired", verified_until=timezone.localdate() - timedelta(days=1))


def live(employer):
    posting = PostingFactory(employer=employer)
    index_posting(posting)
    return posting


def suspend(employer):
    officer = UserFactory(district_officer=True, region=employer.region)
    return organisations.suspend_organisation(
        organisation_id=employer.pk, reason="收取押金，正在核查。", by=officer
    )


def branch_of(head, **values):
    return OrganisationFactory(unverified=True, code=None, parent=head, region=head.region, **values)


def offer(application, by):
    today = timezone.localdate()
    return applications.make_offer(
        application_id=application.pk,
        pay_fen=500_000,
        pay_unit="month",
        starts_on=today + timedelta(days=14),
        contract_months=12,
        answer_by=today + timedelta(days=3),
        message="",
        by=by,
        today=today,
    )


# --- suspended, or closed -------------------------------------------------------------------------------------


def test_a_suspension_pauses_what_is_live_at_once_with_history_and_a_message():
    posting = live(OrganisationFactory())
    revision = PostingRevisionFactory(posting=posting)
    member = somebody("member", posting)

    suspend(posting.employer)

    posting.refresh_from_db()
    revision.refresh_from_db()
    assert (posting.status, revision.state) == ("paused", "withdrawn")
    assert not PostingSearch.objects.filter(pk=posting.pk).exists()
    step = history(posting).get()
    assert (step.name, step.note) == ("stop", "收取押金，正在核查。")
    assert Notification.objects.filter(user=member, kind="postings_stopped").count() == 1


def test_a_suspension_reaches_branches_without_a_code_and_leaves_others():
    head = OrganisationFactory()
    without = live(branch_of(head))
    with_code = live(OrganisationFactory(parent=head))
    somebody_elses = live(OrganisationFactory())

    suspend(head)

    for posting, status in [(without, "paused"), (with_code, "live"), (somebody_elses, "live")]:
        posting.refresh_from_db()
        assert posting.status == status


def test_a_lifted_suspension_puts_nothing_back_and_the_employer_resumes_once_verified(now):
    posting = live(OrganisationFactory())
    member = somebody("member", posting)
    suspend(posting.employer)
    officer = somebody("officer", posting)
    organisations.resume_organisation(organisation_id=posting.employer_id, by=officer)

    with pytest.raises(actions.EmployerNotVerified):
        actions.resume(posting_id=posting.pk, by=member, now=now)
    Organisation.objects.filter(pk=posting.employer_id).update(status="verified")

    assert actions.resume(posting_id=posting.pk, by=member, now=now).status == "live"


def test_a_closed_branch_is_taken_off_like_a_suspended_employer():
    head = OrganisationFactory()
    posting = live(branch_of(head))

    organisations.close_branch(branch_id=posting.employer_id, by=MemberFactory(organisation=head).user)

    posting.refresh_from_db()
    assert posting.status == "paused"
    assert history(posting).get().name == "stop"


@pytest.mark.parametrize("how", ["suspended", "closed", "its head suspended"])
def test_nobody_applies_to_an_employer_that_may_not_recruit(how):
    values = {"suspended": {"status": "suspended"}, "closed": {"closed_at": timezone.now()}}.get(how, {})
    employer = OrganisationFactory(**values)
    if how == "its head suspended":
        employer = branch_of(OrganisationFactory(status="suspended"))
    posting = PostingFactory(employer=employer)
    somebody("member", posting)

    state = apply_state(person_with_resume(), posting, today=timezone.localdate())

    assert (state.kind, state.sentence) == ("closed", STOPPED_SENTENCE)


def test_the_page_of_a_suspended_employers_job_leads_nowhere_that_is_gone(client):
    posting = live(OrganisationFactory())
    suspend(posting.employer)

    page = client.get(posting.get_absolute_url()).content.decode()

    assert reverse("organisations:public", args=[posting.employer.public_id]) not in page


@pytest.mark.parametrize("act", ["phone", "offer", "accept"])
def test_nobody_is_drawn_further_into_a_suspended_employer(act):
    posting = PostingFactory(employer=OrganisationFactory(status="suspended"))
    application = ApplicationFactory(posting=posting, status="shortlisted")
    by = somebody("member", posting)
    call = {
        "phone": lambda: applications.reveal_phone(application_id=application.pk, by=by),
        "offer": lambda: offer(application, by),
        "accept": lambda: applications.accept_offer(
            application_id=application.pk, by=application.person.user, today=timezone.localdate()
        ),
    }[act]
    if act == "accept":
        application.status = "offered"
        application.save()
        OfferFactory(application=application)

    with pytest.raises(EmployerStopped):
        call()


# --- a verification that has run out: what has begun goes on, nothing new begins ----------------------------------


def test_a_live_posting_of_a_lapsed_employer_runs_to_its_end_and_takes_applications(lapsed):
    posting = live(lapsed)
    somebody("member", posting)

    assert apply_state(person_with_resume(), posting, today=timezone.localdate()).kind == "apply"


@pytest.mark.parametrize("act", ["resume", "extend", "extend paused"])
def test_a_lapsed_employer_neither_resumes_nor_extends(lapsed, act, now):
    posting = PostingFactory(employer=lapsed, paused=act != "extend")
    by = somebody("member", posting)
    later = timezone.localdate() + timedelta(days=60)
    step = actions.resume if act == "resume" else partial(actions.extend_posting, expires_on=later)

    with pytest.raises(actions.EmployerNotVerified):
        step(posting_id=posting.pk, by=by, now=now)


def test_the_officer_cannot_publish_for_a_lapsed_employer(lapsed, now):
    posting = PostingFactory(employer=lapsed, submitted=True)
    revision = PostingRevisionFactory(posting=PostingFactory(employer=lapsed))
    officer = somebody("officer", posting)

    with pytest.raises(actions.EmployerLapsed):
        actions.approve_posting(posting_id=posting.pk, by=officer, now=now)
    with pytest.raises(actions.EmployerLapsed):
        actions.approve_revision(revision_id=revision.pk, by=officer, now=now)


def test_an_imported_advert_that_was_held_is_approved_without_a_verification(now):
    posting = PostingFactory(imported=True, submitted=True, employer=OrganisationFactory(imported=True))

    actions.approve_posting(posting_id=posting.pk, by=somebody("officer", posting), now=now)

    posting.refresh_from_db()
    assert posting.status == "live"


def test_a_scheduled_posting_waits_for_the_verification_and_says_so_once(lapsed, now):
    posting = PostingFactory(employer=lapsed, scheduled=True, publish_on=timezone.localdate())
    member = somebody("member", posting)

    assert (actions.publish_due(now=now), actions.publish_due(now=now)) == (0, 0)
    assert Notification.objects.filter(user=member, kind="posting_not_published").count() == 1
    tomorrow = timezone.localdate() + timedelta(days=1)
    Organisation.objects.filter(pk=lapsed.pk).update(status="verified", verified_until=tomorrow)
    assert actions.publish_due(now=now) == 1


def test_a_scheduled_posting_past_its_last_day_is_not_published(now):
    yesterday = timezone.localdate() - timedelta(days=1)
    PostingFactory(scheduled=True, publish_on=yesterday, expires_on=yesterday)

    assert actions.publish_due(now=now) == 0


def test_a_lapsed_employer_sees_no_phone_number_and_offers_nothing(lapsed):
    application = ApplicationFactory(posting=PostingFactory(employer=lapsed), status="shortlisted")
    by = somebody("member", application.posting)

    with pytest.raises(EmployerLapsed):
        applications.reveal_phone(application_id=application.pk, by=by)
    with pytest.raises(EmployerLapsed):
        offer(application, by)


# --- branches ---------------------------------------------------------------------------------------------------


def test_a_branch_without_a_code_posts_on_the_verification_of_its_head(client, now):
    PostingRule.objects.create(name="sample_one_in", value=10**9, valid_from="2020-01-01", source="test")
    branch = branch_of(OrganisationFactory(), clean_reviews=5)
    member = MemberFactory(organisation=branch)
    posting = PostingFactory(employer=branch, draft=True)
    act_for(client, member)

    preview = client.get(reverse("jobs:preview_posting", args=[posting.public_id]))
    assert (preview.context["is_verified"], preview.context["reasons"]) == (True, [])
    client.post(reverse("jobs:submit_posting", args=[posting.public_id]), {"confirmed": "on"})

    posting.refresh_from_db()
    assert posting.status == "live"


def test_a_branch_of_a_lapsed_head_is_warned_and_cannot_post(client, lapsed, now):
    member = MemberFactory(organisation=branch_of(lapsed))
    posting = PostingFactory(employer=member.organisation, draft=True)
    act_for(client, member)

    preview = client.get(reverse("jobs:preview_posting", args=[posting.public_id]))

    assert preview.context["is_verified"] is False
    with pytest.raises(actions.EmployerNotVerified):
        actions.submit_posting(posting_id=posting.pk, by=member.user, now=now)
