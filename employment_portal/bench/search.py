"""The search page at a million postings, beside the full-text page that Django's documentation describes.

Both answer the same eighty queries of ten classes with the same page: twenty postings in the default order, how
many there are, and facets. Beside speed: every result equals a scan of the whole table while another connection
takes postings down and puts them up again.
"""

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import psycopg2
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection, models, transaction
from django.db.models import F

from employment_portal.bench.frame import Result, database_of_its_own, interleaved, percentile
from employment_portal.bench.postings import COMMON_TITLES, NOW, fill_postings
from employment_portal.core.text import pinyin_key
from employment_portal.search.evaluation import jieba_words
from jobs.search.conditions import TABLE
from jobs.search.documents import Source
from jobs.search.filters import SearchFilters
from jobs.search.paging import SCAN_LIMIT
from jobs.search.queries import find_hits, search_postings
from jobs.search.understanding import understand
from jobs.search.vocabulary import refresh_vocabulary

DATABASE = "portal_bench"
ROWS = 1_000_000
ROUNDS = 3
BAR_AGAINST_DJANGO = 1 / 8
BAR_WORST_CLASS = 4.0


class DocumentedPosting(models.Model):
    """The postings table as Django's documentation has it: a SearchVectorField with a GIN index on the model."""

    status = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    education = models.SmallIntegerField()
    experience_months = models.SmallIntegerField()
    employment_type = models.CharField(max_length=12)
    monthly_min_fen = models.BigIntegerField()
    monthly_max_fen = models.BigIntegerField()
    region = models.ForeignKey("regions.Region", on_delete=models.DO_NOTHING, related_name="+")
    employer = models.ForeignKey("organisations.Organisation", on_delete=models.DO_NOTHING, related_name="+")
    vector = SearchVectorField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "jobs_posting"

    def __str__(self) -> str:
        return self.title


def run(rows: int, *, say: Callable[[str], None]) -> list[Result]:
    with database_of_its_own(DATABASE):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE jobs_posting ADD COLUMN vector tsvector")
        fill_postings(rows, say=say, extra={"vector": _documented_vector})
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("CREATE INDEX documented_vector ON jobs_posting USING gin (vector)")
            cursor.execute("VACUUM ANALYZE jobs_posting")
        refresh_vocabulary()
        searches = queries_by_class()
        say("comparing with a scan while postings are written")
        wrong = _mismatches(searches)
        say(f"{sum(map(len, searches.values()))} queries, {ROUNDS} rounds")
        return [*_speed(searches, say=say), Result("results unlike a scan", wrong, "queries", bar=0.0)]


