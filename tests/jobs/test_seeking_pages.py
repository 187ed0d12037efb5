import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from employment_portal.people.models import Expectation
from jobs.postings.models import PostingReport
from jobs.search.actions import index_postings
from jobs.seeking.models import SavedJob
from tests.factories.accounts import UserFactory
from tests.factories.applications import person_with_resume
from tests.factories.jobs import PostingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_kept_pages():
    from django.core.cache import cache

    cache.clear()


def listed(**fields):
    posting = PostingFactory(**fields)
    index_postings([posting.pk])
    return posting


def text(answer) -> str:
    return answer.content.decode()


def test_a_visitor_finds_a_job_by_its_words_and_opens_it(client):
    posting = listed(title="养老护理员")

    found = client.get("/jobs/", {"q": "养老护理"})
    page = client.get(posting.get_absolute_url())

    assert posting.get_absolute_url() in text(found)
    assert "养老护理员" in text(page)


def test_pages_of_visitors_carry_no_token_and_answer_conditional_requests(client):
    posting = listed()

    for path in ("/jobs/", posting.get_absolute_url()):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

        assert "csrfmiddlewaretoken" not in text(first)
        assert again.status_code == 304


def test_a_condition_is_a_chip_that_can_be_taken_away(client):
    listed(title="会计")

    page = text(client.get("/jobs/", {"q": "会计", "region": "510108", "pay": "3000-5000"}))

    assert "成华区" in page
    assert re.search(r'chip--remove" href="\?q=[^"]*pay_from=3000', page)


def test_an_empty_result_offers_the_search_that_finds_something(client):
    listed(
        title="会计",
        pay_min_fen=400_000,
        pay_max_fen=500_000,
        monthly_min_fen=400_000,
        monthly_max_fen=500_000,
    )

    page = text(client.get("/jobs/", {"q": "会计", "pay_from": "90000"}))

    assert "1个岗位" in page


@pytest.mark.parametrize(
    "query",
    [
        "pay=x-y",
        "pay=9999999999-1",
        "cursor=broken",
        "sort=none",
        "region=' OR 1=1",
        "education=99",
        "q=" + "长" * 5000,
    ],
)
def test_nonsense_in_the_address_is_no_error(client, query):
    listed()

    assert client.get(f"/jobs/?{query}").status_code == 200


def test_the_character_nul_in_the_address_is_refused(client):
    assert client.get("/jobs/?q=%00").status_code == 400


def test_the_search_page_costs_the_same_queries_whatever_it_lists(client, django_assert_max_num_queries):
    for _number in range(15):
        listed()
    client.force_login(UserFactory())
    client.get("/jobs/")

    with django_assert_max_num_queries(12):
        client.get("/jobs/")


def test_the_job_page_stays_within_twelve_queries(client, django_assert_max_num_queries):
    posting = listed()
    for _number in range(5):
        listed()
    client.force_login(UserFactory())
    client.get(posting.get_absolute_url())

    with django_assert_max_num_queries(12):
        client.get(posting.get_absolute_url())


def test_the_job_page_stays_within_twelve_queries_for_somebody_with_a_whole_resume(
    client, django_assert_max_num_queries
):
    person = person_with_resume()
    expectation = Expectation.objects.create(resume=person.resume, pay_min_fen=500_000)
    posting = listed()
    for _number in range(5):
        listed()
    expectation.regions.add(posting.region)
    expectation.occupations.add(posting.occupation)
    client.force_login(person.user)
    client.get(posting.get_absolute_url())

    with django_assert_max_num_queries(12):
        client.get(posting.get_absolute_url())


def test_the_job_page_tells_somebody_with_a_resume_how_it_fits(client):
    person = person_with_resume()
    posting = listed(experience_months=12, requirements="老年照护")

    visitor = text(client.get(posting.get_absolute_url()))
    client.force_login(person.user)
    page = text(client.get(posting.get_absolute_url()))

    assert 'class="reasons"' not in visitor
    assert 'class="reasons"' in page
    assert "老年照护" in page.split('class="reasons"')[1].split("</ul>")[0]


def test_a_past_job_stays_up_says_so_and_points_to_others(client):
    past = PostingFactory(closed=True, title="养老护理员")
    other = listed(title="养老护理员")

    page = client.get(past.get_absolute_url())

    assert "该岗位已停止招聘" in text(page)
    assert other.get_absolute_url() in text(page)
    assert "application/ld+json" not in text(page)


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected", "withdrawn"])
def test_what_was_never_public_is_not_found(client, state):
    posting = PostingFactory(**{state: True})

    assert client.get(posting.get_absolute_url()).status_code == 404


