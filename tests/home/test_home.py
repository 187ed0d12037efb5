from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from employment_portal.home.queries import count_figures
from employment_portal.organisations.models import Organisation
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_the_figures_are_counted_from_live_postings():
    now = timezone.now()
    PostingFactory(headcount=3)
    PostingFactory(headcount=2)
    PostingFactory(draft=True)

    figures = count_figures(now=now)

    assert figures["open_jobs"] == 2
    assert figures["wanted"] == 5
    assert figures["employers"] == 2
    assert figures["counted_at"] == now


@pytest.mark.parametrize(
    ("employer", "counted"),
    [
        ({}, 1),
        ({"status": "expired"}, 0),
        ({"status": "suspended"}, 0),
        ({"closed_at": timezone.now()}, 0),
        ({"imported": True}, 0),
        ({"code": None, "status": "unverified", "parent": {}}, 1),
        ({"code": None, "status": "unverified", "parent": {"status": "expired"}}, 0),
        ({"code": None, "status": "suspended", "parent": {}}, 0),
    ],
)
def test_only_employers_that_are_verified_now_are_counted(employer, counted):
    if "parent" in employer:
        employer = employer | {"parent": OrganisationFactory(**employer["parent"])}
    organisation = OrganisationFactory(**employer)
    PostingFactory(employer=organisation)

    assert count_figures(now=timezone.now())["employers"] == counted
    assert Organisation.objects.verified().filter(pk=organisation.pk).exists() == counted


def test_the_newest_job_stands_first_and_leads_to_its_page(client):
    older = PostingFactory(title="旧岗位甲", published_at=timezone.now() - timedelta(days=3))
    newer = PostingFactory(title="新岗位乙", published_at=timezone.now())

    page = client.get("/").content.decode()

    assert page.index("新岗位乙") < page.index("旧岗位甲")
    assert newer.get_absolute_url() in page
    assert older.get_absolute_url() in page


def test_a_portal_without_jobs_says_so_and_shows_the_way(client):
    page = client.get("/").content.decode()

    assert "还没有岗位" in page
    assert "/employer/register/" in page


def test_the_queries_of_the_home_page_do_not_grow_with_the_jobs(client, django_assert_max_num_queries):
    for _each in range(8):
        PostingFactory()

    with django_assert_max_num_queries(8):
        client.get("/")


def test_a_visitor_gets_the_page_without_a_token_and_not_twice(client):
    first = client.get("/")

    again = client.get("/", headers={"if-none-match": first.headers["ETag"]})

    assert b"csrfmiddlewaretoken" not in first.content
    assert again.status_code == 304
