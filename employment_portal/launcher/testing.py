"""``manage.py test``: the whole suite, in its environment, on servers of its own."""

import os
import signal
import sys

from employment_portal.launcher import processes, servers
from employment_portal.launcher.environment import Environment
from employment_portal.launcher.messages import Problem, say
from employment_portal.launcher.places import Busy, Lock, Places, portal_places

MOST_AT_ONCE = 4
MOST_WORKERS = 4
ONE_PROCESS = (
    "-n",
    "--numprocesses",
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "-s",
    "--capture=no",
    "-h",
    "--help",
)


def main(arguments: list[str]) -> int:
    places = portal_places()
    processes.stop_on_signals()
    try:
        Environment(places).enter("tests/requirements.txt", ["test", *arguments])
        return run(arguments, places)
    except processes.StopRequested:
        return 130


def run(arguments: list[str], portal: Places) -> int:
    lock, places = free_instance(portal)
    try:
        places.make()
        if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
            say("test_servers")
        with servers.running(places, throwaway=True) as stores:
            command = [
                sys.executable,
                "-m",
                "pytest",
                *workers(arguments),
                *arguments,
            ]
            variables = {
                name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
            }
            process = processes.start(
                command, env=variables | stores.environment, cwd=portal.root, own_group=False
            )
            return wait(process)
    finally:
        lock.release()


def free_instance(portal: Places) -> tuple[Lock, Places]:
    """Servers of this run alone, so that two runs, and a portal that is up, don't meet."""
    for number in range(1, MOST_AT_ONCE + 1):
        places = Places(portal.root, portal.var / f"test-{number}")
        lock = Lock(portal.state / f"test-{number}.lock")
        try:
            lock.take()
        except Busy:
            continue
        return lock, places
    raise Problem("too_many_tests", count=MOST_AT_ONCE)


def workers(arguments: list[str]) -> list[str]:
    """One pytest process per core and one more, unless the arguments say how many or need a terminal.

    A test often waits, for a browser or a portal that starts: less than half of two cores was in use by two
    processes. One that has no tests left takes over some of another's, so that none is alone with the slow ones.
    """
    cores = os.cpu_count() or 1
    asked = any(
        argument == name or argument.startswith(f"{name}=") for argument in arguments for name in ONE_PROCESS
    )
    asked = asked or any(argument.startswith("-n") and argument[2:].isdigit() for argument in arguments)
    if asked or cores < 2:
        return []
    return ["-n", str(min(cores + 1, MOST_WORKERS)), "--dist", "worksteal"]


def wait(process) -> int:
    """Pytest shares the terminal, so Ctrl-C reaches it too: it ends by itself and prints its summary."""
    while True:
        try:
            return process.wait()
        except processes.StopRequested as request:
            if str(request) != signal.SIGINT.name:
                process.send_signal(signal.SIGINT)
