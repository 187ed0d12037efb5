"""A vacancy from the empty form to its result, in a real browser: the employer's pages and the officer's."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from employment_portal.organisations.middleware import SESSION_KEY
from jobs.postings.models import Posting
from tests.browser import scan
from tests.factories.accounts import UserFactory
from tests.factories.jobs import OccupationFactory, PostingFactory
from tests.factories.organisations import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def act_for(page, organisation):
    """Let the user of an open page act for an organisation."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session[SESSION_KEY] = organisation.public_id
    session.save()


def url(name, *args):
    return reverse(f"jobs:{name}", args=args)


def go_on(page):
    page.click("button[name=next]")


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_a_vacancy_from_the_empty_form_to_its_result(page_as, looks, wide):
    member = MemberFactory()
    region = member.organisation.region
    OccupationFactory()
    employer = page_as(member.user, wide=wide, **looks)
    act_for(employer, member.organisation)
    officer = page_as(UserFactory(district_officer=True, region=region), wide=wide, **looks)

    # five steps, each scanned
    employer.goto(url("postings"))
    scan.assert_accessible(employer)
    employer.goto(url("new_posting"))
    scan.assert_accessible(employer)
    employer.click("main form button.btn--lg")
    employer.wait_for_url("**/edit/job/")
    scan.assert_accessible(employer)
    posting = Posting.objects.get()
    go_on(employer)
    employer.wait_for_selector(".error-summary")
    scan.assert_accessible(employer)
    employer.fill("[name=title]", "养老护理员")
    employer.fill("[name=occupation]", "养老护理")
    employer.click("#id_occupation_list [role=option]")
    employer.select_option("[name=employment_type]", "full_time")
    go_on(employer)
    employer.wait_for_url("**/edit/people/")
    scan.assert_accessible(employer)
    employer.fill(".region__search input", "成华")
    employer.click(".region__search [role=option]")
    employer.fill("[name=headcount]", "3")
    go_on(employer)
    employer.wait_for_url("**/edit/pay/")
    scan.assert_accessible(employer)
    employer.select_option("[name=pay_unit]", "month")
    employer.fill("[name=pay_min_fen]", "4800")
    employer.fill("[name=pay_max_fen]", "6500")
    go_on(employer)
    employer.wait_for_url("**/edit/terms/")
    scan.assert_accessible(employer)
    employer.fill("[name=working_time]", "每天8小时，月休6天")
    go_on(employer)
    employer.wait_for_url("**/edit/text/")

    # the words are marked while they are written, and kept although nobody pressed a button
    employer.fill("textarea[name=description]", "照护老人日常起居")
    employer.fill("[name=requirements]", "仅限女性，有耐心")
    employer.wait_for_selector("#live-check mark")
    article = "第四十三条" if looks["language"] == "zh-CN" else "Art. 43"
    assert article in employer.inner_text("#live-check")
    scan.assert_accessible(employer)
    employer.fill("[name=expires_on]", (timezone.localdate() + timedelta(days=30)).isoformat())
    go_on(employer)
    employer.wait_for_url("**/preview/")
    scan.assert_accessible(employer)
    assert employer.is_disabled("form[action$='/submit/'] button")
    employer.click("#must-fix a")
    employer.fill("[name=requirements]", "有耐心，身体健康")
    go_on(employer)
    employer.wait_for_url("**/preview/*")  # the anchor of the field stays in the address
    employer.click("form[action$='/submit/'] button")
    employer.wait_for_url(f"**{url('manage_posting', posting.public_id)}")
    scan.assert_accessible(employer)

    # the officer returns it with a comment beside a field
    officer.goto(url("review_queue"))
    scan.assert_accessible(officer)
    officer.click("[data-row]")
    officer.wait_for_selector(".drawer")
    scan.assert_accessible(officer)
    officer.click("form[action$='/return/'] >> xpath=.. >> summary >> nth=0")
    officer.click("form[action$='/return/'] summary")
    officer.fill("[name=comment_pay_min_fen]", "请写明夜班补贴")
    scan.assert_accessible(officer)
    officer.click("form[action$='/return/'] button[type=submit]")
    officer.wait_for_selector(".notice--ok")
    scan.assert_accessible(officer)

    # the employer corrects it and submits again
    employer.goto(url("edit_posting", posting.public_id, "pay"))
    assert "请写明夜班补贴" in employer.inner_text("main")
    scan.assert_accessible(employer)
    employer.fill("[name=pay_note]", "底薪4800元，夜班每次补贴60元")
    go_on(employer)
    employer.wait_for_url("**/edit/terms/")
    employer.goto(url("preview_posting", posting.public_id))
    employer.click("form[action$='/submit/'] button")
    employer.wait_for_url(f"**{url('manage_posting', posting.public_id)}")

    officer.goto(url("review_posting", posting.public_id))
    scan.assert_accessible(officer)
    officer.click("form[action$='/approve/'] button")
    officer.wait_for_selector(".notice--ok")
    posting.refresh_from_db()
    assert posting.status == "live"

    # live, paused, resumed, extended, closed
    employer.goto(url("manage_posting", posting.public_id))
    scan.assert_accessible(employer)
    employer.click("form[action$='/pause/'] button")
    employer.wait_for_selector("form[action$='/resume/']")
    employer.click("form[action$='/resume/'] button")
    employer.wait_for_selector("form[action$='/pause/']")
    employer.click("a[href$='/extend/']")
    scan.assert_accessible(employer)
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(f"**{url('manage_posting', posting.public_id)}")
    employer.goto(url("revise_posting", posting.public_id))
    scan.assert_accessible(employer)
    employer.fill("[name=headcount]", "5")
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(f"**{url('manage_posting', posting.public_id)}")
    employer.click("a[href$='/close/']")
    scan.assert_accessible(employer)
    employer.check("[name=result][value=not_filled]")
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(f"**{url('manage_posting', posting.public_id)}")
    scan.assert_accessible(employer)
    posting.refresh_from_db()
    assert (posting.status, posting.closing_result, posting.headcount) == ("closed", "not_filled", 5)


