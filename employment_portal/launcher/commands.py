"""Django's commands (``manage.py backup``, ``shell``, …), on the portal's own servers where ``up`` made some."""

import contextlib
import importlib.util
import os

from employment_portal.launcher import keys, servers
from employment_portal.launcher.environment import ENTERED, Environment
from employment_portal.launcher.places import Busy, Lock, Places, portal_places
from employment_portal.launcher.postgresql import PostgreSQL
from employment_portal.launcher.redis_server import Redis

WITHOUT_DATABASE = {
    "help", "--help", "-h", "version", "--version", "check", "makemessages", "compilemessages", "translations",
    "collectstatic", "findstatic", "diffsettings", "startapp", "startproject",
}  # fmt: skip


def main(argv: list[str]) -> int:
    places = portal_places()
    environment = Environment(places)
    if (
        importlib.util.find_spec("django") is None
        and environment.python.exists()
        and not os.environ.get(ENTERED)
    ):
        os.environ[ENTERED] = "1"
        os.execv(environment.python, [str(environment.python), *argv])
    os.environ.pop(ENTERED, None)
    from django.core.management import execute_from_command_line

    with own_servers(places, argv[1] if len(argv) > 1 else "help"):
        execute_from_command_line(argv)
    return 0


@contextlib.contextmanager
def own_servers(places: Places, command: str):
    """Leads the command to the servers of a portal that ``up`` set up here; starts them when they don't run.

    Does nothing where the environment names a database, and where ``up`` never ran: a server in production that
    lost its DATABASE_URL must fail, not find another database.
    """
    cluster = places.database / "data" / "PG_VERSION"
    wanted = not os.environ.get("DATABASE_URL") and command not in WITHOUT_DATABASE
    if not wanted or not (cluster.exists() or command == "restore"):
        yield
        return
    places.make()
    os.environ.setdefault("USE_SIMULATORS", "1")
    os.environ.setdefault("LOG_FORMAT", "text")
    os.environ.update(keys.installation_keys(places, has_data=cluster.exists()))
    lock = Lock(places.state / "up.lock")
    try:
        lock.take()
    except Busy:
        os.environ["DATABASE_URL"] = PostgreSQL(places).url
        os.environ.setdefault("REDIS_URL", Redis(places).url)
        os.environ["PORTAL_OWN_SERVERS"] = "1"
        yield
        return
    lock.write(f'{{"address": "manage.py {command}", "pid": {os.getpid()}}}')
    try:
        with servers.running(places) as stores:
            os.environ.update(stores.environment)
            yield
    finally:
        lock.release()
