"""The search against a plain reading of every posting: the same hits, in the same order, with the same counts."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employment_portal.search.matching import is_han
from employment_portal.search.text import body_tokens, query_words, title_tokens
from jobs.postings.enums import FIVE_INSURANCES, EmploymentType, Insurance
from jobs.search import paging, queries
from jobs.search.actions import write_rows
from jobs.search.conditions import conditions_of, match_of
from jobs.search.cursors import read_cursor
from jobs.search.documents import LENGTH_CLASSES, Source, _body, length_class, search_row
from jobs.search.facets import EXPERIENCE_BANDS, INSURANCE_BITS, bits_of, experience_band_of
from jobs.search.filters import SearchFilters
from jobs.search.queries import find_hits
from jobs.search.understanding import Understanding

NOW = datetime(2026, 3, 15, 4, tzinfo=UTC)
WORDS = ["会计", "会计师", "客服", "java", "电话", "高级", "实习"]
PATHS = ["51/5101/510104/", "51/5101/510107/", "51/5101/510107/510107064/", "50/5001/500103/"]

sources = st.builds(
    Source,
    id=st.just(0),
    title=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("".join),
    description=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    requirements=st.just(""),
    keywords=st.lists(st.sampled_from(WORDS), max_size=2),
    source_employer=st.just(""),
    employer_name=st.sampled_from(["锦和养老服务有限公司", "会计师事务所"]),
    employer_public_id=st.sampled_from(["aaaaaaaaaa", "bbbbbbbbbb"]),
    industry_name=st.none(),
    industry_text=st.just(""),
    occupation_name=st.none(),
    occupation_path=st.sampled_from([None, "2/2-06/2-06-03/"]),
    region_path=st.sampled_from(PATHS),
    published_at=st.integers(0, 40 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    expires_on=st.sampled_from([None, date(2026, 3, 14), date(2026, 3, 15), date(2026, 4, 1)]),
    monthly_min_fen=st.sampled_from([None, 300_000, 500_000, 800_000]),
    monthly_max_fen=st.sampled_from([None, 800_000, 1_200_000]),
    education=st.sampled_from([0, 30, 40]),
    experience_months=st.sampled_from([0, 12, 30, 60, 200]),
    employment_type=st.sampled_from(EmploymentType.values),
    insurances=st.sampled_from([[], [*map(str, FIVE_INSURANCES)], [*map(str, Insurance)]]),
    welfare=st.lists(st.sampled_from(["meals", "housing"]), unique=True),
    groups=st.lists(st.sampled_from(["graduate", "veteran"]), unique=True),
)
searches = st.builds(
    SearchFilters,
    q=st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    region=st.sampled_from(["", "51", "5101", "510107", "500103"]),
    occupation=st.sampled_from(["", "", "2-06"]),
    employer=st.sampled_from(["", "", "aaaaaaaaaa"]),
    pay_from=st.sampled_from([None, None, 3000, 5000, 8000]),
    pay_to=st.sampled_from([None, None, 5000, 8000]),
    education=st.sampled_from([(), (), (40,), (0, 30)]),
    experience=st.sampled_from([(), (), ("none",), ("to1", "1to3")]),
    employment_type=st.sampled_from([(), (), ("full_time",), ("part_time", "internship")]),
    insurance=st.sampled_from([(), (), ("five",), ("five", "housing_fund")]),
    welfare=st.sampled_from([(), (), ("meals",), ("meals", "housing")]),
    groups=st.sampled_from([(), (), ("graduate",), ("graduate", "veteran")]),
    within=st.sampled_from([None, None, 1, 7]),
)


def corpus_of(drawn: list[Source]) -> list[Source]:
    return [source._replace(id=number) for number, source in enumerate(drawn, start=1)]


def fits(source: Source, filters: SearchFilters, *, without: str = "") -> bool:
    """Whether a posting meets the filters, said without tokens, bits or bands."""
    low = source.monthly_min_fen or source.monthly_max_fen or 0
    high = max(source.monthly_max_fen or 0, 0) or low
    insurances = set(source.insurances)
    checks = {
        "expired": source.expires_on is None or source.expires_on >= date(2026, 3, 15),
        "region": not filters.region or filters.region in source.region_path.split("/"),
        "occupation": not filters.occupation
        or filters.occupation in (source.occupation_path or "").split("/"),
        "employer": filters.employer in ("", source.employer_public_id),
        "pay": (
            (filters.pay_from is None or high > filters.pay_from * 100 or low >= filters.pay_from * 100)
            and (filters.pay_to is None or (high > 0 and low < filters.pay_to * 100))
        ),
        "education": not filters.education or source.education in filters.education,
        "experience": not filters.experience
        or EXPERIENCE_BANDS[experience_band_of(source.experience_months)] in filters.experience,
        "employment_type": not filters.employment_type or source.employment_type in filters.employment_type,
        "five": "five" not in filters.insurance or {*map(str, FIVE_INSURANCES)} <= insurances,
        "housing_fund": "housing_fund" not in filters.insurance or "housing_fund" in insurances,
        "welfare": set(filters.welfare) <= set(source.welfare),
        "groups": not filters.groups or bool(set(filters.groups) & set(source.groups)),
        "within": filters.within is None or source.published_at >= NOW - timedelta(days=filters.within),
    }
    return all(held for name, held in checks.items() if name != without)


def in_title(word: str, source: Source) -> bool:
    return word in title_tokens(source.title) if not is_han(word) else word in source.title


def anywhere(word: str, source: Source) -> bool:
    body = body_tokens(_body(source, bits_of(source.insurances, INSURANCE_BITS)))
    firm = title_tokens(source.employer_name.removesuffix("有限公司"))
    return in_title(word, source) or word in body or word in firm


def expected(corpus: list[Source], filters: SearchFilters, sort: str, *, without: str = "") -> list[int]:
    words = query_words(filters.q)
    hits = [
        source
        for source in corpus
        if fits(source, filters, without=without) and all(anywhere(word, source) for word in words)
    ]

    def key(source: Source):
        newest = (source.published_at, source.id)
        if sort == "pay":
            return (source.monthly_max_fen or source.monthly_min_fen or 0, *newest)
        if sort == "match" and words:
            return (
                sum(in_title(word, source) for word in words),
                -LENGTH_CLASSES.index(length_class(source.title)),
                *newest,
            )
        return newest

    return [source.id for source in sorted(hits, key=key, reverse=True)]


def fill(corpus: list[Source]) -> None:
    """A search table of this transaction only, in front of the real one."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.jobs_postingsearch")
        cursor.execute(
            "CREATE TEMPORARY TABLE jobs_postingsearch (LIKE public.jobs_postingsearch INCLUDING ALL)"
        )
    if corpus:
        write_rows([search_row(source) for source in corpus])


