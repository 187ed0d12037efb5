"""A portal of its own below a temporary folder, driven through ``manage.py`` as a user drives it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVEN = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "USE_SIMULATORS", "DEBUG", "LANG", "LC_ALL")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """``folder`` is open to read for all, because PostgreSQL runs as another account when root runs the tests."""

    def __init__(self, *, python: str = sys.executable, root: Path = ROOT):
        self.folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.var = self.folder / "var"
        self.root = root
        self.python = python
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def log(self) -> Path:
        return self.folder / "output"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **extra: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in GIVEN and not name.startswith("PYTEST")
        }
        return kept | {"PORTAL_VAR": str(self.var), "PORTAL_SERVERS": str(self.folder / "servers")} | extra

    def command(
        self, *arguments: str, timeout: float = 120, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.root, env=self.environment(**extra), capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip

    def start(self, *arguments: str, **extra: str) -> None:
        """Begins ``manage.py up`` with a log of its own."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.python, "manage.py", "up", "--port", str(self.port), "--no-sample", *arguments],
                cwd=self.root, env=self.environment(**extra), stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def wait_until_ready(self, patience: float = 120) -> None:
        assert self.process is not None
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if "Press Ctrl-C" in self.log.read_text():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"The portal did not come up:\n{self.log.read_text()}")

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(by)
        code = self.process.wait(60)
        self.process = None
        return code

    def processes(self) -> list[str]:
        """The command lines that have to do with this folder or port."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environ = entry.joinpath("environ").read_bytes().decode(errors="replace")
                if str(self.folder) in line or f"PORTAL_VAR={self.var}" in environ:
                    found.append(f"{entry.name} {line}")
        return found

    def wait_until_nothing_runs(self, patience: float = 30) -> None:
        deadline = time.monotonic() + patience
        while left := self.processes():
            assert time.monotonic() < deadline, left
            time.sleep(0.1)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.wait_until_nothing_runs()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
