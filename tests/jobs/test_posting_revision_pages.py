"""The pages on which a change of a published posting is sent in, read and decided."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.postings import actions
from jobs.postings.models import Posting
from jobs.postings.revisions.models import PostingRevision
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.applications import ApplicationFactory, person_with_resume
from tests.factories.jobs import PostingFactory, PostingRevisionFactory
from tests.factories.organisations import MemberFactory
from tests.factories.regions import RegionFactory
from tests.jobs.test_posting_pages import posting_of, url

pytestmark = pytest.mark.django_db
NOTE = "投递后职位信息有修改"


def form_of(page, posting):
    """What a browser would send of the page as it is."""
    form = page.context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    return sent | {
        "occupation": posting.occupation.name,
        "region": posting.region.code,
        "expires_on": posting.expires_on.isoformat(),
        "seen": page.context["version"],
        "waiting": page.context["waiting"],
    }


def send_in(employer, posting, **values):
    page = employer.get(url("revise_posting", posting))
    response = employer.post(url("revise_posting", posting), form_of(page, posting) | values)
    assert response.status_code == 302, response.context["form"].errors
    return response


@pytest.fixture
def waiting(employer, member):
    """A live posting with a change that waits."""
    posting = posting_of(member)
    send_in(employer, posting, title="夜班护理员")
    return posting, PostingRevision.objects.get()


def test_a_change_is_sent_in_and_the_page_shows_both_versions(employer, member):
    posting = posting_of(member)

    response = send_in(employer, posting, title="夜班护理员")

    posting.refresh_from_db()
    page = employer.get(response.url).content.decode()
    assert (posting.status, posting.title) == ("live", "养老护理员")
    assert "<ins>夜班护理员</ins>" in page
    assert url("take_back_revision", posting) in page
    assert "养老护理员" in Client().get(url("posting", posting)).content.decode()
    assert "夜班护理员" not in Client().get(url("posting", posting)).content.decode()


def test_the_form_goes_on_from_the_waiting_change(employer, waiting):
    posting, first = waiting

    page = employer.get(url("revise_posting", posting))
    send_in(employer, posting, requirements="持养老护理员证")

    assert 'value="夜班护理员"' in page.content.decode()
    first.refresh_from_db()
    assert first.state == "withdrawn"
    assert sorted(PostingRevision.objects.open().get().fields) == ["requirements", "title"]


def test_the_waiting_change_is_taken_back(employer, waiting):
    posting, revision = waiting

    response = employer.post(url("take_back_revision", posting), follow=True)

    revision.refresh_from_db()
    assert (response.status_code, revision.state) == (200, "withdrawn")
    assert url("take_back_revision", posting) not in response.content.decode()


def test_the_list_says_that_a_change_waits(employer, waiting):
    page = employer.get(reverse("jobs:postings")).content.decode()

    assert "变更审核中" in page


def test_the_queue_shows_the_change_with_its_difference_and_approves_it(officer, waiting):
    posting, revision = waiting
    page = officer.get(reverse("jobs:review_queue"), {"item": posting.public_id}).content.decode()

    response = officer.post(url("approve_revision", revision))

    posting.refresh_from_db()
    assert "<ins>夜班护理员</ins>" in page
    assert url("approve_revision", revision) in page
    assert url("approve_posting", posting) not in page
    assert (response.status_code, posting.title) == (302, "夜班护理员")


def test_a_change_comes_back_with_comments_beside_its_fields(employer, officer, waiting):
    posting, revision = waiting
    page = officer.get(url("review_posting", posting)).content.decode()

    refused = officer.post(url("return_revision", revision), {})
    officer.post(url("return_revision", revision), {"comment_title": "请写全称"})

    assert 'name="comment_title"' in page
    assert 'name="comment_headcount"' not in page
    assert refused.status_code == 422
    assert "请写全称" in employer.get(url("manage_posting", posting)).content.decode()
    assert "请写全称" in employer.get(url("revise_posting", posting)).content.decode()


def test_a_rejection_without_a_reason_is_refused_and_with_one_is_told(employer, officer, waiting):
    posting, revision = waiting

    refused = officer.post(url("reject_revision", revision), {"note": "不实"})
    officer.post(url("reject_revision", revision), {"reason": "false", "note": "与实际不符"})

    page = employer.get(url("manage_posting", posting)).content.decode()
    assert refused.status_code == 422
    assert "与实际不符" in page
    assert Posting.objects.get().status == "live"


def test_two_reviewers_of_one_change_and_the_second_reads_why_not(officer, waiting):
    _posting, revision = waiting
    officer.post(url("approve_revision", revision))

    response = officer.post(url("reject_revision", revision), {"reason": "false", "note": "…"}, follow=True)

    assert "notice--bad" in response.content.decode()


def test_a_change_of_another_district_is_not_found(officer):
    far = PostingRevisionFactory(posting__region=RegionFactory(code="500103"))

    assert officer.post(url("approve_revision", far)).status_code == 404


def test_a_change_of_the_place_is_decided_there_and_seen_here(employer, officer, member):
    posting = posting_of(member)
    there = RegionFactory(code="500103")
    elsewhere = Client()
    sign_in(elsewhere, UserFactory(district_officer=True, region=there))
    send_in(employer, posting, region=there.code)
    revision = PostingRevision.objects.get()

    old, new = (each.get(url("review_posting", posting)) for each in (officer, elsewhere))

    assert (old.context["goes_elsewhere"], old.context["verdicts"]) == (True, {})
    assert "take_down" in old.context["can"]
    assert (new.context["comes_from_elsewhere"], new.context["can"]) == (True, set())
    assert [row.subject for row in elsewhere.get(reverse("jobs:review_queue")).context["rows"]] == [posting]
    assert officer.get(reverse("jobs:review_queue")).context["rows"] == []
    assert officer.post(url("approve_revision", revision)).status_code == 403
    assert elsewhere.post(url("take_down_posting", posting)).status_code == 404
    assert elsewhere.post(url("approve_revision", revision)).status_code == 302
    assert Posting.objects.get().region == there


def test_an_officer_who_acts_for_the_employer_may_not_decide(officer, waiting):
    posting, revision = waiting
    MemberFactory(organisation=posting.employer, user=officer.user)

    assert officer.post(url("approve_revision", revision)).status_code == 403


def test_a_form_opened_before_a_colleague_sent_a_change_keeps_what_was_typed(employer, member):
    posting = posting_of(member)
    form = form_of(employer.get(url("revise_posting", posting)), posting)
    send_in(employer, posting, title="夜班护理员")

    response = employer.post(url("revise_posting", posting), form | {"title": "白班护理员"})

    assert response.status_code == 409
    assert 'value="白班护理员"' in response.content.decode()
    assert PostingRevision.objects.open().get().content == {"title": "夜班护理员"}


def test_applicants_read_when_the_job_changed(officer, waiting, client):
    posting, revision = waiting
    person = person_with_resume()
    client.force_login(person.user)
    application = ApplicationFactory(posting=posting, person=person)
    page = reverse("jobs:application", args=[application.public_id])
    before = client.get(page).content.decode()

    officer.post(url("approve_revision", revision))

    assert NOTE not in before
    assert NOTE in client.get(page).content.decode()
    assert (
        f"于{timezone.localdate().isoformat()}修改" in Client().get(url("posting", posting)).content.decode()
    )


def test_the_queue_asks_the_database_as_often_for_many_changes_as_for_two(officer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def some(count):
        for _number in range(count):
            posting = PostingFactory()
            member = MemberFactory(organisation=posting.employer)
            actions.revise_posting(
                posting_id=posting.pk, values={"title": "夜班护理员"}, by=member.user, now=timezone.now()
            )

    some(2)
    officer.get(reverse("jobs:review_queue"))
    with CaptureQueriesContext(connection) as few:
        officer.get(reverse("jobs:review_queue"))
    some(6)

    with django_assert_num_queries(len(few)):
        officer.get(reverse("jobs:review_queue"))
