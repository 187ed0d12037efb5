"""The project's own Python environment: made, filled from a lock of hashes, and entered."""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections import deque
from hashlib import sha256
from pathlib import Path

from employment_portal.launcher import processes
from employment_portal.launcher.messages import Problem, say
from employment_portal.launcher.places import Busy, Lock, Places, require_space

LOCKS = ("requirements.txt", "tests/requirements.txt")
ENTERED = "PORTAL_ENTERED_ENVIRONMENT"
NEEDED_MEGABYTES = 1200  # the packages and what pip unpacks on the way
PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
NETWORK_SIGNS = (
    "NewConnectionError", "NameResolutionError", "Temporary failure in name resolution", "ConnectTimeoutError",
    "Network is unreachable", "Connection refused", "Connection to", "Max retries exceeded", "ProxyError",
    "ReadTimeoutError", "connection broken",
)  # fmt: skip


class Environment:
    """``.venv`` in the project's folder, with a stamp for each lock whose packages it holds."""

    def __init__(self, places: Places):
        self.places = places
        self.folder = places.root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.unfinished = places.state / "environment-unfinished"

    def enter(self, lock_name: str, arguments: list[str]) -> None:
        """Returns when this interpreter has the lock's packages; else goes on in the one that has, from the start."""
        lock = self.places.root / lock_name
        if self.is_current():
            os.environ.pop(ENTERED, None)
            if not self.unfinished.exists() and (self.has(lock_name) or matches(lock)):
                self._set_stamps(lock_name)
                return
            self.prepare(lock_name)
        elif matches(lock):
            return
        elif self.unfinished.exists() or not self._works():
            self.prepare(lock_name)
        if os.environ.get(ENTERED) and not self.is_current():
            raise Problem("environment_loop", folder=self.folder)
        os.environ[ENTERED] = "1"
        os.execv(self.python, [str(self.python), str(self.places.root / "manage.py"), *arguments])

    def is_current(self) -> bool:
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def has(self, lock_name: str) -> bool:
        try:
            return self._stamp(lock_name).read_text() == digest(self.places.root / lock_name)
        except OSError:
            return False

    def prepare(self, lock_name: str) -> None:
        """Makes the environment and installs the lock's packages, unless that is done. Safe to kill anywhere."""
        if self.has(lock_name) and not self.unfinished.exists() and self._works():
            return
        self.places.make()
        making = Lock(self.places.state / "environment.lock")
        try:
            making.take()
        except Busy:
            say("being_installed")
            making.take(wait=True)
        try:
            if self.has(lock_name) and not self.unfinished.exists() and self._works():
                return
            require_space(self.places.root, NEEDED_MEGABYTES)
            afresh = self.folder.exists() and (self.unfinished.exists() or not self._works())
            self.unfinished.touch()
            if afresh or not self.folder.exists():
                self._make(afresh)
            self._install(lock_name)
            self._set_stamps(lock_name)
            self.unfinished.unlink()
        finally:
            making.release()

    def _works(self) -> bool:
        try:
            return subprocess.run([self.python, "-c", ""], capture_output=True).returncode == 0
        except OSError:
            return False

    def _make(self, afresh: bool) -> None:
        say("making_environment", folder=self.folder)
        if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
            raise Problem("no_venv")
        base = getattr(sys, "_base_executable", None) or sys.executable
        command = [base, "-m", "venv", *(["--clear"] if afresh else []), self.folder]
        process = processes.start(command, output=subprocess.PIPE)
        output = process.communicate()[0].decode(errors="replace")
        if process.returncode:
            raise explain(output, self.places.root, self.folder) or Problem(
                "venv_failed", folder=self.folder, reason=last_line(output)
            )

    def _install(self, lock_name: str) -> None:
        lock = self.places.root / lock_name
        count = len(pins(lock))
        began = time.monotonic()
        say("installing", count=count, lock=lock_name)
        if subprocess.run([self.python, "-c", "import pip"], capture_output=True).returncode:
            subprocess.run([self.python, "-m", "ensurepip"], check=True, capture_output=True)
        command = [
            self.python, "-m", "pip", "install", "--require-hashes", "--no-input",
            "--disable-pip-version-check", "--progress-bar", "off", "--no-warn-script-location", "--retries", "3",
            "-r", lock,
        ]  # fmt: skip
        log = self.places.logs / "packages.log"
        process = processes.start(command, output=subprocess.PIPE)
        assert process.stdout is not None
        tail: deque[str] = deque(maxlen=200)
        fetched, told, touched = 0, 0, False
        with log.open("w", encoding="utf-8") as file:
            for raw in process.stdout:
                line = raw.decode(errors="replace")
                file.write(line)
                tail.append(line)
                if line.startswith(("Collecting ", "Requirement already satisfied")):
                    fetched += 1
                    if fetched - told >= max(10, count // 5):
                        told = fetched
                        say("downloading", done=fetched, count=count)
                elif line.startswith("Installing collected packages"):
                    touched = True
                    say("unpacking")
        if process.wait():
            output = "".join(tail)
            if not touched:  # the environment is as it was: the next try need not make it again
                self.unfinished.unlink()
            raise explain(output, self.places.root, log) or Problem(
                "pip_failed", reason=last_line(output), log=log
            )
        say("installed", seconds=round(time.monotonic() - began))

    def _stamp(self, lock_name: str) -> Path:
        return self.folder / f"installed-{lock_name.replace('/', '-')}.sha256"

    def _set_stamps(self, lock_name: str) -> None:
        if self.has(lock_name):
            return
        installed = pins(self.places.root / lock_name)
        for other in LOCKS:
            path = self.places.root / other
            if path.exists() and pins(path).items() <= installed.items():
                self._stamp(other).write_text(digest(path))
            else:
                self._stamp(other).unlink(missing_ok=True)


def digest(lock: Path) -> str:
    return sha256(lock.read_bytes()).hexdigest()


def pins(lock: Path) -> dict[str, str]:
    return {
        match["name"].lower(): match["version"] for match in PIN.finditer(lock.read_text(encoding="utf-8"))
    }


def matches(lock: Path) -> bool:
    """Whether the running interpreter has every package of the lock that applies to this machine."""
    try:
        from packaging.requirements import InvalidRequirement, Requirement  # among the locked packages
    except ImportError:
        return False
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not PIN.match(line):
            continue
        try:
            requirement = Requirement(line.rstrip(" \\"))
        except InvalidRequirement:
            return False
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            return False
        if not requirement.specifier.contains(version, prereleases=True):
            return False
    return True


def explain(output: str, root: Path, log: Path) -> Problem | None:
    """The sentence for what pip or venv said; None when it is none of the known troubles."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return Problem("disk_full", folder=root)
    if "DO NOT MATCH THE HASHES" in output:
        return Problem("bad_hash", lock="requirements.txt", log=log)
    if "ensurepip is not available" in output or "No module named ensurepip" in output:
        return Problem("no_venv")
    if any(sign in output for sign in NETWORK_SIGNS):
        return Problem("no_network")
    denied = re.search(r"(Permission denied|Read-only file system): '([^']+)'", output)
    if denied:
        return Problem("not_writable", folder=denied[2], reason=denied[1])
    return None


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "?"
