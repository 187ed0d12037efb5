"""What the pages cost: time beside a bare "ok" through the same middleware, queries, weight, repeated visits.

The time is that of a whole request through the WSGI application less the time spent in the database, over the
same of a bare response whose session is verified, medians of interleaved rounds. The same in CPU time stands
beside it, for machines with other work. A visitor's page is measured when it has to be made, beside the bare
response of somebody signed in; the answer to a repeated visit is measured by itself.
"""

import gc
import gzip
import io
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache, caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection, connections
from django.test import RequestFactory, override_settings

from employment_portal.bench.cast import KEY_PREFIX, Cast, Page, prepare
from employment_portal.bench.frame import Result, apart, database_of_its_own

ROWS = 20_000
DATABASE = "portal_bench_pages"
ROUNDS = 25
BAR_TIME = 12.0
BAR_QUERIES = 12.0
BAR_REPEATS = 2.0
BAR_KILOBYTES = 120.0
BARE = "/bench/ok"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    milliseconds: float
    cpu_milliseconds: float = 0.0
    sql_milliseconds: float = 0.0
    statements: list[str] = field(default_factory=list)

    @property
    def own_milliseconds(self) -> float:
        return self.milliseconds - self.sql_milliseconds


def run(rows: int, *, say: Callable[[str], None], rounds: int = ROUNDS) -> list[Result]:
    with database_of_its_own(DATABASE), _as_deployed():
        cast = apart(lambda: prepare(rows, say=say))
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(_measured, cast, rounds=rounds, say=say).result()


def _measured(cast: Cast, *, rounds: int, say: Callable[[str], None]) -> list[Result]:
    """Every page, asked in a thread as the web server's threads ask.

    CPython keeps the frames of a thread in chunks of 16 KB and gives a chunk back when it falls empty: a loop
    that calls across the end of a chunk maps and unmaps memory with each call. Below the frames of a management
    command the rendering of a page hit such an end a thousand times a request, and took half as long again.
    """
    caches["default"].key_prefix = KEY_PREFIX  # of this thread
    gc.collect()
    gc.freeze()  # what was imported is no cost of a page
    portal = Portal()
    try:
        return [*_costs(portal, cast, rounds=rounds, say=say), *_repeated_visits(portal, cast)]
    finally:
        connections.close_all()


