"""One page of hits: few are ranked and counted one by one, very many are read tier by tier and estimated."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from employment_portal.search.matching import Match, Tier, lexeme
from jobs.search.conditions import TABLE, Conditions
from jobs.search.counting import (
    HIT_COLUMNS,
    Counts,
    Facet,
    cut_short,
    estimated_counts,
    facets_of,
    read_counts,
)
from jobs.search.cursors import Cursor, write_cursor
from jobs.search.documents import SAMPLES

SCAN_LIMIT = 2_000  # hits that are ranked and counted one by one; above it, tiers and a sample
# Hits in the smallest sample that leave no doubt: eight were to be expected of SCAN_LIMIT hits in all.
SURELY_BROAD = 40
DENSE_FROM = 16  # recent postings of a tier in the smallest sample from which on it is walked from the newest
RECENT = timedelta(days=30)
ENOUGH_TO_ESTIMATE = 140  # hits in the smallest sample from which on the larger one holds over SCAN_LIMIT
SMALLEST_SAMPLE = max(SAMPLES)
_Sql = tuple[str, list[Any]]

_KEYS = {
    "date": ("published_at", "posting_id"),
    "pay": ("monthly_max_fen", "published_at", "posting_id"),
}


@dataclass(frozen=True)
class Search:
    """One attempt at a search: conditions, words and order."""

    conditions: Conditions
    match: Match
    sort: str
    help: str = ""
    repaired_query: str = ""


@dataclass(frozen=True)
class Hits:
    """The hits of one page, before their postings are loaded."""

    ids: list[int]
    total: int
    is_broad: bool
    facets: dict[str, Facet]
    next_cursor: str


def read_page(search: Search, *, at: Cursor | None, level: int, page_size: int) -> Hits:
    """One page of a search after a cursor, with counts: one statement for few hits, two or three for very many."""
    sampled, counts, rows = _scan(search, at=at, limit=page_size + 1)
    conditions, tsquery = search.conditions, search.match.condition()
    is_broad = sampled >= SURELY_BROAD or counts.total > SCAN_LIMIT
    if is_broad:
        rows = _broad_rows(search, sampled, at=at, limit=page_size + 1)
        expected = sampled * SMALLEST_SAMPLE
        counts = estimated_counts(conditions, tsquery, limit=SCAN_LIMIT + 1, expected=expected)
        estimates = None
    else:
        estimates = _estimates(conditions, tsquery, cut_short(counts, conditions, limit=SCAN_LIMIT + 1))
    last = rows[page_size - 1] if len(rows) > page_size else None
    return Hits(
        ids=[row[-1] for row in rows[:page_size]],
        total=SCAN_LIMIT + 1 if is_broad else counts.total,
        is_broad=is_broad,
        facets=facets_of(counts, conditions.filters, estimates=estimates),
        next_cursor=write_cursor(Cursor(level=level, key=last)) if last else "",
    )


def _estimates(conditions: Conditions, tsquery: str, names: list[str]) -> Counts | None:
    if not names:
        return None
    estimates = estimated_counts(conditions, tsquery, limit=SCAN_LIMIT + 1, by=names[0])
    return replace(estimates, by_facet={name: estimates.of(name) for name in names})


def _order(search: Search) -> tuple[str, list[str], tuple[str, ...]]:
    """SQL of the rank, its parameters, and the columns of the order."""
    if search.sort == "match" and search.match.words:
        rank, params = search.match.rank_sql("tokens")
        return rank, params, ("rank", "published_at", "posting_id")
    return "0", [], _KEYS["pay" if search.sort == "pay" else "date"]


def _scan(search: Search, *, at: Cursor | None, limit: int) -> tuple[int, Counts, list[tuple]]:
    """One statement: hits in the smallest sample; unless these are SURELY_BROAD the hits up to SCAN_LIMIT, their
    counts, and when that is all of them, the page's rows."""
    sample, sample_params = search.conditions.where(
        search.match.condition(), lexeme(SAMPLES[SMALLEST_SAMPLE])
    )
    where, params = search.conditions.where(search.match.condition())
    rank, rank_params, keys = _order(search)
    after, after_params = _after(at, keys)
    order = ", ".join(f"{key} DESC" for key in keys)
    counting, counting_params = read_counts(search.conditions, search.match.condition(), limit=SCAN_LIMIT + 1)
    all_read = f"(SELECT hits FROM sampled) < {SURELY_BROAD} AND (SELECT count(*) FROM hits) <= {SCAN_LIMIT}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH sampled AS MATERIALIZED (
              SELECT count(*) AS hits FROM (SELECT FROM {TABLE} WHERE {sample} LIMIT {ENOUGH_TO_ESTIMATE}) held),
            hits AS MATERIALIZED (
              SELECT {", ".join(HIT_COLUMNS)}, {rank} AS rank FROM {TABLE}
              WHERE (SELECT hits FROM sampled) < {SURELY_BROAD} AND {where} LIMIT {SCAN_LIMIT + 1})
            SELECT (SELECT hits FROM sampled), (SELECT count(*) FROM hits),
              CASE WHEN {all_read} THEN ARRAY(
                SELECT json_build_array({", ".join(keys)}) FROM hits
                WHERE {after} ORDER BY {order} LIMIT {limit}) END,
              CASE WHEN {all_read} THEN {counting} END""",
            [*sample_params, *rank_params, *params, *after_params, *counting_params],
        )
        sampled, total, rows, counted = cursor.fetchone()
    return sampled, Counts(total=total, by_facet=counted or {}), [tuple(row) for row in rows or []]


def _after(at: Cursor | None, keys: tuple[str, ...]) -> tuple[str, list[Any]]:
    if at is None or len(at.key) != len(keys):
        return "true", []
    places = ", ".join("%s::timestamptz" if key == "published_at" else "%s" for key in keys)
    return f"({', '.join(keys)}) < ({places})", list(at.key)


def _broad_rows(search: Search, sampled: int, *, at: Cursor | None, limit: int) -> list[tuple]:
    """The page's rows of very many hits, one statement: tier by tier from the best, none after the page is full."""
    _, _, keys = _order(search)
    if keys[0] != "rank":
        return _in_column_order(search, keys, at=at, limit=limit, is_dense=sampled >= DENSE_FROM)
    from_rank = at.key[0] if at and len(at.key) == 3 else None
    dense: list[_Sql] = []
    selects: list[_Sql] = []
    for tier in search.match.tiers():
        if from_rank is not None and tier.lowest > from_rank:
            continue
        within = at if from_rank is not None and from_rank <= tier.rank else None
        if tier.lowest < tier.rank:
            selects.append(_few_rows(search, tier, within, limit))
        else:
            _add_tier(search, tier, within, limit, dense, selects)
    if not selects:
        return []
    ctes = f"WITH {', '.join(sql for sql, _ in dense)} " if dense else ""
    sql = f"{ctes}SELECT * FROM ({' UNION ALL '.join(sql for sql, _ in selects)}) tiers LIMIT {limit}"
    return fetch(sql, [value for _, values in (*dense, *selects) for value in values])


