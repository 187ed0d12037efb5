"""Take one guard out of the database and see that it was the one that held. For every app with guarded tables.

A topic lists its guards as ``Guard(table, name, by, act)`` and runs two tests over the list: ``assert_holds(guard)``
for each, and ``guards_of(*tables)`` against the names, so that a new constraint without a case fails. DDL is
transactional in PostgreSQL, so an ordinary test database serves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

# not null columns are left out (contype n), so are the triggers that PostgreSQL itself keeps for foreign keys
NAMES = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
 WHERE conrelid = ANY (%(tables)s::regclass[]) AND contype <> 'n'
 UNION SELECT tgrelid::regclass::text, tgname FROM pg_trigger
 WHERE tgrelid = ANY (%(tables)s::regclass[]) AND NOT tgisinternal
 UNION SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index
 WHERE indrelid = ANY (%(tables)s::regclass[]) AND indisunique
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@dataclass(frozen=True)
class Guard:
    """``act`` writes what must not be. The database refuses it naming ``by`` (a constraint, or words of the message)."""

    table: str
    name: str
    by: str
    act: Callable[[], object]
    found: str = ""  # the check of verify_ledger that sees it where the guard was gone

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def guards_of(*tables: str) -> set[tuple[str, str]]:
    """(table, name) of every constraint, trigger and unique index."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"tables": list(tables)})
        return set(cursor.fetchall())


def written_columns(table: str) -> list[str]:
    """The columns that a row is written with: not those that PostgreSQL computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(attname) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def refusal(act: Callable[[], object]) -> str:
    """How the database refuses the act, empty when it does not. The act stays done in that case."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        diag = error.__cause__.diag
        return f"{diag.constraint_name or ''} {diag.message_primary}"
    return ""


def drop(guard: Guard) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_constraint WHERE conname = %s AND contype <> 't'", [guard.name])
        if cursor.fetchone() is not None:
            cursor.execute(f'ALTER TABLE {guard.table} DROP CONSTRAINT "{guard.name}" CASCADE')
            return
        cursor.execute("SELECT FROM pg_trigger WHERE tgname = %s", [guard.name])
        if cursor.fetchone() is not None:
            cursor.execute(f'DROP TRIGGER "{guard.name}" ON {guard.table}')
        else:
            cursor.execute(f'DROP INDEX "{guard.name}"')


def assert_holds(guard: Guard) -> None:
    """The act is refused by this guard while it stands, and by this guard no more once it is dropped."""
    assert guard.by in refusal(guard.act)

    drop(guard)

    assert guard.by not in refusal(guard.act)