class Portal:
    """The WSGI application, asked without a server in between."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.requests = RequestFactory(SERVER_NAME="localhost")

    def get(self, path: str, cookies: dict[str, str], **headers: str) -> Answer:
        """The answer to a GET, never one that was kept."""
        environ = self.requests.get(path, headers={"Accept-Language": "zh-CN", **headers}).environ
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        answer = Answer(0, {}, b"", 0.0)

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answer.status, answer.headers = int(status[:3]), dict(headers)

        def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            started = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                answer.sql_milliseconds += (time.perf_counter() - started) * 1000
                answer.statements.append(sql)

        with connection.execute_wrapper(timed):
            started, cpu_started = time.perf_counter(), time.thread_time()
            response = self.handler(environ, start_response)
            answer.content = b"".join(response)
            answer.milliseconds = (time.perf_counter() - started) * 1000
            answer.cpu_milliseconds = (time.thread_time() - cpu_started) * 1000
            response.close()
        return answer


def _costs(portal: Portal, cast: Cast, *, rounds: int, say: Callable[[str], None]) -> Iterator[Result]:
    worst: tuple[int, str] = (0, "")
    for page in cast.pages:
        cookies = cast.cookies[page.who]
        answer = _fresh(portal, page, cookies)
        if answer.status != 200:
            raise RuntimeError(f"{page.title} answers {answer.status} ({page.path})")
        answer = _fresh(portal, page, cookies)
        pages, bares = _beside_bare_ones(portal, page, cast, rounds=rounds)
        queries = [sql for sql in answer.statements if not _is_of_the_transaction(sql)]
        statement, repeats = Counter(queries).most_common(1)[0] if queries else ("", 0)
        if repeats > BAR_REPEATS or len(queries) > BAR_QUERIES:
            say(f"{page.title}: {len(queries)} queries, {repeats} times {statement[:300]}")
        worst = max(worst, (repeats, page.title))
        own, bare = (
            statistics.median(answer.own_milliseconds for answer in group) for group in (pages, bares)
        )
        yield Result(page.title, own, "ms", bare, own / bare, bar=BAR_TIME)
        own, bare = (
            statistics.median(answer.cpu_milliseconds for answer in group) for group in (pages, bares)
        )
        yield Result("  CPU", own, "ms", bare, own / bare)
        yield Result("  queries", len(queries), "", bar=BAR_QUERIES)
        yield Result("  gzipped, with its assets", _kilobytes(answer.content), "KB", bar=BAR_KILOBYTES)
    repeats, title = worst
    yield Result(f"one statement repeated: {title}", repeats, "times", bar=BAR_REPEATS)


def _beside_bare_ones(
    portal: Portal, page: Page, cast: Cast, *, rounds: int
) -> tuple[list[Answer], list[Answer]]:
    """The page and a bare response, asked by turns."""
    cookies = cast.cookies[page.who]
    signed_in = cookies or cast.cookies["job seeker"]
    pages, bares = [], []
    for _ in range(rounds):
        pages.append(_fresh(portal, page, cookies))
        bares.append(portal.get(BARE, signed_in))
    return pages, bares


def _fresh(portal: Portal, page: Page, cookies: dict[str, str]) -> Answer:
    if not cookies:
        cache.delete_many([key.partition(":1:")[2] for key in _kept_pages()])
    return portal.get(page.path, cookies)


def _kept_pages() -> list[str]:
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    return [key.decode() for key in client.scan_iter(match=f"{KEY_PREFIX}:1:page:*", count=1000)]


def _repeated_visits(portal: Portal, cast: Cast) -> Iterator[Result]:
    """A visitor who comes back with the ETag gets 304, without a query and without a body."""
    for page in cast.pages:
        if page.who != "visitor" or page.name not in {"every job", "jobs by words", "one job"}:
            continue
        first = portal.get(page.path, {})
        again = [
            portal.get(page.path, {}, **{"If-None-Match": first.headers.get("ETag", "")})
            for _ in range(ROUNDS)
        ]
        bare = statistics.median(portal.get(BARE, {}).milliseconds for _ in range(ROUNDS))
        spent = statistics.median(answer.milliseconds for answer in again)
        unlike = sum(1 for answer in again if answer.status != 304 or answer.content or answer.statements)
        yield Result(f"{page.title}, again", spent, "ms", bare, spent / bare)
        yield Result("  answers other than an empty 304", unlike, "", bar=0.0)


def _is_of_the_transaction(sql: str) -> bool:
    return sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT", "SET "))


# --- weight -----------------------------------------------------------------------------------------------------

ASSET = re.compile(rb'(?:href|src)="(/static/[^"#?]+)')
IMPORT = re.compile(rb'(?:import|from)\s+"(\./[^"]+)"')


def _kilobytes(page: bytes) -> float:
    """The page with every style sheet, script, module and picture that it names, each gzipped, once."""
    names = {_logical(unquote(match.decode())) for match in ASSET.findall(page)}
    seen: set[str] = set()
    total = _gzipped(page)
    while names:
        name = names.pop()
        seen.add(name)
        found = finders.find(name)
        if not found:
            raise RuntimeError(f"a page names {name}, which is not there")
        with open(str(found), "rb") as file:
            content = file.read()
        total += _gzipped(content)
        imported = {str(PurePosixPath(name).parent / match.decode()) for match in IMPORT.findall(content)}
        names |= imported - seen
    return total / 1024


def _logical(address: str) -> str:
    return re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", address.removeprefix(settings.STATIC_URL))


def _gzipped(content: bytes) -> int:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=6, mtime=0) as file:
        file.write(content)
    return buffer.tell()


@contextmanager
def _as_deployed() -> Iterator[None]:
    """The address of a bare response beside the portal's, and the assets collected with their hashed names."""
    with (
        TemporaryDirectory() as folder,
        override_settings(ROOT_URLCONF="employment_portal.bench.urls", STATIC_ROOT=folder),
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
        yield
