"""How good the ranking is: real adverts, the query strings that found them, BM25 over jieba words beside us.

The file ``job-ads-51job.csv.gz`` holds 49,102 adverts; its column ``queries`` lists the query strings, of 56, that
found an advert on the site it comes from. An advert gains 1 for a query of its own, 0.5 for another query of the
same family, which is what the query is about: java, C语言, 大数据, 会计 or 客服. The very search of the portal
runs, on tables of the same names that live for one transaction.
"""

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import opencc
from django.db import connection

from employment_portal.core.text import pinyin_key
from employment_portal.search.evaluation import BM25, jieba_words, ndcg, precision
from employment_portal.search.sounds import sound_of
from employment_portal.search.suggest import replace_terms
from employment_portal.search.text import is_han, normalise
from jobs.postings.enums import EmploymentType, Insurance, Welfare
from jobs.search.actions import write_rows
from jobs.search.documents import WELFARE_WORDS, Source, search_row
from jobs.search.filters import SearchFilters
from jobs.search.queries import CORPUS, find_hits
from jobs.search.understanding import understand
from jobs.search.vocabulary import plain_title, term_frequencies

FAMILIES = ("java", "c语言", "大数据", "会计", "客服")
TUNED_ON = ("java", "大数据", "会计")
REPORTED_ON = ("c语言", "客服")
BAR_NDCG_RATIO = 1.06
BAR_VARIANT_PRECISION = 0.80
BAR_ZERO_RESULTS = 0.03
VARIANTS = ("pinyin", "typo", "traditional", "full_width")
BATCH = 2_000
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Advert:
    title: str
    tags: str
    employer: str
    industry: str
    queries: frozenset[str]

    @property
    def text(self) -> str:
        return " ".join([self.title, self.tags, self.employer, self.industry])


@dataclass(frozen=True)
class FamilyResult:
    """Mean nDCG@10 over the queries of a family: ours and BM25's."""

    family: str
    queries: int
    ndcg: float
    bm25: float


@dataclass(frozen=True)
class Evaluation:
    adverts: int
    families: tuple[FamilyResult, ...]
    variants: Mapping[str, float]
    zero_results: float

    def mean(self, families: Iterable[str]) -> tuple[float, float]:
        """Mean of ours and of BM25 over all queries of these families."""
        held = [result for result in self.families if result.family in set(families)]
        queries = sum(result.queries for result in held) or 1
        return (
            sum(result.ndcg * result.queries for result in held) / queries,
            sum(result.bm25 * result.queries for result in held) / queries,
        )

    @property
    def ratio(self) -> float:
        """Ours over BM25 on the families that nothing was tuned on."""
        ours, bm25 = self.mean(REPORTED_ON)
        return ours / bm25 if bm25 else 0.0

    @property
    def ok(self) -> bool:
        return (
            self.ratio >= BAR_NDCG_RATIO
            and all(value >= BAR_VARIANT_PRECISION for value in self.variants.values())
            and self.zero_results < BAR_ZERO_RESULTS
        )


def read_adverts(path: Path) -> list[Advert]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        return [
            Advert(
                title=row["职位"],
                tags=row["标签"],
                employer=row["公司"],
                industry=row["主营"],
                queries=frozenset(row["queries"].split("|")),
            )
            for row in csv.DictReader(lines)
        ]


def family_of(query: str) -> str:
    return next((family for family in FAMILIES if family in query.lower()), "")


def gains_of(query: str, adverts: Sequence[Advert]) -> dict[int, float]:
    family = family_of(query)
    gains: dict[int, float] = {}
    for number, advert in enumerate(adverts):
        if query in advert.queries:
            gains[number] = 1.0
        elif any(family_of(other) == family for other in advert.queries):
            gains[number] = 0.5
    return gains