def every_page(filters: SearchFilters, sort: str) -> tuple[list[int], paging.Hits]:
    """All results, three to a page; the words are taken as they are, without help."""
    plain = Understanding(words=filters.q, filters=filters)
    ids, at, first = [], None, None
    for _ in range(40):
        search, hits, _understood = find_hits(filters, plain, now=NOW, sort=sort, at=at, page_size=3)
        first = first or hits
        if search.help:
            break
        ids += hits.ids
        if not hits.next_cursor:
            break
        at = read_cursor(hits.next_cursor)
    return ids, first


@pytest.mark.django_db
@pytest.mark.parametrize(("scan_limit", "dense_from"), [(2_000, 16), (2, 16), (2, 0)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(sources, max_size=14), filters=searches, sort=st.sampled_from(queries.SORTS))
def test_every_search_equals_a_reading_of_every_posting(
    monkeypatch, scan_limit, dense_from, drawn, filters, sort
):
    monkeypatch.setattr(paging, "SCAN_LIMIT", scan_limit)
    monkeypatch.setattr(paging, "DENSE_FROM", dense_from)
    monkeypatch.setattr(queries, "ENOUGH", 0)
    corpus = corpus_of(drawn)
    with transaction.atomic():
        fill(corpus)

        found, first = every_page(filters, sort)

        wanted = expected(corpus, filters, sort)
        assert found == wanted
        assert first.total == min(len(wanted), scan_limit + 1)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("dense_from", [16, 0])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(sources, max_size=14), filters=searches, at_least=st.integers(1, 2))
