"""What the portal needs in order to serve, each looked at once and quickly."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

HEARTBEAT_KEY = "health:worker"
HEARTBEAT_SECONDS = 30  # how often the scheduler sends one
LATE_AFTER_SECONDS = 120


@dataclass(frozen=True)
class Finding:
    """The state of one part: ``ok``, ``late`` (pages still work) or ``failed``. ``detail`` names no person or row."""

    state: str
    detail: str = ""


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("ok")


_migrated = False


def migrations() -> Finding:
    """Whether the database has every migration of this version; a web process must not serve before.

    A process that has seen them all does not look again: they are not taken back under a running portal.
    """
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            return Finding("failed", f"{len(pending)} migrations are not applied")
        _migrated = True
    return Finding("ok")


def redis() -> Finding:
    cache.set("health:probe", 1, timeout=60)
    return (
        Finding("ok")
        if cache.get("health:probe") == 1
        else Finding("failed", "a value written was not read back")
    )


def worker() -> Finding:
    """Whether scheduler, queue and worker passed a task through lately. Late work is found again, so pages go on."""
    beaten = cache.get(HEARTBEAT_KEY)
    if beaten is None:
        return Finding("late", "no worker has answered yet")
    age = round(time.time() - beaten)
    if age > LATE_AFTER_SECONDS:
        return Finding("late", f"the last task went through {age} seconds ago")
    return Finding("ok")


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "migrations": migrations,
    "redis": redis,
    "worker": worker,
}


def findings() -> dict[str, Finding]:
    """All checks. One that raises is ``failed`` with the kind of its error, whose text may name hosts or people."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Exception as error:  # whatever it is, the page must say so
            found[name] = Finding("failed", type(error).__name__)
    return found


def beat() -> None:
    """Notes that a task went through just now."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=24 * 3600)