def test_leaving_the_form_in_the_middle_loses_nothing(page_as, looks):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, draft=True)
    page = page_as(member.user, **looks)
    act_for(page, member.organisation)
    page.goto(url("edit_posting", posting.public_id, "job"))

    page.fill("[name=title]", "夜班护理员")
    page.goto(url("postings"))
    page.wait_for_timeout(500)

    posting.refresh_from_db()
    assert posting.title == "夜班护理员"


def test_the_form_works_without_javascript(page_as, looks):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, draft=True)
    page = page_as(member.user, javascript=False, **looks)
    act_for(page, member.organisation)

    page.goto(url("edit_posting", posting.public_id, "people"))
    page.fill("[name=region]", "成华区")
    page.fill("[name=headcount]", "7")
    go_on(page)
    page.wait_for_url("**/edit/pay/")

    posting.refresh_from_db()
    assert (posting.region.name, posting.headcount) == ("成华区", 7)


def test_a_report_is_upheld_on_a_phone(page_as, looks):
    from jobs.postings import actions

    posting = PostingFactory()
    report = actions.report_posting(
        posting_id=posting.pk, reason="fee", text="要押金", contact="", now=timezone.now()
    )
    page = page_as(UserFactory(district_officer=True, region=posting.region), wide=False, **looks)

    page.goto(url("reports"))
    scan.assert_accessible(page)
    page.click("tbody a")
    page.wait_for_url(f"**{url('report', report.public_id)}")
    scan.assert_accessible(page)
    page.check("[name=verdict][value=uphold]")
    page.fill("[name=answer]", "情况属实，已下架。")
    page.click("main .form button.btn--primary")
    page.wait_for_url(f"**{url('reports')}")

    posting.refresh_from_db()
    assert posting.status == "rejected"
