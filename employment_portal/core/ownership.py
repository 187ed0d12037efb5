"""Two roles in production: one owns the tables and changes the schema, the other is the portal and owns nothing.

``DATABASE_OWNER_URL`` names the owner; ``migrate`` and ``restore`` use it and then hand the portal's role its rights.
Without it one role does both, as on one machine, and only the triggers guard the append-only tables.
"""

from typing import Any

import dj_database_url
from django.conf import settings
from django.db import connection
from psycopg2 import sql

ADDRESS = ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")  # not NAME: it may be a test's database
_restricted: dict[str, tuple[str, ...]] = {}


def restrict(table: str, *privileges: str) -> None:
    """The portal's role gets only these on the table (from AppConfig.ready), instead of reading and writing."""
    _restricted[table] = privileges


def become_owner() -> str | None:
    """Point the default connection of this process at the owner; the portal's role, or None with one role."""
    if not settings.DATABASE_OWNER_URL:
        return None
    role = connection.settings_dict["USER"]
    owner: dict[str, Any] = dict(dj_database_url.parse(settings.DATABASE_OWNER_URL))
    connection.close()
    connection.settings_dict.update({name: owner[name] for name in ADDRESS if name in owner})
    return role if role != connection.settings_dict["USER"] else None


def grant(role: str) -> None:
    """Give the portal's role what it needs on every table and sequence there is, and no more. Run as the owner."""
    with connection.cursor() as cursor:

        def run(statement: str, table: str = "", privileges: tuple[str, ...] = ()) -> None:
            cursor.execute(
                sql.SQL(statement).format(
                    role=sql.Identifier(role),
                    table=sql.Identifier(table),
                    privileges=sql.SQL(", ".join(privileges)),
                )
            )

        run("GRANT USAGE ON SCHEMA public TO {role}")
        run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        tables = set(connection.introspection.table_names(cursor))
        for table in tables & set(_restricted):
            run("REVOKE ALL ON {table} FROM {role}", table)
            run("GRANT {privileges} ON {table} TO {role}", table, _restricted[table])