def test_a_search_for_some_of_the_words_has_one_order_for_few_hits_and_for_many(
    monkeypatch, dense_from, drawn, filters, at_least
):
    monkeypatch.setattr(paging, "DENSE_FROM", dense_from)
    with transaction.atomic():
        fill(corpus_of(drawn))
        match = replace(match_of(["会计", "java", "助理"]), at_least=at_least)
        search = paging.Search(conditions_of(filters, now=NOW), match, "match")

        few, many = (ids_of_every_page(monkeypatch, search, scan_limit) for scan_limit in (2_000, 2))

        assert few == many
        transaction.set_rollback(True)


def ids_of_every_page(monkeypatch, search, scan_limit):
    monkeypatch.setattr(paging, "SCAN_LIMIT", scan_limit)
    ids, at = [], None
    while True:
        hits = paging.read_page(search, at=at, level=0, page_size=3)
        ids += hits.ids
        if not hits.next_cursor:
            return ids
        at = read_cursor(hits.next_cursor)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(sources, max_size=14), filters=searches)
def test_every_facet_counts_what_its_value_would_find(monkeypatch, drawn, filters):
    monkeypatch.setattr(queries, "ENOUGH", 0)
    corpus = corpus_of(drawn)
    with transaction.atomic():
        fill(corpus)
        plain = Understanding(words=filters.q, filters=filters)

        _, hits, _ = find_hits(filters, plain, now=NOW)

        for name in ("education", "experience", "employment_type", "groups"):
            for value in hits.facets[name].values:
                typed = int(value.value) if name == "education" else value.value
                chosen = filters.without(name).adding(name, typed)
                assert value.count == len(expected(corpus, chosen, "date")), (name, value)
        for name in ("insurance", "welfare"):
            for value in hits.facets[name].values:
                assert value.count == len(expected(corpus, filters.adding(name, value.value), "date"))
        for value in hits.facets["within"].values:
            assert value.count == len(expected(corpus, filters.adding("within", int(value.value)), "date"))
        for value in hits.facets["pay"].values:
            low, high = (int(end) if end else None for end in value.value.split("-"))
            chosen = filters.adding("pay_from", low).adding("pay_to", high)
            if low is None:
                assert value.count == len(expected(corpus, chosen, "date"))
            else:
                assert value.count == len(expected(corpus, chosen, "date")), value
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_counts_of_very_many_hits_are_estimated_and_say_so(monkeypatch):
    monkeypatch.setattr(paging, "SCAN_LIMIT", 1_000)
    corpus = [
        Source(
            number, "会计", "", "", [], "", "锦和", "aaaaaaaaaa", None, "", None, None, PATHS[number % 2],
            NOW - timedelta(minutes=number), None, 500_000, 800_000, 30 if number % 4 else 40, 0, "full_time", [], [], [],
        )
        for number in range(1, 8001)
    ]  # fmt: skip
    fill(corpus)
    filters = SearchFilters(q="会计")

    _, hits, _ = find_hits(filters, Understanding(words="会计", filters=filters), now=NOW)

    counted = {value.value: value.count for value in hits.facets["education"].values}
    assert hits.facets["education"].is_estimate
    assert counted["30"] == pytest.approx(6000, rel=0.25)
    assert counted["40"] == pytest.approx(2000, rel=0.35)
    assert hits.ids == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_rows_and_counts_agree_while_postings_are_written():
    from jobs.search.actions import index_posting, index_postings
    from tests.factories.jobs import PostingFactory

    employer = PostingFactory(draft=True).employer
    postings = [PostingFactory(employer=employer, title="会计") for _ in range(60)]
    index_postings(posting.pk for posting in postings[:30])
    done = threading.Event()

    def write() -> None:
        try:
            for turn in range(6):
                for posting in postings[30:]:
                    type(posting).objects.filter(pk=posting.pk).update(
                        status="live" if turn % 2 == 0 else "paused"
                    )
                    index_posting(posting)
        finally:
            done.set()
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    filters = SearchFilters(q="会计")
    now = datetime.now(UTC)
    rounds = 0
    while not done.is_set() or not rounds:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(
                    "SELECT posting_id FROM jobs_postingsearch ORDER BY published_at DESC, posting_id DESC"
                )
                wanted = [row[0] for row in cursor.fetchall()]
            plain = Understanding(words="会计", filters=filters)
            _, hits, _ = find_hits(filters, plain, now=now, page_size=100)
            assert hits.ids == wanted
            assert hits.total == len(wanted)
        rounds += 1
    writer.join()
