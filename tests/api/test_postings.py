"""Searching postings through the API: the same search as the page, in pages that stay put."""

import pytest
from django.utils import timezone

from jobs.search.actions import index_postings
from jobs.search.filters import SearchFilters
from jobs.search.queries import search_postings
from tests.factories.jobs import PostingFactory, PostingQuestionFactory

pytestmark = pytest.mark.django_db

POSTINGS = "/api/v1/postings/"


def listed(count: int = 1, **fields):
    postings = [PostingFactory(**fields) for _ in range(count)]
    index_postings([posting.pk for posting in postings])
    return postings


def test_a_search_finds_what_the_page_finds(client):
    listed(title="养老护理员")
    listed(title="会计")

    answer = client.get(POSTINGS, {"q": "成华区会计", "facets": "true"}).json()

    expected = search_postings(SearchFilters(q="成华区会计"), now=timezone.now())
    assert [row["id"] for row in answer["results"]] == [posting.public_id for posting in expected.postings]
    assert answer["results"][0]["title"] == "会计"
    assert answer["understood"] == [{"text": "成华区", "filter": "region", "values": ["510108"]}]
    assert {facet["name"] for facet in answer["facets"]} >= {"pay", "education"}


def test_facets_are_left_out_unless_asked_for(client):
    listed()

    answer = client.get(POSTINGS).json()

    assert "facets" not in answer


def test_filters_hold(client):
    listed(title="护理员", education=40)
    listed(title="护工", education=20)

    answer = client.get(POSTINGS, {"education": ["40"], "pay_from": 3000, "welfare": "meals"}).json()

    assert [row["title"] for row in answer["results"]] == ["护理员"]
    assert answer["results"][0]["education"] == {"code": "40", "label": "本科"}


@pytest.mark.parametrize("sort", ["match", "date", "pay"])
def test_pages_neither_repeat_nor_miss_while_postings_are_written(client, sort):
    before = {posting.public_id for posting in listed(7, title="养老护理员")}
    address, seen = f"{POSTINGS}?q=养老护理&sort={sort}&page_size=2", []

    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        listed(1, title="养老护理员", pay_max_fen=900_000)  # newer and better paid than all of them
        address = page["next"]

    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_a_value_that_makes_no_sense_is_named(client):
    answer = client.get(POSTINGS, {"education": "99", "cursor": "nonsense", "page_size": "1000"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == {"education", "cursor", "page_size"}


def test_one_posting_shows_what_its_page_says(client):
    (posting,) = listed(title="养老护理员")
    PostingQuestionFactory(posting=posting, position=1, text="能否上夜班？")

    answer = client.get(f"{POSTINGS}{posting.public_id}/").json()

    assert answer["url"].endswith(posting.get_absolute_url())
    assert answer["is_open"] is True
    assert answer["pay"]["min_fen"] == 480_000
    assert answer["pay"]["unit"] == {"code": "month", "label": "元/月"}
    assert answer["questions"] == [
        {"question": 1, "text": "能否上夜班？", "kind": "yes_no", "required": True}
    ]


def test_a_posting_shows_nobody_to_ring_up(client):
    (posting,) = listed()

    answer = client.get(f"{POSTINGS}{posting.public_id}/")

    assert posting.contact_phone not in answer.content.decode()


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected", "withdrawn"])
def test_a_posting_that_is_not_public_is_not_found(client, state):
    posting = PostingFactory(**{state: True})

    answer = client.get(f"{POSTINGS}{posting.public_id}/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "全职"), ("en", "Full-time")])
def test_words_come_in_the_language_asked_for(client, language, word):
    listed()

    answer = client.get(POSTINGS, headers={"Accept-Language": language})

    assert answer.json()["results"][0]["employment_type"]["label"] == word
    assert answer["Content-Language"] in {"zh-hans", "en"}


def test_a_page_takes_as_many_queries_for_many_postings(client, django_assert_max_num_queries):
    listed(2)
    with django_assert_max_num_queries(20) as few:
        client.get(POSTINGS, {"page_size": 50})

    listed(8)
    with django_assert_max_num_queries(len(few)):
        client.get(POSTINGS, {"page_size": 50})


def test_places_and_occupations_are_found_by_their_names(client):
    places = client.get("/api/v1/regions/", {"q": "锦江区"}).json()
    below = client.get("/api/v1/regions/", {"parent": "5101"}).json()
    occupations = client.get("/api/v1/occupations/", {"q": "外卖员"}).json()

    assert places[0]["code"] == "510104"
    assert "510104" in {place["code"] for place in below}
    assert occupations[0]["matched_alias"] == "外卖员"


def test_an_unknown_place_is_said_to_be_unknown(client):
    answer = client.get("/api/v1/regions/", {"parent": "nowhere"})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["parent"]


@pytest.mark.parametrize(("address", "status"), [("/api/v1/nothing/", 404), ("/api/v1/postings/%00/", 400)])
def test_an_address_that_is_not_there_is_a_problem_not_a_page(client, address, status):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
