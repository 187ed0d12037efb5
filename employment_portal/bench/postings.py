"""Seeded postings in any number: titles and duties put together from lists, not copied from adverts."""

import io
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

import yaml
from django.db import connection

from employment_portal.bench.frame import without_indexes
from employment_portal.classifications.enums import OccupationLevel
from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.core.text import pinyin_key
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from jobs.postings.enums import FIVE_INSURANCES, Insurance, PostingStatus, Welfare
from jobs.search.documents import SAMPLES, SearchRow, Source, search_row

SEED = 20260101
NOW = datetime(2026, 1, 1, 4, tzinfo=UTC)
TODAY = date(2026, 1, 1)
LIVE_SHARE = 0.725
BATCH = 10_000

DIFFERENT = 100_000  # postings that are written; more rows are these again, published at other times
FIRMS = 20_000
PLAIN_TITLES = 5  # that many titles of twelve have no prefix, and as many no suffix
_LISTS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "postings.yaml").read_text("utf-8"))
COMMON_TITLES = _LISTS["titles"]
_PREFIXES = [*[""] * PLAIN_TITLES, *_LISTS["prefixes"]]
_SUFFIXES = [*[""] * PLAIN_TITLES, *_LISTS["suffixes"]]


class Vocabulary(NamedTuple):
    """What titles are drawn from, the likeliest first, with cumulative weights."""

    titles: list[str]
    weights: list[float]


def vocabulary() -> Vocabulary:
    """Common titles, then the colloquial and official names of occupations."""
    aliases = OccupationAlias.objects.order_by("name").values_list("name", flat=True).distinct()
    occupations = Occupation.objects.filter(level=OccupationLevel.OCCUPATION).order_by("code")
    names = [*COMMON_TITLES, *aliases, *occupations.values_list("name", flat=True)]
    titles = list(dict.fromkeys(name for name in names if 2 <= len(name) <= 14))
    return Vocabulary(titles, list(accumulate(1 / (place + 3) for place in range(len(titles)))))


class _Place(NamedTuple):
    id: int
    path: str


