"""Every write of the search rows. Call ``index_posting`` in the transaction that changes a posting."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from employment_portal.classifications.models import Industry, Occupation
from employment_portal.organisations.models import Organisation
from jobs.postings.models import Posting
from jobs.search.documents import SOURCE_LOOKUPS, SearchRow, Source, search_row
from jobs.search.models import PostingSearch

BATCH = 2_000
_COLUMNS = tuple(SearchRow.__slots__)


@transaction.atomic
def index_posting(posting: Posting) -> None:
    """Write the search row of one posting as the database now holds it, or remove it when it is not live or full."""
    index_postings([posting.pk])


@transaction.atomic
def index_postings(ids: Iterable[int]) -> int:
    """Bring the search rows of these postings up to date, in sets; returns how many can be found now.

    Rows are written in the order of their ids, so that two of these at once wait for each other instead of
    deadlocking.
    """
    found = 0
    for chunk in _chunks(sorted(set(ids)), BATCH):
        rows = [search_row(source) for source in _live_sources(chunk)]
        live = {row.posting_id for row in rows}
        gone = [posting_id for posting_id in chunk if posting_id not in live]
        if gone:
            PostingSearch.objects.filter(pk__in=gone).delete()
        if rows:
            write_rows(rows)
        found += len(rows)
    return found


def index_employer(organisation: Organisation) -> None:
    """Bring the search rows of an employer's live postings up to date: it goes by another name."""
    index_postings(Posting.objects.live().filter(employer=organisation).values_list("pk", flat=True))


def index_places(ids: list[int]) -> None:
    """After commit bring the search rows of postings in these regions up to date: they were renamed or moved."""
    _index_later(regions=ids)


def index_classified(model: type[Occupation] | type[Industry], ids: list[int]) -> None:
    """The same for postings of occupations, or of employers of industries, that were renamed or moved."""
    if model is Occupation:
        _index_later(occupations=ids)
    else:
        _index_later(industries=ids)


def _index_later(**changed: list[int]) -> None:
    transaction.on_commit(lambda: _hand_to_worker(changed))


def _hand_to_worker(changed: dict[str, list[int]]) -> None:
    """A table changes once a year, by hand: when the queue is down it is done on the spot."""
    try:
        current_app.send_task("jobs.reindex_changed", kwargs=changed, retry=False)
    except OperationalError:
        index_changed(**changed)


def index_changed(
    *, regions: Sequence[int] = (), occupations: Sequence[int] = (), industries: Sequence[int] = ()
) -> int:
    """Bring the search rows of live postings of these up to date, in sets, each in a transaction of its own;
    returns how many there were. Safe to run twice."""
    touched = Posting.objects.live().filter(
        Q(region__in=regions) | Q(occupation__in=occupations) | Q(employer__industry__in=industries)
    )
    done, last = 0, 0
    while ids := list(touched.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        index_postings(ids)
        done, last = done + len(ids), ids[-1]
    return done


def write_rows(rows: Sequence[SearchRow]) -> None:
    """Insert or replace rows, one statement: each column travels as one array."""
    columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
    columns[_COLUMNS.index("tokens")] = [_vector(row.tokens) for row in rows]
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "posting_id")
    types = {
        "posting_id": "bigint",
        "published_at": "timestamptz",
        "monthly_min_fen": "bigint",
        "monthly_max_fen": "bigint",
        "expires_on": "date",
        "employment_type": "text",
        "region_path": "text",
        "tokens": "tsvector",
    }
    arrays = ", ".join(f"%s::{types.get(name, 'int')}[]" for name in _COLUMNS)
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO jobs_postingsearch ({names})
                SELECT {names} FROM unnest({arrays}) AS given ({names})
                ON CONFLICT (posting_id) DO UPDATE SET {updates}""",
            columns,
        )


def _vector(tokens: Iterable[str]) -> str:
    """The lexemes as PostgreSQL reads a tsvector."""
    joined = "\0".join(tokens)  # no text in the database holds the separator
    return "'" + joined.replace("\\", "\\\\").replace("'", "''").replace("\0", "' '") + "'" if joined else ""


def _live_sources(ids: Sequence[int]) -> Iterator[Source]:
    """Read and lock the live ones of these postings: nobody may end one between the reading and the writing."""
    live = Posting.objects.live().filter(pk__in=ids, region__isnull=False).exclude(headcount__lte=F("filled"))
    list(live.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return (Source(*values) for values in live.order_by("pk").values_list(*SOURCE_LOOKUPS))


def _chunks(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    iterator = iter(ids)
    while chunk := list(islice(iterator, size)):
        yield chunk
