from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.postings.enums import PostingStatus
from jobs.search.actions import index_posting, index_postings
from jobs.search.filters import SearchFilters
from jobs.search.models import PostingSearch
from jobs.search.queries import published_since, search_postings, similar_postings, wider_searches
from jobs.search.vocabulary import refresh_vocabulary, suggest
from tests.factories.jobs import PostingFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def found(query="", **filters):
    return search_postings(SearchFilters(q=query, **filters), now=timezone.now()).postings


@pytest.fixture
def posting():
    posting = PostingFactory(title="养老护理员", description="<p>照料老人起居</p>")
    index_posting(posting)
    return posting


@pytest.mark.parametrize("query", ["养老护理员", "护理", "養老", "老人", "锦和", ""])
def test_a_live_posting_is_found_by_its_words(posting, query):
    posting.employer.name = "成都锦和养老服务有限公司"
    posting.employer.save()
    index_posting(posting)

    assert found(query) == [posting]


@pytest.mark.parametrize("status", ["paused", "expired", "closed", "withdrawn"])
def test_a_posting_leaves_the_search_when_it_is_no_longer_live(posting, status):
    other = PostingFactory(**{status: True}, title="养老护理员")
    PostingSearch.objects.filter(pk=posting.pk).update(posting=other)
    assert PostingSearch.objects.filter(pk=other.pk).exists()

    index_posting(other)

    assert not PostingSearch.objects.filter(pk=other.pk).exists()


def test_a_posting_is_not_found_after_its_last_day_even_before_the_nightly_task(posting):
    last_day = posting.expires_on
    after = timezone.now() + timedelta(days=(last_day - timezone.localdate()).days + 1)

    assert search_postings(SearchFilters(), now=after).total == 0
    assert search_postings(SearchFilters(), now=after - timedelta(days=1)).total == 1


def test_a_changed_posting_is_found_by_its_new_words_only(posting):
    posting.title = "Java开发"
    posting.save()
    index_posting(posting)
    assert found("java") == [posting]

    posting.title = "仓库管理员"
    posting.save()
    index_posting(posting)

    assert found("仓库管理员") == [posting]
    assert found("java") == []


def test_many_postings_are_indexed_in_few_statements(django_assert_max_num_queries):
    employer = PostingFactory().employer
    postings = [PostingFactory(employer=employer, title=f"会计{number}") for number in range(30)]
    postings[3].status = PostingStatus.PAUSED
    postings[3].save()

    with django_assert_max_num_queries(8):
        indexed = index_postings(posting.pk for posting in postings)

    assert indexed == 29
    assert PostingSearch.objects.count() == 29


def test_the_page_comes_with_few_statements_however_many_rows(django_assert_max_num_queries):
    employer = PostingFactory().employer
    index_postings(PostingFactory(employer=employer, title="会计").pk for _ in range(25))
    found("会计", region="5101")  # the list of places is read once in ten minutes

    with django_assert_max_num_queries(4):
        page = search_postings(SearchFilters(q="会计", region="5101"), now=timezone.now())
        assert len(page.postings) == 20
        assert page.postings[0].employer.name
        assert page.postings[0].region.name


def test_colloquial_names_find_the_occupation(posting):
    from employment_portal.classifications.models import OccupationAlias

    OccupationAlias.objects.get_or_create(
        occupation=posting.occupation, name="照护阿姨", defaults={"pinyin": "zhaohuayi", "initials": "zhay"}
    )

    page = search_postings(SearchFilters(q="照护阿姨"), now=timezone.now())

    assert page.postings == [posting]
    assert page.help == "synonyms"


def test_typed_in_pinyin_or_with_a_slip_it_is_found_still(posting):
    refresh_vocabulary()

    for typed in ("yanglao huliyuan", "yanglaohuliyuan", "养老护里员"):
        page = search_postings(SearchFilters(q=typed), now=timezone.now())
        assert page.postings == [posting], typed
        assert page.help == "repair"
        assert page.repaired_query


def test_titles_and_employers_are_suggested(posting):
    index_posting(PostingFactory(title="养老护理员（双休）", employer=posting.employer))
    refresh_vocabulary()

    assert ("occupation", "养老护理员") in [(entry.kind, entry.text) for entry in suggest("yanglaohu")]
    assert ("employer", posting.employer.public_id) in [
        (entry.kind, entry.ref) for entry in suggest(posting.employer.name[:4])
    ]


def test_similar_postings_share_words_and_city_and_leave_out_the_posting_itself(posting):
    near = PostingFactory(title="护理员", employer=posting.employer)
    far = PostingFactory(title="养老护理员", employer=posting.employer, region=RegionFactory(code="500103"))
    unlike = PostingFactory(
        title="java开发", occupation=None, description="写程序", requirements="", employer=posting.employer
    )
    index_postings([near.pk, far.pk, unlike.pk])

    assert similar_postings(posting, now=timezone.now()) == [near, far]


def test_a_search_without_results_offers_the_wider_ones_that_have_some(posting):
    wider = wider_searches(
        SearchFilters(q="重庆 护理员", education=(60,), employment_type=("full_time",)), now=timezone.now()
    )
    assert wider == []  # one filter less does not help: place and education both stand in the way

    wider = wider_searches(SearchFilters(q="重庆 护理员"), now=timezone.now())
    assert [(search.dropped, search.total) for search in wider] == [("region", 1)]
    page = search_postings(wider[0].filters, now=timezone.now())
    assert page.total == 1


def test_a_saved_search_gets_what_was_published_since(posting):
    now = timezone.now()

    assert published_since(
        SearchFilters(q="护理员"), since=posting.published_at - timedelta(hours=1), now=now
    ) == [posting]
    assert published_since(SearchFilters(q="护理员"), since=posting.published_at, now=now) == []


@pytest.mark.parametrize(
    "cursor", ["x", "!!!!", "W10", "bnVsbA", "WzAsMSwyXQ", "A" * 5000, "WzAsMSwi5pelIiwxXQ"]
)
def test_an_address_cut_short_shows_the_first_page(posting, cursor):
    page = search_postings(SearchFilters(), now=timezone.now(), cursor=cursor)

    assert page.postings == [posting]


def test_some_of_the_words_are_looked_for_as_they_were_meant():
    postings = [PostingFactory(title="会计") for _ in range(5)]
    index_postings([posting.pk for posting in postings])
    refresh_vocabulary()

    page = search_postings(SearchFilters(q="会记 宇航"), now=timezone.now())

    assert (page.help, page.repaired_query) == ("partial", "会计 宇航")
    assert {posting.title for posting in page.postings} == {"会计"}