def fill_postings(
    rows: int,
    *,
    say: Callable[[str], None],
    seed: int = SEED,
    extra: Mapping[str, Callable[[Source], str]] | None = None,
) -> None:
    """Put ``rows`` postings, the share LIVE_SHARE of them live, and their search rows into the empty tables.

    ``extra`` fills columns that a bench has added to the table of postings.
    """
    extra = extra or {}
    chance = random.Random(seed)
    firms = _fill_firms(chance)
    words = vocabulary()
    places = _places()
    empty = {name: value for name, value in _columns("jobs_posting").items() if name not in extra}
    posting_columns = (*empty, *extra)
    search_columns = tuple(SearchRow.__slots__)
    started = datetime.now(UTC)
    different = min(rows, DIFFERENT)
    with without_indexes("jobs_posting", "jobs_postingsearch"), connection.cursor() as cursor:
        drawn = (_draw(number, chance, words, places, firms) for number in range(1, different + 1))
        while batch := list(islice(drawn, BATCH)):
            postings = (
                [*_posting_values(empty, *draw), *(column(draw[0]) for column in extra.values())]
                for draw in batch
            )
            _copy(cursor, "jobs_posting", posting_columns, postings)
            live = (_search_values(search_row(source)) for source, _, status in batch if status == "live")
            _copy(cursor, "jobs_postingsearch", search_columns, live)
        say(f"{different:,} postings after {(datetime.now(UTC) - started).seconds} s")
        for copy in range(1, -(-rows // different)):
            _repeat(cursor, posting_columns, search_columns, copy=copy, size=different, rows=rows)
        say(f"{rows:,} postings after {(datetime.now(UTC) - started).seconds} s; indexing")


def _repeat(
    cursor,
    posting_columns: tuple[str, ...],
    search_columns: tuple[str, ...],
    *,
    copy: int,
    size: int,
    rows: int,
) -> None:
    """The first ``size`` postings once more, up to ``rows``: other ids and samples, published a while earlier."""
    changed = {
        "id": "id + %(step)s",
        "posting_id": "posting_id + %(step)s",
        "public_id": "'p' || lpad((id + %(step)s)::text, 9, '0')",
        "published_at": "published_at - %(copy)s * interval '37 minutes'",
        # As documents.sample_tokens: by a hash of the id.
        "tokens": "ts_delete(tokens, %(samples)s) || array_to_tsvector(ARRAY(SELECT token FROM"
        " unnest(%(samples)s, %(shares)s) AS sample (token, share)"
        " WHERE ((posting_id + %(step)s) * 2654435761 %% 4294967296) >> 23 < 512 / share))",
    }
    params = {
        "copy": copy,
        "step": copy * size,
        "last": min(size, rows - copy * size),
        "samples": list(SAMPLES.values()),
        "shares": list(SAMPLES),
    }
    for table, key, columns in (
        ("jobs_posting", "id", posting_columns),
        ("jobs_postingsearch", "posting_id", search_columns),
    ):
        values = ", ".join(changed.get(column, column) for column in columns)
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {key} <= %(last)s",
            params,
        )


def _draw(
    number: int,
    chance: random.Random,
    words: Vocabulary,
    places: tuple[list[_Place], list[float]],
    firms: list[tuple[int, str, str]],
) -> tuple[Source, tuple[int, int], str]:
    base = chance.choices(words.titles, cum_weights=words.weights)[0]
    title = f"{chance.choice(_PREFIXES)}{base}{chance.choice(_SUFFIXES)}"
    place = chance.choices(places[0], cum_weights=places[1])[0]
    firm_id, firm_name, firm_public_id = firms[int(len(firms) * chance.random() ** 2)]
    duties = "；".join(chance.choice(_LISTS["verbs"]) + chance.choice(_LISTS["objects"]) for _ in range(6))
    low = chance.randrange(25, 150) * 10_000
    status = "live" if chance.random() < LIVE_SHARE else chance.choice(["paused", "expired"])
    source = Source(
        id=number,
        title=title,
        description=f"{duties}。欢迎应聘{base}。",
        requirements="",
        keywords=chance.sample(_LISTS["keywords"], 2),
        source_employer="",
        employer_name=firm_name,
        employer_public_id=firm_public_id,
        industry_name=None,
        industry_text="",
        occupation_name=None,
        occupation_path=None,
        region_path=place.path,
        published_at=NOW - timedelta(seconds=chance.randrange(60 * 86_400)),
        expires_on=TODAY + timedelta(days=chance.randrange(1, 60)),
        monthly_min_fen=low,
        monthly_max_fen=low + chance.randrange(5, 60) * 10_000,
        education=chance.choices([0, 10, 20, 30, 40, 50, 60], [40, 5, 12, 22, 18, 2.5, 0.5])[0],
        experience_months=chance.choices([0, 12, 36, 60, 120], [50, 18, 20, 10, 2])[0],
        employment_type=chance.choices(["full_time", "part_time", "internship", "temporary"], [84, 8, 5, 3])[
            0
        ],
        insurances=chance.choice([[], [*map(str, FIVE_INSURANCES)], [*map(str, Insurance)]]),
        welfare=sorted(chance.sample([str(value) for value in Welfare], 3)),
        groups=["graduate"] if chance.random() < 0.1 else [],
    )
    return source, (place.id, firm_id), status


def _fill_firms(chance: random.Random) -> list[tuple[int, str, str]]:
    firms = []
    for number in range(1, FIRMS + 1):
        name = f"成都{''.join(chance.sample(_LISTS['firm_words'], 3))}{chance.choice(_LISTS['firm_trades'])}有限公司"
        firms.append((number, name, f"firm{number:06d}"))
    columns = _columns("organisations_organisation")
    values = ({**columns, **_firm(*firm)} for firm in firms)
    with connection.cursor() as cursor:
        _copy(cursor, "organisations_organisation", tuple(columns), (list(row.values()) for row in values))
    return firms


def _firm(number: int, name: str, public_id: str) -> dict[str, object]:
    return {
        "id": number,
        "public_id": public_id,
        "kind": "employer",
        "name": name,
        "name_key": pinyin_key(name),
        "status": "unverified",
        "source": f"bench {number}",  # one name may be drawn twice
        "created_at": NOW,
    }


def _places() -> tuple[list[_Place], list[float]]:
    """Districts, those of Chengdu many times likelier than others."""
    places, weights = [], []
    districts = Region.objects.filter(level=RegionLevel.DISTRICT).order_by("code")
    for region_id, path in districts.values_list("id", "path"):
        places.append(_Place(region_id, path))
        weights.append(300.0 if "/5101/" in path else 3.0 if path.startswith("51/") else 0.3)
    return places, list(accumulate(weights))


def _columns(table: str) -> dict[str, object]:
    """The columns of a table with what an unset one holds: NULL where it may, else empty."""
    empty = {"boolean": False, "jsonb": "{}", "ARRAY": []}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT column_name, is_nullable, data_type FROM information_schema.columns
               WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'
               ORDER BY ordinal_position""",
            [table],
        )
        return {
            name: None
            if nullable == "YES"
            else empty.get(kind, 0 if kind in {"integer", "smallint", "bigint"} else "")
            for name, nullable, kind in cursor.fetchall()
        }


def _posting_values(
    empty: dict[str, object], source: Source, refs: tuple[int, int], status: str
) -> list[object]:
    place_id, firm_id = refs
    ended = None if status == PostingStatus.LIVE else NOW
    values = {
        **empty,
        **{name: getattr(source, name) for name in Source._fields if name in empty},
        "public_id": f"p{source.id:09d}",
        "status": status,
        "employer_id": firm_id,
        "region_id": place_id,
        "headcount": 3,
        "pay_unit": "month",
        "pay_min_fen": source.monthly_min_fen,
        "pay_max_fen": source.monthly_max_fen,
        "pay_months": 12,
        "review_mode": "imported",
        "ended_at": ended,
        "created_at": source.published_at,
        "updated_at": source.published_at,
    }
    return list(values.values())


def _search_values(row: SearchRow) -> list[object]:
    values = [getattr(row, name) for name in SearchRow.__slots__]
    values[-1] = " ".join("'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in row.tokens)
    return values


def _copy(cursor, table: str, columns: tuple[str, ...], rows: Iterable[list[object]]) -> None:
    lines = "".join("\t".join(map(_field, row)) + "\n" for row in rows)
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(lines))


def _field(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    text = str(value)
    if "\\" in text or "\n" in text or "\t" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return text
