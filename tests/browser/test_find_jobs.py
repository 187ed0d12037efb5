"""Looking for a job in a real browser: on a desk and on a phone, with an account and without."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.models import OutboxMessage
from jobs.postings.models import PostingReport
from jobs.search.actions import index_postings
from jobs.search.vocabulary import refresh_vocabulary
from jobs.seeking.models import SavedJob, SavedSearch
from tests.browser import scan
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adverts():
    """Three open jobs in 成华区 and one in 锦江区, as the search knows them."""
    from tests.factories.regions import RegionFactory

    cache.clear()
    employer = OrganisationFactory(name="成都安和家政服务有限公司")
    here, there = RegionFactory(), RegionFactory(code="510104")
    postings = [
        PostingFactory(title="养老护理员", employer=employer, region=here),
        PostingFactory(title="养老护理员（夜班）", employer=employer, region=here),
        PostingFactory(title="护理部主管", employer=employer, region=here),
        PostingFactory(title="居家养老护理员", employer=employer, region=there),
    ]
    index_postings([posting.pk for posting in postings])
    refresh_vocabulary()
    yield postings
    cache.clear()


def test_a_visitor_searches_narrows_and_widens_on_a_desk(page_as, adverts, looks):
    page = page_as(None, **looks)

    page.goto("/jobs/")
    scan.assert_accessible(page)
    page.fill("#s-q", "养老")
    page.locator("#s-q-list [role=option]").first.wait_for()
    scan.assert_accessible(page, narrow=False)
    page.keyboard.press("Escape")
    page.fill("#s-q", "养老护理")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    found = page.locator("#r-t .num").inner_text()
    assert int(found) >= 3

    facet = page.locator(".facets input[name=region]")
    assert set(facet.evaluate_all("all => all.map(each => each.value)")) == {"510108", "510104"}
    with page.expect_navigation():
        page.check(".facets input[name=region][value='510104']")
    assert page.locator("#r-t .num").inner_text() == "1"
    chip = page.locator(".applied .chip--remove")
    assert chip.count() == 1
    scan.assert_accessible(page)
    with page.expect_navigation():
        chip.click()
    assert page.locator("#r-t .num").inner_text() == found


def test_a_phone_filters_in_a_sheet_whose_button_counts(page_as, adverts, looks):
    page = page_as(None, wide=False, **looks)

    page.goto("/jobs/")
    scan.assert_accessible(page)
    assert not page.locator("form.facets").is_visible()
    page.click("[data-open=facet-sheet]")
    button = page.locator("[data-count-button]")
    before = button.inner_text()
    with page.expect_response("**/jobs/?**"):
        page.check("#facet-sheet input[name=region][value='510104']")
    page.wait_for_function(
        "before => document.querySelector('[data-count-button]').innerText !== before", arg=before
    )
    assert ("4" in before, "1" in button.inner_text()) == (True, True)
    scan.assert_accessible(page, narrow=False)
    button.click()
    page.wait_for_url("**region=510104**")
    assert page.locator("#r-t .num").inner_text() == "1"


def test_nothing_found_offers_the_wider_search(page_as, adverts, looks):
    page = page_as(None, wide=False, **looks)

    page.goto("/jobs/?q=养老护理&region=510104&pay=30000-")
    scan.assert_accessible(page)
    with page.expect_navigation():
        page.locator(".wider a").first.click()

    assert int(page.locator("#r-t .num").inner_text()) > 0


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_a_job_is_looked_at_found_again_and_reported(page_as, adverts, looks, wide):
    posting = adverts[0]
    page = page_as(None, wide=wide, **looks)

    with page.expect_response(f"**/jobs/{posting.public_id}/seen/"):
        page.goto(posting.get_absolute_url())
    scan.assert_accessible(page)
    page.goto(reverse("jobs:recent"))
    assert page.locator(f"a[href='{posting.get_absolute_url()}']").count()
    scan.assert_accessible(page)
    page.goto(reverse("jobs:report_advert", args=[posting.public_id]))
    scan.assert_accessible(page)
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error-summary")
    scan.assert_accessible(page)
    page.locator("input[name=reason]").first.check()
    page.fill("[name=text]", "面试时要求先交300元服装费。")
    page.click("main form button[type=submit]")
    page.wait_for_selector("main h1")
    scan.assert_accessible(page)

    assert PostingReport.objects.get().posting == posting


def test_somebody_signed_in_keeps_a_job_and_lets_it_go(page_as, adverts, looks):
    user, posting = UserFactory(), adverts[0]
    page = page_as(user, **looks)

    page.goto(posting.get_absolute_url())
    keep = page.locator(".job-hero .save button")
    with page.expect_response(f"**/jobs/{posting.public_id}/save/"):
        keep.click()
    page.locator(".job-hero .save button[aria-pressed=true]").wait_for()
    page.goto(reverse("jobs:saved"))
    scan.assert_accessible(page)
    assert SavedJob.objects.filter(user=user, posting=posting).exists()
    with page.expect_response(f"**/jobs/{posting.public_id}/save/"):
        page.locator(".save button").first.click()

    assert not SavedJob.objects.filter(user=user).exists()


def test_a_search_is_kept_without_an_account_by_the_link_in_a_mail(page_as, adverts, looks):
    page = page_as(None, wide=False, **looks)

    page.goto(reverse("jobs:keep_search") + "?q=养老护理")
    scan.assert_accessible(page)
    page.fill("[name=email]", "wang@example.com")
    page.click("main form button[type=submit]")
    page.wait_for_selector("main h1")
    scan.assert_accessible(page)
    search = SavedSearch.objects.get()
    mail = OutboxMessage.objects.get(kind="search_confirm")
    path = "/jobs/searches/confirm/" + mail.body.split("/jobs/searches/confirm/")[1].split()[0]
    assert (mail.address, search.confirmed_at) == ("wang@example.com", None)
    page.goto(path)
    scan.assert_accessible(page)
    page.click("main form button[type=submit]")
    page.wait_for_selector("main a.btn")
    scan.assert_accessible(page)

    search.refresh_from_db()
    assert search.confirmed_at


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_a_past_job_stays_up_and_points_to_similar_ones(page_as, adverts, looks, wide):
    past = PostingFactory(
        title="养老护理员（周末）",
        employer=adverts[0].employer,
        region=adverts[0].region,
        expired=True,
        expires_on=timezone.localdate() - timedelta(days=2),
    )
    page = page_as(None, wide=wide, **looks)

    page.goto(past.get_absolute_url())
    scan.assert_accessible(page)

    assert page.locator(".notice").first.is_visible()
    assert page.locator("#b-similar ~ ul a").count()
    assert not page.locator(f"a[href='{reverse('jobs:apply', args=[past.public_id])}']").count()
