"""``manage.py up``: the whole portal on one machine, until Ctrl-C."""

import argparse
import http.client
import json
import os
import socket
import sys
from pathlib import Path

from employment_portal.launcher import keys, processes, servers
from employment_portal.launcher.environment import Environment
from employment_portal.launcher.fingerprints import Prepared
from employment_portal.launcher.messages import Problem, say
from employment_portal.launcher.places import Busy, Lock, Places, portal_places
from employment_portal.launcher.processes import Service, Supervisor
from employment_portal.launcher.servers import Servers

QUEUES = "default,reports,payments,exchange"
EXPLAINED = 3  # prepare's status when it has told the reason itself
AS_ROOT_IS_KNOWN = "ignore:You're running the worker"  # Celery warns root at each start
LARGEST_LOG = 20 * 2**20


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Start the whole portal on this machine."
    )
    parser.add_argument("--port", type=int, default=8000, help="where the web server listens (8000)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address it listens on (127.0.0.1: this machine only)"
    )
    sample = parser.add_mutually_exclusive_group()
    sample.add_argument(
        "--size", choices=["demo", "city"], default="demo", help="how large a sample city to load"
    )
    sample.add_argument("--no-sample", action="store_true", help="start with an empty portal")
    return parser


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    places = portal_places()
    processes.stop_on_signals()
    try:
        check_not_running(places)
        check_port(options.host, options.port)
        Environment(places).enter("requirements.txt", ["up", *arguments])
        run(options, places)
    except processes.StopRequested:
        say("stopped")
    return 0


def run(options: argparse.Namespace, places: Places) -> None:
    places.make()
    address = f"http://{'127.0.0.1' if options.host in {'0.0.0.0', '::'} else options.host}:{options.port}"
    sample = "none" if options.no_sample else options.size
    lock = take(places, address)
    supervisor = Supervisor()
    try:
        rotate_logs(places.logs)
        has_data = (places.database / "data" / "PG_VERSION").exists()
        secrets = keys.installation_keys(places, has_data=has_data)
        try:
            with servers.running(places) as stores:
                environment = environment_for(options, address, stores, secrets)
                prepare(places, environment, sample)
                say("starting_web")
                supervisor.servers = stores.services()
                web = supervisor.add(Service("web", lambda: launch_web(options, places, environment)))
                supervisor.run_until_ready(web, lambda: answers(options, web))
                for name, command in background(places).items():
                    supervisor.add(
                        Service(name, lambda command=command: launch(command, places, environment))
                    )
                greet(places, address)
                try:
                    supervisor.run()
                finally:
                    processes.ignore_signals()
                    say("stopping")
                    supervisor.stop()
        finally:
            supervisor.stop()
    finally:
        lock.release()


def check_not_running(places: Places) -> None:
    """Tells a second start at once, before it looks at the port that the first one has."""
    if not places.state.exists():
        return
    take(places, "").release()


def take(places: Places, address: str) -> Lock:
    lock = Lock(places.state / "up.lock")
    try:
        lock.take()
    except Busy as busy:
        try:
            running = json.loads(busy.note)
        except ValueError:
            running = {"address": "?", "pid": "?"}
        raise Problem("already_up", **running) from None
    lock.write(json.dumps({"address": address, "pid": os.getpid()}))
    return lock


def check_port(host: str, port: int) -> None:
    """Raises Problem when the web server could not listen there."""
    try:
        family, kind, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            probe.listen(1)
    except PermissionError as error:
        raise Problem("port_refused", host=host, port=port, reason=error.strerror) from None
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == 98 or "in use" in str(error):
            raise Problem("port_taken", host=host, port=port, other=port + 1) from None
        raise Problem("port_refused", host=host, port=port, reason=error) from None


def environment_for(
    options: argparse.Namespace, address: str, stores: Servers, secrets: dict[str, str]
) -> dict[str, str]:
    """What the portal's processes see: the caller's variables first, then the defaults of a trial on one machine."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "employment_portal.settings",
        "SITE_URL": address,
        "USE_SIMULATORS": "1",
        "LOG_FORMAT": "text",
    }
    if options.host in {"0.0.0.0", "::"}:
        names = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), *own_addresses()}
        defaults["ALLOWED_HOSTS"] = ",".join(sorted(names))
    elif options.host not in {"127.0.0.1", "localhost", "::1"}:
        defaults["ALLOWED_HOSTS"] = f"localhost,127.0.0.1,[::1],{options.host}"
    return defaults | secrets | dict(os.environ) | stores.environment


def own_addresses() -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        return set()


def prepare(places: Places, environment: dict[str, str], sample: str) -> None:
    """Migrations, sample city and static files, when anything of it changed since the last start."""
    static_root = Path(environment.get("STATIC_ROOT") or places.var / "static")
    if Prepared(places).is_current(environment["DATABASE_URL"], sample=sample, static_root=static_root):
        return
    say("preparing")
    process = processes.start(
        [sys.executable, "-m", "employment_portal.launcher.prepare", "--sample", sample],
        env=environment,
        cwd=places.root,
    )
    try:
        code = process.wait()
    finally:
        processes.stop(process)
    if code == EXPLAINED:
        raise SystemExit(1)
    if code:
        raise Problem("prepare_failed")


def launch(command: list[str], places: Places, environment: dict[str, str]):
    return processes.start([sys.executable, *command], env=environment, cwd=places.root)


def launch_web(options: argparse.Namespace, places: Places, environment: dict[str, str]):
    host = f"[{options.host}]" if ":" in options.host else options.host
    workers = max(2, min(4, os.cpu_count() or 2))
    command = [
        "-m", "gunicorn", "employment_portal.wsgi", "--bind", f"{host}:{options.port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", "4", "--graceful-timeout", "4", "--timeout", "60",
        "--log-level", "warning", "--no-control-socket", "--worker-tmp-dir",
        "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(places.state),
    ]  # fmt: skip
    return launch(command, places, environment)


def background(places: Places) -> dict[str, list[str]]:
    celery = ["-W", AS_ROOT_IS_KNOWN, "-m", "celery", "-A", "employment_portal", "--quiet"]
    return {
        "bank": ["manage.py", "bank_simulator"],
        "worker": [*celery, "worker", "-Q", QUEUES, "--concurrency", "2", "-n", "portal@%h", "--loglevel", "warning"],
        "scheduler": [
            *celery, "beat", "--schedule", str(places.state / "schedule"), "--pidfile=", "--loglevel", "warning",
        ],
    }  # fmt: skip


def answers(options: argparse.Namespace, web: Service) -> bool:
    """Whether the web server serves a page: it itself, not another program that took the port meanwhile."""
    if web.process is None:
        return False
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)
    connection = http.client.HTTPConnection(host, options.port, timeout=10)
    try:
        connection.request("GET", "/health/live", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greet(places: Places, address: str) -> None:
    print()
    say("ready", address=f"{address}/")
    accounts = places.state / "accounts.txt"
    if accounts.exists() and accounts.stat().st_size:
        print(accounts.read_text().rstrip())
    say("outbox", address=f"{address}/simulator/outbox/")
    say("how_to_stop")


def rotate_logs(folder: Path) -> None:
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