def evaluate(adverts: Sequence[Advert], *, depth: int = 10) -> Evaluation:
    """Index the adverts, run every query and its variants, and measure. Call inside a transaction to roll back."""
    queries = sorted({query for advert in adverts for query in advert.queries})
    gains = {query: gains_of(query, adverts) for query in queries}
    bm25 = BM25(jieba_words(advert.text) for advert in adverts)
    index_adverts(adverts)
    ours: dict[str, list[float]] = defaultdict(list)
    theirs: dict[str, list[float]] = defaultdict(list)
    variants: dict[str, list[float]] = defaultdict(list)
    empty = 0
    for query in queries:
        ranking = search_adverts(query, depth=depth)
        empty += not ranking
        family = family_of(query)
        ours[family].append(ndcg(ranking, gains[query], depth=depth))
        theirs[family].append(ndcg(bm25.ranking(jieba_words(query), depth=depth), gains[query], depth=depth))
        for name, variant in variants_of(query).items():
            found = search_adverts(variant, depth=depth)
            variants[name].append(precision(found, gains[query].__contains__, depth=depth))
    return Evaluation(
        adverts=len(adverts),
        families=tuple(
            FamilyResult(name, len(ours[name]), _mean(ours[name]), _mean(theirs[name]))
            for name in FAMILIES
            if ours[name]
        ),
        variants={name: _mean(variants[name]) for name in VARIANTS if variants[name]},
        zero_results=empty / len(queries) if queries else 0.0,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


# --- the adverts as search rows -------------------------------------------------------------------------------


def index_adverts(adverts: Sequence[Advert]) -> None:
    """Search tables of this transaction only, which stand in front of the real ones, filled with the adverts."""
    with connection.cursor() as cursor:
        for table in ("jobs_postingsearch", "search_term"):
            cursor.execute(
                f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP"
            )
    order = list(range(len(adverts)))
    random.Random(20260101).shuffle(order)  # the file is sorted by query: newer must not mean better
    rows = (
        search_row(_source(number, adverts[number], EPOCH + timedelta(minutes=age)))
        for age, number in enumerate(order)
    )
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            write_rows(batch)
            batch = []
    if batch:
        write_rows(batch)
    titles: Counter[str] = Counter(plain_title(advert.title) for advert in adverts)
    replace_terms(CORPUS, term_frequencies(titles))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_postingsearch")
        cursor.execute("ANALYZE search_term")


def _source(number: int, advert: Advert, published_at: datetime) -> Source:
    """An advert as the import would enter it: benefits from its tags, an internship by its title."""
    tags = set(normalise(advert.tags).split())
    insurances = list(Insurance) if "五险一金" in tags else []
    welfare = [value for value in Welfare if tags & set(WELFARE_WORDS[value].split())]
    internship = "实习" in advert.title
    return Source(
        id=number,
        title=advert.title,
        description="",
        requirements="",
        keywords=advert.tags.split(),
        source_employer=advert.employer,
        employer_name=advert.employer,
        employer_public_id="",
        industry_name=None,
        industry_text=advert.industry,
        occupation_name=None,
        occupation_path=None,
        region_path="",
        published_at=published_at,
        expires_on=None,
        monthly_min_fen=None,
        monthly_max_fen=None,
        education=0,
        experience_months=0,
        employment_type=EmploymentType.INTERNSHIP if internship else EmploymentType.FULL_TIME,
        insurances=[str(value) for value in insurances],
        welfare=[str(value) for value in welfare],
        groups=[],
    )


def search_adverts(query: str, *, depth: int = 10) -> list[int]:
    """Numbers of the best adverts by the portal's own search."""
    filters = SearchFilters(q=query)
    now = EPOCH + timedelta(days=1)
    _, hits, _ = find_hits(filters, understand(filters), now=now, page_size=depth)
    return hits.ids


# --- variants of a query, written by rule ---------------------------------------------------------------------


def variants_of(query: str) -> dict[str, str]:
    """The same query as somebody might type it: in pinyin, with a slip, in traditional characters, full width."""
    variants = {"full_width": _full_width(query)}
    if any(is_han(character) for character in query):
        variants["pinyin"] = " ".join(pinyin_key(part) for part in query.split())
        traditional = opencc.OpenCC("s2t").convert(query)
        variants["traditional"] = traditional
    slipped = with_a_slip(query)
    if slipped != query:
        variants["typo"] = slipped
    return variants


def _full_width(query: str) -> str:
    """Latin letters, digits and spaces in their full-width forms."""
    return "".join(
        chr(ord(character) + 0xFEE0)
        if "!" <= character <= "~"
        else "\u3000"
        if character == " "
        else character
        for character in query
    )


def with_a_slip(query: str) -> str:
    """One slip, by rule: the last Chinese character becomes the commonest other one that sounds the same; a
    query without Chinese has its two middle letters swapped."""
    for at in range(len(query) - 1, -1, -1):
        if is_han(query[at]):
            other = _homophones()(query[at])
            return query[:at] + other + query[at + 1 :] if other else query
    middle = len(query) // 2
    return query[: middle - 1] + query[middle] + query[middle - 1] + query[middle + 1 :]


def _homophones() -> Callable[[str], str]:
    return lambda character: _by_sound().get(sound_of(character), {}).get(character, "")


_held: dict[str, dict[str, str]] = {}


def _by_sound() -> dict[str, dict[str, str]]:
    """For each sound, each character with another of that sound, the first of the basic set by code point."""
    if not _held:
        groups: dict[str, list[str]] = defaultdict(list)
        for character in _common_characters():
            groups[sound_of(character)].append(character)
        for sound, characters in groups.items():
            _held[sound] = {
                character: next(other for other in characters if other != character)
                for character in characters
                if len(characters) > 1
            }
    return _held


def _common_characters() -> Iterator[str]:
    """The characters of GB 2312, level 1: the 3,755 in common use, in the order of their pinyin."""
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue
