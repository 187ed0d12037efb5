"""Which rows a claimant may claim for: read from the catalogue's subject, never from a list of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from employment_portal.facts.catalogue import subject


@dataclass(frozen=True)
class SubjectRow:
    """One row that a policy may pay for: a person, a hire, a certificate, a venture, a carrier."""

    id: int
    name: str
    person_id: int | None


def rows_of(
    subject_key: str,
    *,
    claimant_id: int,
    ids: Collection[int] | None = None,
    person_ids: Collection[int] | None = None,
    limit: int = 20_000,
) -> list[SubjectRow]:
    """The subject's rows that the claimant may claim for, optionally only some of them."""
    of = subject(subject_key)
    person = of.person_id or "NULL::bigint"
    where = [f"({of.where})", f"({of.findable})", f"({of.claimant_id}) = %(claimant)s"]
    if ids is not None:
        where.append(f"{of.row}.id = ANY(%(ids)s)")
    if person_ids is not None:
        where.append(f"({person}) = ANY(%(people)s)")
    sql = (
        f"SELECT {of.row}.id, ({of.name})::text, ({person})::bigint {of.from_clause()} "
        f"WHERE {' AND '.join(where)} ORDER BY {of.row}.id LIMIT %(limit)s"
    )
    params: dict[str, Any] = {
        "claimant": claimant_id,
        "ids": list(ids or ()),
        "people": list(person_ids or ()),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [SubjectRow(*row) for row in cursor.fetchall()]


def claimant_kind(subject_key: str) -> str:
    """``person`` or ``organisation``: who claims for this subject."""
    return subject(subject_key).claimant
