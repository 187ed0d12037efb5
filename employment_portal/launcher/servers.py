"""PostgreSQL and Redis for one instance: the portal's own, or the user's where DATABASE_URL and REDIS_URL say so."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from employment_portal.launcher.messages import Problem
from employment_portal.launcher.places import Places
from employment_portal.launcher.postgresql import PostgreSQL
from employment_portal.launcher.processes import Service
from employment_portal.launcher.redis_server import Redis

OLDEST_POSTGRESQL = 150000


@dataclass
class Servers:
    """What runs, and the environment that leads to it."""

    environment: dict[str, str] = field(default_factory=dict)
    own: list[PostgreSQL | Redis] = field(default_factory=list)

    def services(self) -> list[Service]:
        """The portal's own servers, to be supervised beside its processes."""
        return [_service(server) for server in self.own]


@contextlib.contextmanager
def running(places: Places, *, throwaway: bool = False) -> Iterator[Servers]:
    """Starts what is not given by the environment, and stops it in the end. The caller holds the instance's lock."""
    servers = Servers()
    own: dict[str, PostgreSQL | Redis] = {}
    try:
        # begun together, waited for together
        if not os.environ.get("DATABASE_URL"):
            own["DATABASE_URL"] = PostgreSQL(places, throwaway=throwaway)
        if not os.environ.get("REDIS_URL"):
            own["REDIS_URL"] = Redis(places, throwaway=throwaway)
        for server in own.values():
            servers.own.append(server)
            server.begin()
        for name, server in own.items():
            server.wait()
            servers.environment[name] = server.url
        if own:
            servers.environment["PORTAL_OWN_SERVERS"] = "1"
        check_given()
        yield servers
    finally:
        for server in reversed(servers.own):
            server.stop()


def check_given() -> None:
    """Whether the servers that the environment names can be used. Raises Problem."""
    if url := os.environ.get("DATABASE_URL"):
        check_database(url)
    if url := os.environ.get("REDIS_URL"):
        import redis

        try:
            redis.Redis.from_url(url, socket_connect_timeout=5).ping()
        except (redis.RedisError, OSError, ValueError) as error:
            raise Problem("redis_unreachable", reason=str(error)) from None


def check_database(url: str) -> None:
    import psycopg2

    try:
        with contextlib.closing(connect(url)) as connection:
            if connection.server_version < OLDEST_POSTGRESQL:
                raise Problem("database_too_old", version=connection.server_version // 10000)
    except psycopg2.OperationalError as error:
        reason = " ".join(str(error).split())
        raise Problem("database_unreachable", reason=reason) from None


def connect(url: str) -> Any:
    """A psycopg2 connection to the database that Django would use for this URL."""
    import dj_database_url
    import psycopg2

    given = dj_database_url.parse(url)
    settings = {
        "dbname": given["NAME"],
        "user": given.get("USER"),
        "password": given.get("PASSWORD"),
        "host": given.get("HOST"),
        "port": given.get("PORT"),
        **given.get("OPTIONS", {}),
    }
    return psycopg2.connect(**{name: value for name, value in settings.items() if value}, connect_timeout=10)


def _service(server: PostgreSQL | Redis) -> Service:
    def launch() -> subprocess.Popen | None:
        server.begin()
        return server.process

    service = Service(type(server).__name__, launch)
    service.process = server.process
    return service
