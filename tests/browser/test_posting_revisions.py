"""A change of a published vacancy in a real browser: the employer sends it in, the officer compares and decides."""

import pytest

from jobs.postings.models import Posting
from jobs.postings.revisions.models import PostingRevision
from tests.browser import scan
from tests.browser.test_postings import act_for, url
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_a_change_is_returned_corrected_and_approved_while_the_job_stays_up(page_as, looks, wide):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    manage = f"**{url('manage_posting', posting.public_id)}"
    employer = page_as(member.user, wide=wide, **looks)
    act_for(employer, member.organisation)
    officer = page_as(UserFactory(district_officer=True, region=posting.region), wide=wide, **looks)

    # the employer changes the title; the page compares both versions
    employer.goto(url("revise_posting", posting.public_id))
    scan.assert_accessible(employer)
    employer.fill("[name=title]", "夜班护理员")
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(manage)
    scan.assert_accessible(employer)
    assert employer.inner_text("ins") == "夜班护理员"
    assert Posting.objects.get().title == "养老护理员"

    # the officer reads before and after in the queue and returns it beside the field
    officer.goto(url("review_queue"))
    scan.assert_accessible(officer)
    officer.click("[data-row]")
    officer.wait_for_selector(".drawer ins")
    scan.assert_accessible(officer)
    officer.click("form[action$='/return/'] >> xpath=.. >> summary >> nth=0")
    officer.click("form[action$='/return/'] summary")
    officer.fill("[name=comment_title]", "请写明工种全称")
    officer.click("form[action$='/return/'] button[type=submit]")
    officer.wait_for_selector(".notice--ok")

    # the employer corrects what came back
    employer.goto(url("manage_posting", posting.public_id))
    assert "请写明工种全称" in employer.inner_text("main")
    scan.assert_accessible(employer)
    employer.goto(url("revise_posting", posting.public_id))
    scan.assert_accessible(employer)
    assert employer.input_value("[name=title]") == "夜班护理员"
    employer.fill("[name=title]", "养老护理员（夜班）")
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(manage)

    # approved: everybody reads the new title and when it changed
    officer.goto(url("review_posting", posting.public_id))
    scan.assert_accessible(officer)
    officer.click("form[action$='/approve/'] button")
    officer.wait_for_selector(".notice--ok")
    changed = Posting.objects.get()
    assert (changed.status, changed.title) == ("live", "养老护理员（夜班）")
    employer.goto(url("posting", posting.public_id))
    assert "养老护理员（夜班）" in employer.inner_text("h1")
    assert changed.changed_at is not None
    assert [row.state for row in PostingRevision.objects.all()] == ["returned", "approved"]
