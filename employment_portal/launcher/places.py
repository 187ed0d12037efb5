"""Where the launcher keeps things: everything below ``var/``, but the database when root starts the portal."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from employment_portal.launcher.messages import Problem

ROOT = Path(__file__).resolve().parents[2]
UNPRIVILEGED = "nobody"  # runs PostgreSQL, which refuses root, when root starts the portal
ROOT_SERVERS = Path("/var/lib/employment-portal")
THROWAWAY = "-test"  # how the name of a test run's home ends
SOCKET_PATH_BYTES = 107  # sun_path on Linux, without its closing zero
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Places:
    """The folders of one instance: the portal's own (``var/``), or a test run's (``var/test-1/``)."""

    root: Path
    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def state(self) -> Path:
        return self.var / "launcher"

    @property
    def keys(self) -> Path:
        return self.var / "keys.env"

    @property
    def database(self) -> Path:
        """The home of PostgreSQL: a folder, or as root a link to one outside of any HOME."""
        return self.var / "postgresql"

    @property
    def queue(self) -> Path:
        return self.var / "redis"

    def make(self) -> None:
        for folder in (self.var, self.logs, self.state):
            folder.mkdir(parents=True, exist_ok=True)
        probe = self.state / f".probe-{os.getpid()}"
        try:
            probe.write_bytes(b"\0" * 4096)
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()


def portal_places() -> Places:
    return Places(ROOT, Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute())


def require_space(folder: Path, megabytes: int) -> None:
    """Raises Problem when less than so much is free where the folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise Problem("disk_nearly_full", free=free, folder=folder, needed=megabytes)


# --- PostgreSQL's home -----------------------------------------------------------------------------------


def server_account() -> pwd.struct_passwd | None:
    """The account that PostgreSQL must change to; None when the portal is not started by root."""
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def database_home(places: Places, *, throwaway: bool = False) -> Path:
    """The folder for PostgreSQL's data, made when missing. No existing folder's permissions are changed.

    A ``throwaway`` one outside the checkout goes when its checkout has gone. Others stay until somebody deletes them.
    """
    account = server_account()
    link = places.database
    if account is None:
        home = link.resolve() if link.is_symlink() else link
        _check_owner(home, os.geteuid())
        home.mkdir(mode=0o700, exist_ok=True)
        return home
    if link.is_symlink() and link.exists():
        home = link.resolve()
        _check_owner(home, account.pw_uid)
        return home
    _check_owner(link, account.pw_uid)
    base = root_servers()
    _remove_abandoned(base)
    home = base / f"{places.root.name}-{secrets.token_hex(4)}{THROWAWAY if throwaway else ''}"
    (base / f"{home.name}.made-for").write_text(f"{link}\n")
    home.mkdir(mode=0o700)
    os.chown(home, account.pw_uid, account.pw_gid)
    replacement = link.with_name(f".{link.name}-{os.getpid()}")
    replacement.symlink_to(home)
    replacement.replace(link)
    return home


def _remove_abandoned(base: Path) -> None:
    """Removes the throwaway homes that no checkout leads to any more.

    Another checkout may start at the same time and remove the same ones.
    """
    for note in base.glob(f"*{THROWAWAY}.made-for"):
        with contextlib.suppress(FileNotFoundError):
            home, link = note.with_suffix(""), Path(note.read_text().strip())
            if link.resolve() != home:
                shutil.rmtree(home, ignore_errors=True)
                note.unlink()


def root_servers() -> Path:
    """The folder outside HOME that holds the data and the programs when root starts the portal."""
    base = Path(os.environ.get("PORTAL_SERVERS") or ROOT_SERVERS).absolute()
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    for folder in (base, *base.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise Problem("folder_closed", user=UNPRIVILEGED, folder=folder)
    if base.stat().st_uid != 0 or base.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Problem("folder_unsafe", folder=base)
    return base


def _check_owner(folder: Path, uid: int) -> None:
    try:
        owner = folder.stat().st_uid
    except FileNotFoundError:
        return
    if owner != uid:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise Problem("other_owner", folder=folder, owner="root" if name == UNPRIVILEGED else name)


def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Path:
    """A folder for a server's socket, closed to all but its account. Below ``home`` where that is short and plain."""
    owner = account.pw_uid if account else os.geteuid()
    folder = home / "run"
    plain = all(
        character.isascii() and (character.isalnum() or character in "/._-") for character in str(folder)
    )
    if not plain or len(os.fsencode(folder / LONGEST_SOCKET_NAME)) > SOCKET_PATH_BYTES:
        name = sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()).absolute() / f"employment-portal-{owner}-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()} or found.st_mode & 0o022:
        raise Problem("folder_unsafe", folder=folder)
    if account and found.st_uid != owner:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


# --- locks -----------------------------------------------------------------------------------------------


class Busy(Exception):
    """Somebody else holds the lock. ``note`` is what they wrote in it."""

    def __init__(self, note: str):
        super().__init__(note)
        self.note = note


class Lock:
    """A file lock that ends with its process, however that ends."""

    def __init__(self, path: Path):
        self.path = path
        self._file: int | None = None

    def take(self, *, wait: bool = False) -> None:
        """Raises Busy when somebody has it and ``wait`` is not set."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            note = os.pread(handle, 1000, 0).decode(errors="replace")
            os.close(handle)
            raise Busy(note) from None
        os.ftruncate(handle, 0)
        self._file = handle

    def write(self, note: str) -> None:
        assert self._file is not None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, note.encode(), 0)

    def release(self) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Waits for the lock and holds it."""
    lock = Lock(path)
    lock.take(wait=True)
    try:
        yield
    finally:
        lock.release()


def write_whole(path: Path, content: str, mode: int = 0o600) -> None:
    """Writes a file so that it is there whole or not at all, whenever the machine stops."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
