"""One page of hits: few are ranked and counted one by one, very many are read tier by tier and estimated."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from employment_portal.search.matching import Match
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

SCAN_LIMIT = 2_000  # hits that are ranked and counted one by one; above it, tiers and a sample

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
    counts, rows = _scan(search, at=at, limit=page_size + 1)
    conditions, tsquery = search.conditions, search.match.condition()
    is_broad = counts.total > SCAN_LIMIT
    if is_broad:
        rows = _broad_rows(search, at=at, limit=page_size + 1)
        counts = estimated_counts(conditions, tsquery, limit=SCAN_LIMIT + 1)
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


def _scan(search: Search, *, at: Cursor | None, limit: int) -> tuple[Counts, list[tuple]]:
    """One statement: the hits up to SCAN_LIMIT, their counts, and when that is all of them, the page's rows."""
    where, params = search.conditions.where(search.match.condition())
    rank, rank_params, keys = _order(search)
    after, after_params = _after(at, keys)
    order = ", ".join(f"{key} DESC" for key in keys)
    counting, counting_params = read_counts(search.conditions, search.match.condition(), limit=SCAN_LIMIT + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH hits AS MATERIALIZED (
              SELECT {", ".join(HIT_COLUMNS)}, {rank} AS rank FROM {TABLE} WHERE {where} LIMIT {SCAN_LIMIT + 1})
            SELECT (SELECT count(*) FROM hits),
              CASE WHEN (SELECT count(*) FROM hits) <= {SCAN_LIMIT} THEN ARRAY(
                SELECT json_build_array({", ".join(keys)}) FROM hits
                WHERE {after} ORDER BY {order} LIMIT {limit}) END,
              CASE WHEN (SELECT count(*) FROM hits) <= {SCAN_LIMIT} THEN {counting} END""",
            [*rank_params, *params, *after_params, *counting_params],
        )
        total, rows, counted = cursor.fetchone()
    return Counts(total=total, by_facet=counted or {}), [tuple(row) for row in rows or []]


def _after(at: Cursor | None, keys: tuple[str, ...]) -> tuple[str, list[Any]]:
    if at is None or len(at.key) != len(keys):
        return "true", []
    places = ", ".join("%s::timestamptz" if key == "published_at" else "%s" for key in keys)
    return f"({', '.join(keys)}) < ({places})", list(at.key)


def _broad_rows(search: Search, *, at: Cursor | None, limit: int) -> list[tuple]:
    """The page's rows of very many hits, one statement: tier by tier from the best, none after the page is full."""
    _, _, keys = _order(search)
    order = ", ".join(f"{key} DESC" for key in keys)
    if keys[0] != "rank":
        where, params = search.conditions.where(search.match.condition())
        after, after_params = _after(at, keys)
        sql = (
            f"SELECT {', '.join(keys)} FROM {TABLE} WHERE {where} AND {after} ORDER BY {order} LIMIT {limit}"
        )
        return fetch(sql, [*params, *after_params])
    selects, params = [], []
    from_rank = at.key[0] if at and len(at.key) == 3 else None
    rank_sql, rank_params = search.match.rank_sql("tokens")
    for rank, tsquery, holds_higher, in_title in search.match.tiers():
        if from_rank is not None and rank > from_rank:
            continue
        # The planner takes words and lengths of titles for independent, and would walk all postings from the newest
        # for a short title that says "java": an expression keeps it from that index.
        newest = "published_at + interval '0'" if in_title else "published_at"
        where, tier_params = search.conditions.where(tsquery)
        params += tier_params
        if holds_higher:
            where += f" AND {rank_sql} <= {rank}"
            params += rank_params
        if rank == from_rank and at is not None:
            where += " AND (published_at, posting_id) < (%s::timestamptz, %s)"
            params += at.key[1:]
        selects.append(
            f"(SELECT {rank} AS rank, published_at, posting_id FROM {TABLE} WHERE {where}"
            f" ORDER BY {newest} DESC, posting_id DESC LIMIT {limit})"
        )
    if not selects:
        return []
    return fetch(f"SELECT * FROM ({' UNION ALL '.join(selects)}) tiers LIMIT {limit}", params)


def fetch(sql: str, params: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