def test_search_engines_read_pay_place_and_employer(client):
    posting = listed(
        description="负责照护</script><b>老人",
        address="",
        published_at=datetime(2026, 11, 1, 17, 30, tzinfo=UTC),  # half past one of the next day here
    )

    page = text(client.get(posting.get_absolute_url()))
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])

    assert data["@type"] == "JobPosting"
    assert data["baseSalary"]["currency"] == "CNY"
    assert data["hiringOrganization"]["name"] == posting.employer.name
    assert data["description"].startswith("负责照护</script><b>老人")
    assert data["datePosted"] == "2026-11-02"
    assert "streetAddress" not in data["jobLocation"]["address"]


def test_looking_is_counted_once_a_day_by_post_and_remembered_in_the_browser(client):
    posting = listed()

    client.get(posting.get_absolute_url())
    client.post(f"/jobs/{posting.public_id}/seen/")
    client.post(f"/jobs/{posting.public_id}/seen/")
    posting.refresh_from_db()

    assert posting.view_count == 1
    assert posting.title in text(client.get("/jobs/recent/"))


def test_keeping_a_job_twice_keeps_one_and_it_can_be_forgotten(client):
    posting, user = listed(), UserFactory()
    client.force_login(user)

    client.post(f"/jobs/{posting.public_id}/save/")
    client.post(f"/jobs/{posting.public_id}/save/")
    kept = SavedJob.objects.filter(user=user).count()
    listing = text(client.get("/jobs/saved/"))
    client.post(f"/jobs/{posting.public_id}/save/", {"forget": "1"})

    assert kept == 1
    assert posting.title in listing
    assert not SavedJob.objects.filter(user=user).exists()


def test_a_visitor_who_wants_to_keep_a_job_signs_in_first(client):
    posting = listed()

    answer = client.post(f"/jobs/{posting.public_id}/save/")

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_anybody_can_report_an_advert(client):
    posting = listed()

    answer = client.post(
        f"/jobs/{posting.public_id}/report/", {"reason": "fee", "text": "要求交押金", "contact": ""}
    )

    assert "已收到举报" in text(answer)
    assert PostingReport.objects.get().posting == posting


def test_a_report_without_a_reason_says_what_is_missing(client):
    posting = listed()

    assert client.post(f"/jobs/{posting.public_id}/report/", {}).status_code == 422


def test_suggestions_answer_rows_for_the_combobox(client):
    answer = client.get("/jobs/suggest/", {"q": "养"})

    assert isinstance(answer.json(), list)


def test_the_feed_holds_the_newest_jobs_of_a_search(client):
    posting = listed(title="数控车床操作工")
    listed(title="会计")

    feed = text(client.get("/jobs/feed.atom", {"q": "数控"}))

    assert posting.title in feed
    assert "会计" not in feed


def test_the_sitemap_lists_live_jobs_written_here(client):
    live = listed()
    imported = PostingFactory(imported=True)

    index = text(client.get("/sitemap.xml"))
    pages = text(client.get("/sitemap-jobs.xml"))

    assert "/sitemap.xml" in text(client.get("/robots.txt"))
    assert "sitemap-jobs.xml" in index
    assert live.get_absolute_url() in pages
    assert imported.get_absolute_url() not in pages


def test_feed_and_sitemap_name_the_address_that_people_type(client, settings):
    settings.SITE_URL = "https://jobs.example.gov"
    posting = listed(title="数控车床操作工")

    feed = text(client.get("/jobs/feed.atom", {"q": "数控"}))
    index, pages = text(client.get("/sitemap.xml")), text(client.get("/sitemap-jobs.xml"))

    assert f'href="https://jobs.example.gov{posting.get_absolute_url()}"' in feed
    assert "<loc>https://jobs.example.gov/sitemap-jobs.xml</loc>" in index
    assert f"<loc>https://jobs.example.gov{posting.get_absolute_url()}</loc>" in pages
    assert "Sitemap: https://jobs.example.gov/sitemap.xml" in text(client.get("/robots.txt"))
    assert "example.com" not in feed + index + pages


def test_a_job_whose_last_day_has_passed_is_not_listed_even_before_the_nightly_task(client):
    posting = listed(title="仓库管理员")
    type(posting).objects.filter(pk=posting.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    index_postings([posting.pk])

    assert posting.get_absolute_url() not in text(client.get("/jobs/", {"q": "仓库管理员"}))
