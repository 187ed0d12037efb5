"""Rows as the database holds them, so that a merge can be written down and taken back column by column.

The rows travel as ``jsonb``: ranges, arrays and times come back exactly as they were. Encrypted columns stay out, since
a copy of theirs would not be found by the rotation of the keys.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models

from employment_portal.core.encryption import EncryptedTextField

Row = dict[str, Any]
Snapshot = dict[str, dict[int, Row]]  # by table (app label and model name), by primary key


def take(querysets: Iterable[models.QuerySet]) -> Snapshot:
    """The rows of the querysets, in their order."""
    found: Snapshot = {}
    for rows in querysets:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        found.setdefault(rows.model._meta.label_lower, {}).update(read(rows.model, keys))
    return found


def read(model: type[models.Model], keys: list[int]) -> dict[int, Row]:
    if not keys:
        return {}
    sealed = {f.column for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, to_jsonb(t) FROM {_table(model)} t WHERE id = ANY(%s) ORDER BY id",
            [keys],
        )
        return {
            key: {name: value for name, value in json.loads(row).items() if name not in sealed}
            for key, row in cursor.fetchall()
        }


def differences(before: Snapshot) -> list[tuple[str, int, Row, Row | None]]:
    """What became of the rows since: table, key, the columns before and after; after is None for a deleted row."""
    changed: list[tuple[str, int, Row, Row | None]] = []
    for table, rows in before.items():
        now = read(apps.get_model(table), list(rows))
        for key, old in rows.items():
            new = now.get(key)
            if new is None:
                changed.append((table, key, old, None))
            elif names := [name for name in old if old[name] != new[name]]:
                changed.append((table, key, {n: old[n] for n in names}, {n: new[n] for n in names}))
    return changed


def put_back(table: str, key: int, columns: Row) -> None:
    """Write columns of a row that is there."""
    if not columns:
        return
    name = _table(apps.get_model(table))
    listed = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {name} SET ({listed}) = "
            f"(SELECT {listed} FROM jsonb_populate_record(NULL::{name}, %s::jsonb)) WHERE id = %s",
            [json.dumps(columns), key],
        )


def put_in(table: str, row: Row) -> None:
    """Insert a row that was deleted, under its old key."""
    name = _table(apps.get_model(table))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} SELECT * FROM jsonb_populate_record(NULL::{name}, %s::jsonb)",
            [json.dumps(row)],
        )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