def _in_column_order(
    search: Search, keys: tuple[str, ...], *, at: Cursor | None, limit: int, is_dense: bool
) -> list[tuple]:
    """The newest, or best paid: walked in that order where many fit, else read from the index of the tokens."""
    where, params = search.conditions.where(search.match.condition())
    after, after_params = _after(at, keys)
    unindexed = {"published_at": "published_at + interval '0'", "monthly_max_fen": "monthly_max_fen + 0"}
    first = keys[0] if is_dense else unindexed[keys[0]]
    order = ", ".join(f"{key} DESC" for key in (first, *keys[1:]))
    sql = f"SELECT {', '.join(keys)} FROM {TABLE} WHERE {where} AND {after} ORDER BY {order} LIMIT {limit}"
    return fetch(sql, [*params, *after_params])


def _few_rows(search: Search, tier: Tier, at: Cursor | None, limit: int) -> _Sql:
    """The best of several ranks that hold few matches: they are ranked one by one."""
    rank, rank_params = search.match.rank_sql("tokens")
    where, params = search.conditions.where(tier.tsquery)
    after, after_params = _after(at, ("rank", "published_at", "posting_id"))
    return (
        f"(SELECT * FROM (SELECT {rank} AS rank, published_at, posting_id FROM {TABLE} WHERE {where}) few"
        f" WHERE rank BETWEEN {tier.lowest} AND {tier.rank} AND {after}"
        f" ORDER BY rank DESC, published_at DESC, posting_id DESC LIMIT {limit})",
        [*rank_params, *params, *after_params],
    )


def _add_tier(
    search: Search, tier: Tier, at: Cursor | None, limit: int, dense: list[_Sql], selects: list[_Sql]
) -> None:
    """The newest of one tier, after the cursor when it stands in this tier.

    The planner takes words and lengths of titles for independent: it would walk all postings from the newest for a
    short title that says "java" (there is none), or read and sort ten thousand titles to show the newest twenty.
    So a tier of titles is written both ways, and the smallest sample says while the statement runs which of them is
    carried out: the walk where it holds enough postings of the tier, the index of the tokens elsewhere.
    """
    beyond, beyond_params = "", list[Any]()
    if tier.holds_higher:
        rank_sql, beyond_params = search.match.rank_sql("tokens")
        beyond = f" AND {rank_sql} <= {tier.rank}"
    newest = search.conditions.now
    if at is not None:
        beyond += " AND (published_at, posting_id) < (%s::timestamptz, %s)"
        beyond_params = [*beyond_params, *at.key[1:]]
        newest = datetime.fromisoformat(at.key[1])
    where, params = search.conditions.where(tier.tsquery)
    params = [*params, *beyond_params]

    def newest_first(order: str, only_if: str = "true") -> None:
        sql = (
            f"(SELECT {tier.rank} AS rank, published_at, posting_id FROM {TABLE}"
            f" WHERE {only_if} AND {where}{beyond} ORDER BY {order} DESC, posting_id DESC LIMIT {limit})"
        )
        selects.append((sql, params))

    if not tier.in_title or search.match.helpful:
        # With helpful words there are three times as many tiers, each of them small: asking the sample would cost
        # more than it saves.
        newest_first("published_at + interval '0'" if tier.in_title else "published_at")
        return
    sample, sample_params = search.conditions.where(tier.tsquery, lexeme(SAMPLES[SMALLEST_SAMPLE]))
    name = f"dense_{tier.rank}"
    counted = (
        f"SELECT FROM {TABLE} WHERE {sample}{beyond} AND published_at > %s LIMIT {DENSE_FROM}",
        [*sample_params, *beyond_params, newest - RECENT],
    )
    dense.append(
        (f"{name} AS MATERIALIZED (SELECT count(*) >= {DENSE_FROM} FROM ({counted[0]}) held)", counted[1])
    )
    newest_first("published_at", f"(TABLE {name})")
    newest_first("published_at + interval '0'", f"NOT (TABLE {name})")


def fetch(sql: str, params: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
