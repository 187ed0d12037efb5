"""Finding postings.

    page = search_postings(filters, sort="match", cursor="", now=timezone.now())

    filters  SearchFilters (jobs.search.filters; ``SearchFilters.from_params(request.GET)``)
    sort     "match" (default; the newest first when there are no words), "date" or "pay"
    cursor   ``page.next_cursor`` of the page before, else empty; one that is not understood means the first page

    page.postings       up to ``page_size`` Posting, with employer, region and occupation loaded
    page.total          how many there are, at most COUNT_CAP; ``page.total_is_capped`` says "1000+"
    page.facets         {name: Facet}: region (children of the region asked for, or of the city), pay, education, experience,
                        employment_type, insurance, welfare, groups, within
    page.understanding  what was read out of the words: ``chips``, ``words``, ``ambiguous`` places; ``filters`` are
                        the filters in force (the page's own and those of the chips)
    page.help           "" or which help was needed because fewer than ENOUGH were found: "synonyms", "repair",
                        "literal" (chips were taken as words after all) or "partial" (not every word, as repaired, found);
                        ``page.repaired_query`` is what the words were read as
    page.next_cursor    empty on the last page

Default order: words of the query in the title, then anywhere; among equals shorter titles, then newer postings.
How it stays fast at a million postings: docs/adr/0003-search.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from employment_portal.search.matching import Match, any_of, at_least_of, in_title, lexeme
from employment_portal.search.repair import repair
from employment_portal.search.synonyms import synonyms_of
from employment_portal.search.text import query_words
from jobs.postings.models import Posting
from jobs.search.conditions import TABLE, Conditions, conditions_of, match_of
from jobs.search.counting import Facet
from jobs.search.cursors import Cursor, read_cursor
from jobs.search.filters import SearchFilters
from jobs.search.occupations import occupation_tokens
from jobs.search.paging import Hits, Search, fetch, read_page
from jobs.search.understanding import Understanding, understand

CORPUS = "postings"
PAGE_SIZE = 20
COUNT_CAP = 1_000
ENOUGH = 20
SORTS = ("match", "date", "pay")


@dataclass(frozen=True)
class SearchPage:
    postings: list[Posting]
    total: int
    total_is_capped: bool
    facets: dict[str, Facet]
    understanding: Understanding
    sort: str
    help: str = ""
    repaired_query: str = ""
    next_cursor: str = ""


def search_postings(
    filters: SearchFilters,
    *,
    now: datetime,
    sort: str = "match",
    cursor: str = "",
    page_size: int = PAGE_SIZE,
) -> SearchPage:
    """One page of the live postings that fit, with counts. See the top of this module."""
    sort = sort if sort in SORTS else "match"
    at = read_cursor(cursor)
    understanding = understand(filters)
    search, hits, understood = find_hits(
        filters, understanding, now=now, sort=sort, at=at, page_size=page_size
    )
    return SearchPage(
        postings=load_postings(hits.ids),
        total=min(hits.total, COUNT_CAP),
        total_is_capped=hits.total > COUNT_CAP,
        facets=hits.facets,
        understanding=understood,
        sort=sort,
        help=search.help,
        repaired_query=search.repaired_query,
        next_cursor=hits.next_cursor,
    )


def find_hits(
    filters: SearchFilters,
    understanding: Understanding,
    *,
    now: datetime,
    sort: str = "match",
    at: Cursor | None = None,
    page_size: int = PAGE_SIZE,
) -> tuple[Search, Hits, Understanding]:
    """The hits of the first attempt that finds enough, or of the one that finds most.

    A cursor names the attempt that its page came from, so that later pages come from the same.
    """
    best: tuple[Search, Hits, Understanding] | None = None
    for level, (search, understood) in enumerate(_attempts(filters, understanding, now=now, sort=sort)):
        if at is not None and level < at.level:
            continue
        hits = read_page(search, at=at, level=level, page_size=page_size)
        if best is None or hits.total > best[1].total:
            best = search, hits, understood
        if at is not None or best[1].total >= ENOUGH:
            break
    if best is None:  # a cursor of an attempt that this search does not make
        return find_hits(filters, understanding, now=now, sort=sort, page_size=page_size)
    return best


def load_postings(ids: list[int]) -> list[Posting]:
    """The postings of these ids in this order; one that vanished meanwhile is left out."""
    postings = Posting.objects.select_related("employer", "region", "occupation").in_bulk(ids)
    return [postings[posting_id] for posting_id in ids if posting_id in postings]


def _attempts(
    filters: SearchFilters, understanding: Understanding, *, now: datetime, sort: str
) -> Iterator[tuple[Search, Understanding]]:
    """The search as asked, then wider and wider: other words, repaired words, chips as words, not every word."""
    conditions = conditions_of(understanding.filters, now=now)
    words = query_words(understanding.words)
    exact = match_of(words, hints=understanding.hints)
    yield Search(conditions, exact, sort), understanding
    meant, repaired_query = exact, ""
    for search in _with_help(conditions, exact, understanding, sort) if words else ():
        if search.repaired_query and len(search.match.required) > 1:
            meant, repaired_query = replace(search.match, also=()), search.repaired_query
        yield search, understanding
    plain = Understanding(words=filters.q, filters=filters)
    every_word = query_words(filters.q)
    if understanding.chips and every_word:
        literal = match_of(every_word)
        yield Search(conditions_of(filters, now=now), literal, sort, help="literal"), plain
    for at_least in range(len(meant.required) - 1, 0, -1):
        some = replace(meant, at_least=at_least)
        yield Search(conditions, some, sort, help="partial", repaired_query=repaired_query), understanding
    if understanding.chips and len(every_word) > 1:
        base = conditions_of(filters, now=now)
        for at_least in range(len(literal.required) - 1, 0, -1):
            yield Search(base, replace(literal, at_least=at_least), sort, help="partial"), plain


def _with_help(
    conditions: Conditions, exact: Match, understanding: Understanding, sort: str
) -> Iterator[Search]:
    other = _with_other_words(exact)
    occupation = occupation_tokens(understanding.words)
    also = (exact.condition(), any_of(map(lexeme, occupation))) if occupation else (exact.condition(),)
    if occupation or other != exact:
        yield Search(conditions, replace(other, also=also), sort, help="synonyms")
    repaired = repair(understanding.words, corpus=CORPUS)
    if repaired:
        match = match_of(query_words(repaired.text), hints=understanding.hints)
        yield Search(
            conditions,
            replace(match, also=(exact.condition(),)),
            sort,
            help="repair",
            repaired_query=repaired.text,
        )


def _with_other_words(match: Match) -> Match:
    return replace(match, words=tuple(replace(word, others=synonyms_of(word.text)) for word in match.words))


# --- beside the search ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WiderSearch:
    """A search with one condition less that does find more, and how many (at most COUNT_CAP)."""

    filters: SearchFilters
    dropped: str
    dropped_value: object
    total: int

    @property
    def total_is_capped(self) -> bool:
        return self.total >= COUNT_CAP


def wider_searches(filters: SearchFilters, *, now: datetime) -> list[WiderSearch]:
    """For a search that finds little: each filter taken away by itself, when that finds more; most hits first.

    The filters read out of the words count as filters; a region is widened to the one above it first.
    """
    understanding = understand(filters)
    options = list(_wider_options(understanding))
    if not options:
        return []
    match = match_of(query_words(understanding.words))
    searches = [(understanding.filters, "", None), *options]
    selects, params = [], []
    for option, _, _ in searches:
        where, values = conditions_of(option, now=now).where(match.condition())
        selects.append(
            f"(SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {where} LIMIT {COUNT_CAP}) found)"
        )
        params += values
    (totals,) = fetch(f"SELECT {', '.join(selects)}", params)
    wider = [
        WiderSearch(
            filters=replace(option, q=understanding.words),
            dropped=name,
            dropped_value=value,
            total=total,
        )
        for (option, name, value), total in zip(options, totals[1:], strict=True)
        if total > totals[0]
    ]
    return sorted(wider, key=lambda search: -search.total)


def _wider_options(understanding: Understanding) -> Iterator[tuple[SearchFilters, str, object]]:
    filters = understanding.filters
    if filters.region:
        from employment_portal.regions.models import Region

        parent = (
            Region.objects.filter(children__code=filters.region).values_list("code", flat=True).first() or ""
        )
        yield replace(filters, region=parent), "region", filters.region
    for name in ("occupation", "employer", "education", "experience", "employment_type", "groups", "within"):
        if getattr(filters, name):
            yield filters.without(name), name, getattr(filters, name)
    if filters.pay_from is not None or filters.pay_to is not None:
        yield replace(filters, pay_from=None, pay_to=None), "pay", (filters.pay_from, filters.pay_to)
    for name in ("insurance", "welfare"):
        for value in getattr(filters, name):
            yield filters.without(name, value), name, value


def similar_postings(posting: Posting, *, now: datetime, limit: int = 6) -> list[Posting]:
    """Live postings like this one, newest first within each step: most words of its title in its city, then the
    same occupation there, then the words anywhere."""
    titles = [in_title(word) for word in query_words(posting.title)[:4]]
    alike = [at_least_of(count, titles) for count in range(len(titles), 0, -1)]
    elsewhere = Conditions(now=now, filters=SearchFilters())
    steps = [(elsewhere, tsquery) for tsquery in alike]
    if posting.region:
        city = lexeme(f"region:{posting.region.path_codes[:2][-1]}")
        here = replace(elsewhere, tokens={"region": city})
        steps = [(here, tsquery) for tsquery in alike]
        if posting.occupation:
            steps.append((here, lexeme(f"occupation:{posting.occupation.code}")))
        elsewhere = replace(elsewhere, tokens={"region": f"!{city}"})
        steps += [(elsewhere, tsquery) for tsquery in alike]
    if not steps:
        return []
    # One statement: PostgreSQL reads the steps in turn and stops when enough is found. A step leaves out what
    # the one before it holds, of which it asks for more words.
    selects, params = [], []
    before: tuple[Conditions, str] | None = None
    for conditions, tsquery in steps:
        where, values = conditions.where(tsquery)
        if before and before[0] is conditions:
            where += " AND NOT tokens @@ %s::tsquery"
            values = [*values, before[1]]
        selects.append(
            f"(SELECT posting_id FROM {TABLE} WHERE {where} AND posting_id != %s"
            f" ORDER BY published_at DESC, posting_id DESC LIMIT {limit})"
        )
        params += [*values, posting.pk]
        before = conditions, tsquery
    rows = fetch(f"SELECT posting_id FROM ({' UNION ALL '.join(selects)}) steps LIMIT {limit}", params)
    return load_postings([row[0] for row in rows])


def published_since(
    filters: SearchFilters, *, since: datetime, now: datetime, limit: int = 20
) -> list[Posting]:
    """Postings that fit a saved search and were published after ``since``, newest first: for its mail."""
    understanding = understand(filters)
    conditions = conditions_of(understanding.filters, now=now)
    where, params = conditions.where(match_of(query_words(understanding.words)).condition())
    rows = fetch(
        f"""SELECT posting_id FROM {TABLE} WHERE {where} AND published_at > %s AND published_at <= %s
            ORDER BY published_at DESC, posting_id DESC LIMIT %s""",
        [*params, since, now, limit],
    )
    return load_postings([row[0] for row in rows])
