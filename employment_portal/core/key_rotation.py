"""Moving every encrypted value to the newest key, row by row, while the portal runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from employment_portal.core.encryption import (
    EncryptedTextField,
    UnreadableValue,
    current_key_id,
    decrypt,
    encrypt,
    key_id,
    key_ring,
    parse_key,
)


@dataclass(frozen=True)
class Column:
    """Where encrypted values stand: a column of text, or with ``entry`` the entry of that name in a JSON column.

    ``after`` is called with the primary keys of the rows that were written, in the transaction that wrote them.
    """

    table: str
    key: str  # the primary key's column
    name: str
    entry: str = ""
    after: Callable[[list[Any]], None] | None = None

    def __str__(self) -> str:
        return ".".join(filter(None, [self.table, self.name, self.entry]))


# Encrypted values inside JSON, which no field type gives away; their owners add them from AppConfig.ready.
sealed_entries: list[Column] = []


@dataclass(frozen=True)
class KeyUse:
    """Which keys the stored values are under."""

    current: str
    by_column: dict[str, dict[str, int]]
    droppable: list[str]

    def _count(self, wanted) -> int:
        return sum(n for counts in self.by_column.values() for name, n in counts.items() if wanted(name))

    @property
    def outstanding(self) -> int:
        """Values under an older key that is still configured."""
        return self._count(lambda name: name != self.current and name in key_ring())

    @property
    def unknown(self) -> int:
        """Values that no configured key opens."""
        return self._count(lambda name: name not in key_ring())


def encrypted_columns() -> list[Column]:
    """Every EncryptedTextField of every table of the portal, and every encrypted entry of a JSON column."""
    fields = [
        Column(model._meta.db_table, model._meta.pk.column or "", field.column or "")
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    return [*fields, *sealed_entries]


def _sql(template: str, column: Column) -> str:
    """``{value}`` is the encrypted text, ``{fresh}`` what the column becomes with the parameter in its place."""
    quote = connection.ops.quote_name
    name = value = quote(column.name)
    fresh = "%s"
    if column.entry:
        value = f"({name} ->> '{column.entry}')"
        fresh = f"jsonb_set({name}, '{{{column.entry}}}', to_jsonb(%s::text))"
    return template.format(
        table=quote(column.table), key=quote(column.key), name=name, value=value, fresh=fresh
    )


def rotate_column(column: Column, *, batch: int = 500) -> Iterator[tuple[int, int]]:
    """Encrypt the column's values under the newest key; yields (done, total) after each batch.

    A value that somebody changes meanwhile keeps their change: a row is written only while it still holds what
    was read. Where it stopped needs no note, since each value names its key. Unreadable values are left alone.
    """
    current = f"{current_key_id()}:%"
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("SELECT count(*) FROM {table} WHERE {value} <> '' AND {value} NOT LIKE %s", column),
            [current],
        )
        total = cursor.fetchone()[0]
    done, last = 0, None
    while True:
        after = "" if last is None else "AND {key} > %s"
        bounds: list[Any] = [] if last is None else [last]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _sql(
                    "SELECT {key}, {value} FROM {table} WHERE {value} <> '' AND {value} NOT LIKE %s "
                    + after
                    + " ORDER BY {key} LIMIT %s",
                    column,
                ),
                [current, *bounds, batch],
            )
            rows, written = cursor.fetchall(), []
            for key, stored in rows:
                try:
                    fresh = encrypt(decrypt(stored))
                except UnreadableValue:
                    continue
                cursor.execute(
                    _sql("UPDATE {table} SET {name} = {fresh} WHERE {key} = %s AND {value} = %s", column),
                    [fresh, key, stored],
                )
                if cursor.rowcount:
                    written.append(key)
            if written and column.after is not None:
                column.after(written)
        done += len(written)
        if not rows:
            return
        last = rows[-1][0]
        yield done, total


def key_use(columns: list[Column]) -> KeyUse:
    """Count the stored values by key, and say which configured keys nothing uses any more."""
    by_column: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(
                _sql(
                    "SELECT split_part({value}, ':', 1), count(*) FROM {table} WHERE {value} <> '' GROUP BY 1",
                    column,
                )
            )
            by_column[str(column)] = dict(cursor.fetchall())
    used = {name for counts in by_column.values() for name in counts}
    current = current_key_id()
    configured = [key_id(parse_key(text)) for text in settings.FIELD_ENCRYPTION_KEYS]
    return KeyUse(current, by_column, [name for name in configured if name != current and name not in used])
