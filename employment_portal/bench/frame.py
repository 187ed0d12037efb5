"""What every bench uses: results and how they print, a database to throw away, interleaved rounds."""

import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psycopg2
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

Name = TypeVar("Name", bound=Hashable)
Made = TypeVar("Made")


@dataclass(frozen=True)
class Result:
    """One measured value. ``ratio`` is it over ``against``, measured in the same run; with a bar, at most (or at
    least) that much is asked of the ratio, or of the value when there is no ratio."""

    name: str
    value: float
    unit: str
    against: float | None = None
    ratio: float | None = None
    bar: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool:
        measured = self.value if self.ratio is None else self.ratio
        return self.bar is None or (measured >= self.bar if self.at_least else measured <= self.bar)


def as_json(bench: str, rows: int, results: Sequence[Result]) -> str:
    keys = ("name", "value", "unit", "against", "ratio", "bar", "ok")
    return json.dumps(
        {
            "bench": bench,
            "rows": rows,
            "results": [{key: getattr(result, key) for key in keys} for result in results],
        },
        ensure_ascii=False,
    )


def as_table(bench: str, rows: int, results: Sequence[Result]) -> str:
    lines = [f"{bench}, {rows:,} rows", f"{'':<52}{'value':>10}{'against':>10}{'ratio':>8}{'bar':>8}"]
    for result in results:
        bar = "" if result.bar is None else f"{'≥' if result.at_least else '≤'}{result.bar:g}"
        lines.append(
            f"{result.name:<44}{result.unit:<8}{result.value:>10.2f}{_figure(result.against):>10}"
            f"{_figure(result.ratio, places=3):>8}{bar:>8}{'' if result.ok else '  MISSED'}"
        )
    return "\n".join(lines)


def _figure(value: float | None, *, places: int = 2) -> str:
    return "" if value is None else f"{value:.{places}f}"


@contextmanager
def database_of_its_own(name: str) -> Iterator[None]:
    """Create a migrated database, point the default connection at it, and drop it at the end, come what may."""
    default = connections["default"]
    before = default.settings_dict["NAME"]
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _administer(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    default.close()
    default.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", verbosity=0, stdout=_Nowhere())
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = before
        _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def apart(work: Callable[[], Made]) -> Made:
    """What ``work`` makes, made by a process of its own that is gone afterwards.

    Filling a database leaves a heap behind that no web process has.
    """
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)

    def child() -> None:
        for inherited in connections.all(initialized_only=True):
            inherited.connection = None  # a socket of the parent's, if one was opened meanwhile
        sending.send(work())
        connections.close_all()

    process = fork.Process(target=child)
    process.start()
    sending.close()
    try:
        return receiving.recv()
    except EOFError as error:
        raise RuntimeError("The data could not be made; the reason stands above.") from error
    finally:
        process.join()


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Load without foreign keys (gone for good: the database is thrown away); index and exclude once at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, conname, CASE contype WHEN 'x' THEN pg_get_constraintdef(oid) END
               FROM pg_constraint WHERE contype IN ('f', 'x') AND conrelid::regclass::text = ANY(%s)
               ORDER BY conname""",
            [list(tables)],
        )
        constraints = cursor.fetchall()
        for table, constraint, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        cursor.execute(
            """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public'
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)""",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        for table, constraint, definition in constraints:
            if definition:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {definition}')
        cursor.execute("RESET maintenance_work_mem")
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


class _Nowhere:
    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


def _administer(statement: sql.Composable) -> None:
    settings = connections["default"].settings_dict
    place = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
    }
    server = psycopg2.connect(dbname="postgres", **{key: value for key, value in place.items() if value})
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def interleaved(calls: Mapping[Name, Callable[[], object]], *, rounds: int) -> dict[Name, float]:
    """Median time of each call over rounds in which every call has its turn: what disturbs one disturbs all."""
    times: dict[Name, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(milliseconds(call))
    return {name: statistics.median(measured) for name, measured in times.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
