"""What the cases of the guards do: a statement, a row changed, a row again."""

from django.db import connection

from tests.ledger.dropping import written_columns

S = "subsidies_"
TELL = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


def sql(statement):
    def act():
        with connection.cursor() as cursor:
            cursor.execute(f"{statement}; {TELL}")

    return act


def updating(table, what, where="true"):
    return sql(f"UPDATE {S}{table} SET {what} WHERE {where}")


def copied(table, where="true", **changes):
    """A row again, with another id and ``changes`` (SQL over the row ``r``)."""
    changes = {"id": "(SELECT 900000)"} | changes
    pairs = ", ".join(f"'{name}', {value}" for name, value in changes.items())

    def act():
        written = ", ".join(written_columns(f"{S}{table}"))
        sql(
            f"INSERT INTO {S}{table} ({written}) SELECT {written} FROM (SELECT (jsonb_populate_record("
            f"r, jsonb_build_object({pairs}))).* FROM {S}{table} r WHERE {where} ORDER BY r.id LIMIT 1) again"
        )()

    return act
