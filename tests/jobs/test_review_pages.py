"""Pages of reviewing officers, without a browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.postings import actions
from jobs.postings.models import Posting
from tests.factories.jobs import (
    PostingFactory,
    PostingReportFactory,
)
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.regions import RegionFactory
from tests.jobs.test_posting_pages import posting_of, submit_some, url

pytestmark = pytest.mark.django_db


def test_the_queue_shows_the_district_and_opens_one_beside_it(officer):
    here = submit_some(1)[0]
    far = submit_some(1, region=RegionFactory(code="500103"))[0]

    page = officer.get(reverse("jobs:review_queue"), {"item": here.public_id}).content.decode()

    assert here.employer.name in page
    assert far.employer.name not in page
    assert url("approve_posting", here) in page
    assert officer.get(reverse("jobs:review_queue"), {"item": far.public_id}).status_code == 404
    assert officer.get(url("review_posting", far)).status_code == 404
    assert officer.post(url("approve_posting", far)).status_code == 404


@pytest.mark.parametrize(
    "filters",
    [
        {"tab": "sample"},
        {"marks": "clean"},
        {"marks": "marked"},
        {"marks": "due"},
        {"q": "护理"},
        {"region": "510108"},
        {"region": "'; drop", "tab": "x", "page": "99"},
    ],
)
def test_every_filter_of_the_queue_opens(officer, filters):
    submit_some(1)

    assert officer.get(reverse("jobs:review_queue"), filters).status_code == 200


def test_approving_opens_the_next_one(officer):
    first, second = submit_some(2)

    response = officer.post(url("approve_posting", first))

    first.refresh_from_db()
    assert first.status == "live"
    assert response.url.endswith(f"item={second.public_id}")


def test_the_second_reviewer_reads_that_a_colleague_was_faster(officer):
    posting = submit_some(1)[0]
    officer.post(url("approve_posting", posting))

    response = officer.post(url("return_posting", posting), {"note": "请补充"}, follow=True)

    assert "notice--bad" in response.content.decode()


def test_a_return_without_a_comment_and_a_rejection_without_a_reason_are_refused(officer):
    posting = submit_some(1)[0]

    assert officer.post(url("return_posting", posting), {}).status_code == 422
    assert officer.post(url("reject_posting", posting), {"note": "…"}).status_code == 422
    posting.refresh_from_db()
    assert posting.status == "submitted"


def test_the_employer_reads_the_comments_beside_their_step(officer, employer, member):
    posting = posting_of(member, "submitted")
    officer.post(url("return_posting", posting), {"comment_pay_min_fen": "请写明计件单价"})

    assert "请写明计件单价" in employer.get(url("edit_posting", posting, "pay")).content.decode()
    assert "请写明计件单价" not in employer.get(url("edit_posting", posting, "terms")).content.decode()
    assert "请写明计件单价" in employer.get(url("manage_posting", posting)).content.decode()


def test_an_officer_who_acts_for_the_employer_may_not_decide(officer):
    posting = submit_some(1)[0]
    MemberFactory(organisation=posting.employer, user=officer.user)

    assert officer.post(url("approve_posting", posting)).status_code == 403
    assert url("approve_posting", posting) not in officer.get(url("review_posting", posting)).content.decode()


def test_the_clean_ones_are_approved_at_once(officer):
    clean = submit_some(2)
    marked = submit_some(1, requirements="男女各5名")[0]

    ticked = {"posting": [each.public_id for each in [*clean, marked]]}
    asked = officer.post(reverse("jobs:approve_clean"), ticked).content.decode()
    assert Posting.objects.live().count() == 0
    assert "通过3个岗位" in asked
    officer.post(reverse("jobs:approve_clean"), ticked | {"confirmed": "1"})

    assert Posting.objects.live().count() == 2
    marked.refresh_from_db()
    assert marked.status == "submitted"


def test_a_report_is_upheld_or_dismissed_on_its_page(officer):
    posting = PostingFactory()
    report = actions.report_posting(
        posting_id=posting.pk, reason="fee", text="要押金", contact="", now=timezone.now()
    )
    page = reverse("jobs:report", args=[report.public_id])

    assert report.posting.title in officer.get(reverse("jobs:reports")).content.decode()
    assert officer.get(page).status_code == 200
    assert officer.post(page, {"verdict": "uphold", "answer": "属实"}).status_code == 422
    response = officer.post(page, {"verdict": "uphold", "reason": "fees", "answer": "属实"}, follow=True)

    posting.refresh_from_db()
    assert response.status_code == 200
    assert posting.status == "rejected"
    assert officer.get(page).status_code == 200


def test_a_report_of_another_district_is_not_found(officer):
    far = OrganisationFactory(region=RegionFactory(code="500103"))
    report = PostingReportFactory(posting=PostingFactory(employer=far))

    assert officer.get(reverse("jobs:report", args=[report.public_id])).status_code == 404


def test_drafts_are_not_shown_to_officers(officer):
    posting = PostingFactory(draft=True)

    assert officer.get(url("review_posting", posting)).status_code == 404
