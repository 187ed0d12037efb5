"""Child processes: started so that none outlives the launcher, supervised, and stopped in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from pwd import struct_passwd
from typing import IO

from employment_portal.launcher.messages import Problem, say

PR_SET_PDEATHSIG = 1
STEADY_SECONDS = 30  # a process that ran so long is healthy: its failures are forgotten
LONGEST_PAUSE = 30
ALARMING_FAILURES = 4

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StopRequested(BaseException):
    """Ctrl-C or a signal to end. Not an Exception, so that nothing on the way swallows it."""


def stop_on_signals() -> None:
    """SIGINT, SIGTERM and SIGHUP raise StopRequested, once; what follows them is ignored while things stop."""

    def handle(number: int, frame: object) -> None:
        ignore_signals()
        raise StopRequested(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handle)


def ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO | int | None = None,
    account: struct_passwd | None = None,
    on_launcher_death: signal.Signals = signal.SIGTERM,
    own_group: bool = True,
) -> subprocess.Popen:
    """Starts a program that gets ``on_launcher_death`` when the launcher ends, even by SIGKILL (on Linux).

    ``own_group`` keeps the terminal's Ctrl-C from it: the launcher alone decides the order in which things stop.
    Call it from the main thread: the kernel ties the signal to the thread.
    """
    launcher = os.getpid()

    def prepare_child() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(on_launcher_death), 0, 0, 0)
            if os.getppid() != launcher:
                os._exit(1)

    as_account = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "umask": 0o077}
        if account
        else {}
    )
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL if own_group else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=own_group,
        preexec_fn=prepare_child,
        **as_account,  # type: ignore[arg-type]
    )


def stop(
    process: subprocess.Popen, *, by: signal.Signals = signal.SIGTERM, patience: float = 10, kill: bool = True
) -> None:
    """Ends a process started in a group of its own, and waits. After ``patience`` seconds its group is killed."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(by)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            if not kill:
                return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def reason_of(code: int) -> str:
    """Why a process ended, for a sentence: ``exit status 1`` or ``SIGKILL``."""
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


@dataclass
class Service:
    """One of the portal's processes, started again when it ends."""

    name: str
    launch: Callable[[], subprocess.Popen]
    patience: float = 6
    process: subprocess.Popen | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)

    def begin(self) -> None:
        self.process = self.launch()
        self.started = time.monotonic()


class Supervisor:
    """Starts services, starts them again when they end, and stops them all together.

    ``servers`` are watched in the same way, but stopped by whoever started them, after everything that uses them.
    """

    def __init__(self, servers: Sequence[Service] = ()) -> None:
        self.services: list[Service] = []
        self.servers = list(servers)

    def add(self, service: Service) -> Service:
        self.services.append(service)
        service.begin()
        return service

    def tick(self) -> None:
        """Looks at each service once: reports what ended and starts again what is due."""
        now = time.monotonic()
        for service in [*self.servers, *self.services]:
            if service.process is None:
                if now >= service.due:
                    service.begin()
            elif (code := service.process.poll()) is not None:
                self._ended(service, code, now)
            elif service.failures and now - service.started > STEADY_SECONDS:
                service.failures = 0

    def _ended(self, service: Service, code: int, now: float) -> None:
        assert service.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(service.process.pid, signal.SIGKILL)  # its own children, if any are left
        service.process = None
        service.failures = 1 if now - service.started > STEADY_SECONDS else service.failures + 1
        pause = min(2 ** (service.failures - 1), LONGEST_PAUSE)
        service.due = now + pause
        alarming = service.failures >= ALARMING_FAILURES
        say(
            "keeps_ending" if alarming else "restarting",
            name=service.name,
            reason=reason_of(code),
            times=service.failures,
            seconds=pause,
        )

    def run_until_ready(self, service: Service, ready: Callable[[], bool]) -> None:
        """Ticks until ``ready`` says so. Raises Problem when the service ends several times before."""
        while not ready():
            self.tick()
            if service.failures >= ALARMING_FAILURES:
                raise Problem("never_ready", name=service.name)
            time.sleep(0.05)

    def run(self) -> None:
        """Until StopRequested."""
        while True:
            self.tick()
            time.sleep(0.5)

    def stop(self) -> None:
        """Asks all at once, then waits for each."""
        running = [service for service in self.services if service.process is not None]
        for service in running:
            with contextlib.suppress(ProcessLookupError):
                assert service.process is not None
                service.process.terminate()
        deadline = time.monotonic() + max((service.patience for service in running), default=0)
        for service in running:
            assert service.process is not None
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.process.wait(max(0.1, deadline - time.monotonic()))
            stop(service.process, by=signal.SIGTERM, patience=0.1)
            service.process = None
