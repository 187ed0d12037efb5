"""Inserts model instances through COPY: several times faster than INSERT where a list brings thousands of rows."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

_NULL = "\\N"


def copy_into(objects: Sequence[models.Model]) -> None:
    """Insert the objects, all of one model, and give each its id. Constraints and column types hold as ever."""
    if not objects:
        return
    model = type(objects[0])
    table, key = model._meta.db_table, model._meta.pk.column
    fields = model._meta.concrete_fields
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, key, len(objects)],
        )
        for instance, (pk,) in zip(objects, cursor.fetchall(), strict=True):
            instance.pk = pk
            writer.writerow([_text(field, getattr(instance, field.attname)) for field in fields])
            instance._state.adding = False
        buffer.seek(0)
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        # Empty strings stay empty strings: only \N is NULL.
        cursor.copy_expert(
            f"COPY {connection.ops.quote_name(table)} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')",
            buffer,
        )


def _text(field: models.Field, value: Any) -> Any:
    if value is None:
        return _NULL
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "{" + ",".join(_element(item) for item in value) + "}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value != _NULL else "\\ N"


def _element(item: Any) -> str:
    """One element of an array literal."""
    escaped = str(item).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