def _documented_vector(source: Source) -> str:
    """``setweight(to_tsvector(title), 'A') || to_tsvector(the rest)`` over words, for PostgreSQL cuts no Chinese."""
    places: dict[str, list[str]] = {}
    title = [(word, "A") for word in jieba_words(source.title)]
    rest = " ".join([*source.keywords, source.employer_name, source.description])
    for place, (word, weight) in enumerate([*title, *((word, "") for word in jieba_words(rest))], start=1):
        places.setdefault(word, []).append(f"{place}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items() if "'" not in word)


# --- the queries ----------------------------------------------------------------------------------------------


def queries_by_class() -> dict[str, list[SearchFilters]]:
    """Ten classes of eight, by what makes a search dear: how many postings hold the words, and the filters."""
    districts = ["510104", "510105", "510106", "510107", "510108", "510112", "510113", "510114"]
    tail = ["平面设计师", "新媒体运营", "造价员", "药店店员", "育婴师", "翻译", "施工员", "主播"]
    pairs = ["高级会计", "实习文员", "急聘司机", "资深护士", "储备店长", "长期普工", "高级焊工", "初级出纳"]
    three = [
        f"高级{title}助理" for title in ("会计", "文员", "护士", "采购员", "电工", "厨师", "教师", "司机")
    ]

    def words(texts: list[str], **filters: object) -> list[SearchFilters]:
        return [SearchFilters(q=text, **filters) for text in texts]  # type: ignore[arg-type]

    head = list(COMMON_TITLES)
    return {
        "a common title": words(head[:8]),
        "a middling title": words(head[20:28]),
        "a rare title": words(tail),
        "a word of every fourth advert": words(
            ["客户", "设备", "现场", "系统", "老人", "安全", "培训", "数据"]
        ),
        "two words": words(pairs),
        "three words": words(three),
        "words and a district": [
            SearchFilters(q=title, region=code) for title, code in zip(head[:8], districts, strict=True)
        ],
        "words with conditions in them": words(
            [
                f"成都{title}{more}"
                for title, more in zip(head[:8], itertools.cycle(["5000以上", " 本科 双休"]))
            ]
        ),
        "filters alone": [
            SearchFilters(),
            SearchFilters(region="5101"),
            SearchFilters(region="510104"),
            SearchFilters(education=(40,)),
            SearchFilters(employment_type=("part_time",), region="5101"),
            SearchFilters(education=(50,), experience=("3to5",)),
            SearchFilters(pay_from=12_000, region="510107"),
            SearchFilters(welfare=("housing", "meals"), groups=("graduate",)),
        ],
        "pinyin and slips": words(
            [*(pinyin_key(title) for title in head[20:24]), "会记专员", "客福", "jvaa", "焊公"]
        ),
    }


# --- the two pages --------------------------------------------------------------------------------------------


def portal_page(filters: SearchFilters) -> object:
    return search_postings(filters, now=NOW)


def documented_page(filters: SearchFilters) -> object:
    """Three statements: the page's rows by rank, how many there are, and four facets tallied from one grouping."""
    asked = understand(filters)
    found = DocumentedPosting.objects.filter(status="live")
    words = jieba_words(asked.words)
    for name in ("education", "employment_type"):
        if values := getattr(asked.filters, name):
            found = found.filter(**{f"{name}__in": values})
    if asked.filters.region:
        found = found.filter(region__path__contains=f"{asked.filters.region}/")
    if asked.filters.pay_from:
        found = found.filter(monthly_max_fen__gt=asked.filters.pay_from * 100)
    if words:
        query = SearchQuery(words[0], config="simple")
        for word in words[1:]:
            query &= SearchQuery(word, config="simple")
        found = found.filter(vector=query)
        ranked = found.annotate(rank=SearchRank(F("vector"), query)).order_by("-rank", "-id")
    else:
        ranked = found.order_by("-id")
    page = list(ranked.select_related("region", "employer").defer("vector")[:20])
    total = found.count()
    facets: dict[str, Counter[object]] = {}
    names = ("region", "education", "experience_months", "employment_type")
    for *values, count in found.values_list(*names).annotate(count=models.Count("id")).order_by():
        for name, value in zip(names, values, strict=True):
            facets.setdefault(name, Counter())[value] += count
    return page, total, facets


def _speed(searches: dict[str, list[SearchFilters]], *, say: Callable[[str], None]) -> list[Result]:
    """Rounds over all queries and both pages: a machine that is busy for a while is busy for every class."""
    calls: dict[tuple[str, SearchFilters, str], Callable[[], object]] = {}
    for name, group in searches.items():
        for filters in group:
            portal_page(filters)  # places, segmenter and plans are loaded once a process
            calls[name, filters, "ours"] = partial(portal_page, filters)
            calls[name, filters, "theirs"] = partial(documented_page, filters)
    times = interleaved(calls, rounds=ROUNDS)
    ours: dict[str, list[float]] = {name: [] for name in searches}
    theirs: list[float] = []
    for name, filters, whose in calls:
        if whose == "ours":
            ours[name].append(times[name, filters, "ours"])
            theirs.append(times[name, filters, "theirs"])
            asked = filters.q or filters.to_params().urlencode()
            say(f"{name:<34}{asked:<24}{ours[name][-1]:8.1f}{theirs[-1]:9.1f} ms")
    every = list(itertools.chain.from_iterable(ours.values()))
    p50, p95 = percentile(every, 0.5), percentile(every, 0.95)
    worst_name, worst = max(
        ((name, percentile(group, 0.95)) for name, group in ours.items()), key=lambda item: item[1]
    )
    their_p50, their_p95 = percentile(theirs, 0.5), percentile(theirs, 0.95)
    return [
        Result("full page, p50", p50, "ms", their_p50, p50 / their_p50),
        Result("full page, p95", p95, "ms", their_p95, p95 / their_p95, bar=BAR_AGAINST_DJANGO),
        Result(f"worst class p95 over p50: {worst_name}", worst, "ms", p50, worst / p50, bar=BAR_WORST_CLASS),
        *(Result(f"  {name}, p95", percentile(group, 0.95), "ms") for name, group in ours.items()),
    ]


# --- the same results as a scan -------------------------------------------------------------------------------


def _mismatches(searches: dict[str, list[SearchFilters]]) -> int:
    """How many queries find other postings, or another number, than a scan in the same snapshot does."""
    stop = threading.Event()
    writer = threading.Thread(target=_keep_writing, args=(stop,))
    writer.start()
    try:
        every = itertools.chain.from_iterable(searches.values())
        return sum(1 for filters in every if not _equals_a_scan(filters))
    finally:
        stop.set()
        writer.join()


def _equals_a_scan(filters: SearchFilters) -> bool:
    asked = understand(filters)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        search, hits, _ = find_hits(filters, asked, now=NOW)
        cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = off")
        condition = search.match.condition()
        where, params = search.conditions.where(condition)
        ranked = bool(search.match.words) and search.sort == "match"
        rank, rank_params = search.match.rank_sql("tokens") if ranked else ("0", [])
        cursor.execute(
            f"""SELECT posting_id, count(*) OVER (), {rank} AS rank FROM {TABLE} WHERE {where}
                ORDER BY rank DESC, published_at DESC, posting_id DESC LIMIT 20""",
            [*rank_params, *params],
        )
        rows = cursor.fetchall()
    total = rows[0][1] if rows else 0
    return hits.ids == [row[0] for row in rows] and hits.total == min(total, SCAN_LIMIT + 1)


def _keep_writing(stop: threading.Event) -> None:
    """Take postings down and put them up again, as their owners do, until told to stop."""
    settings = connection.settings_dict
    place = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    server = psycopg2.connect(
        dbname=DATABASE,
        password=settings["PASSWORD"] or None,
        **{key: value for key, value in place.items() if value},
    )
    server.autocommit = True
    with server.cursor() as cursor:
        for turn in itertools.count():
            cursor.execute(
                f"""DELETE FROM {TABLE} WHERE posting_id IN (
                        SELECT posting_id FROM {TABLE} WHERE posting_id > %s ORDER BY posting_id LIMIT 5)
                    RETURNING *""",
                [turn * 7919 % 500_000],
            )
            down = cursor.fetchall()
            stopped = stop.wait(0.02)
            for row in down:
                cursor.execute(f"INSERT INTO {TABLE} VALUES ({', '.join(['%s'] * len(row))})", row)
            if stopped:
                break
    server.close()
