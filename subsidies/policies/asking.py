"""What a policy's query is compiled for, and a query that is ready to run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from employment_portal.facts.catalogue import Subject
from subsidies.policies import content as c
from subsidies.policies.enums import GuardScope

JSONB = 3802  # Django leaves jsonb of a raw cursor as text
WORK_MEM = "128MB"


@dataclass(frozen=True)
class GuardRow:
    """A guard of the item, as the query needs it."""

    pk: int
    scope: str
    lifetime: bool


@dataclass
class Asked:
    """What a query is compiled for. ``carved`` are paths of regions with a version of their own in force."""

    content: c.Content
    item_id: int
    subject_key: str
    region_path: str
    carved: list[str]
    guards: list[GuardRow]
    on: date
    period: DateRange


@contextmanager
def for_everybody() -> Iterator[Any]:
    """A cursor for questions about everybody, with memory to hash in, until the transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEM}'; SET LOCAL jit = off")
        yield cursor


@dataclass
class Compiled:
    """SQL with named parameters (``%(name)s``)."""

    sql: str
    params: dict[str, Any]
    everybody: bool = False

    def rows(self) -> Iterator[dict[str, Any]]:
        """Run it; one mapping per row."""
        with for_everybody() if self.everybody else connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            names = [column[0] for column in cursor.description]
            as_text = [column[0] for column in cursor.description if column[1] == JSONB]
            while rows := cursor.fetchmany(5000):
                for row in rows:
                    named = dict(zip(names, row, strict=True))
                    yield named | {name: json.loads(named[name]) for name in as_text}


def used_by(of: Subject) -> str:
    """The column of an entitlement by which limits count: the venture's, else the person's, else the firm's."""
    if of.key == "venture":
        return "subject_id"
    return "person_id" if of.person_id else "organisation_id"


def holder_of(of: Subject, scope: str) -> str | None:
    """The column whose row a guard of this scope holds for; None where such a subject has none."""
    if scope in of.holders:
        return f"{scope}_id"
    if scope == GuardScope.PERSON:
        return "person_id" if of.person_id else None
    if scope == GuardScope.ORGANISATION:
        return "organisation_id" if of.organisation_id else None
    return "subject_id" if scope == of.key else None
