"""What a later start need not do again: told from the files, and from the database itself."""

import contextlib
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from employment_portal.launcher.places import Places, write_whole
from employment_portal.launcher.servers import connect

SKIPPED = {".venv", ".git", "var", "node_modules", "shared"}


def project_folders(root: Path) -> list[Path]:
    return sorted(folder for folder in root.iterdir() if folder.is_dir() and folder.name not in SKIPPED)


def _digest(parts: Iterable[str]) -> str:
    digest = sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def migrations(root: Path) -> str:
    """Of every migration file, ours by content and the packages' by the lock."""
    files = [
        path for folder in project_folders(root) for path in sorted(folder.glob("**/migrations/[!_]*.py"))
    ]
    contents = [f"{path.relative_to(root)} {sha256(path.read_bytes()).hexdigest()}" for path in files]
    return _digest([*contents, _lock(root)])


def static_files(root: Path) -> str:
    """Of what collectstatic would collect."""
    return _files_in_folders_named("static", root)


def reference_data(root: Path) -> str:
    """Of the tables that ship with the portal."""
    return _files_in_folders_named("data", root)


def _files_in_folders_named(name: str, root: Path) -> str:
    """By size and time: they are many and large."""
    found = []
    for folder in project_folders(root):
        if folder.name == "tests":
            continue
        for source in [folder] if folder.name == name else folder.glob(f"**/{name}"):
            for path in source.rglob("*"):
                if path.is_file() and path.suffix not in {".py", ".pyc"}:
                    status = path.stat()
                    found.append(f"{path.relative_to(root)} {status.st_size} {status.st_mtime_ns}")
    return _digest([*sorted(found), _lock(root)])


def _lock(root: Path) -> str:
    return sha256((root / "requirements.txt").read_bytes()).hexdigest()


def applied_migrations(url: str) -> str:
    """Of what the database says it has, and which database it is; empty for an empty one."""
    import psycopg2

    with contextlib.closing(connect(url)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(
                "SELECT md5(string_agg(app || '.' || name, ',' ORDER BY app, name)),"
                " (SELECT oid FROM pg_database WHERE datname = current_database()) FROM django_migrations"
            )
        except psycopg2.errors.UndefinedTable:
            return ""
        names, database = cursor.fetchone()
        return f"{names} {database}" if names else ""


class Prepared:
    """What the last preparation left, in ``var/launcher/prepared.json``."""

    def __init__(self, places: Places):
        self.root = places.root
        self.path = places.state / "prepared.json"

    def is_current(self, url: str, *, sample: str, static_root: Path) -> bool:
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return False
        return static_root.is_dir() and kept == self._state(url, sample)

    def static_is_current(self, static_root: Path) -> bool:
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return False
        return static_root.is_dir() and kept.get("static") == static_files(self.root)

    def keep(self, url: str, *, sample: str) -> None:
        write_whole(self.path, json.dumps(self._state(url, sample), indent=1))

    def _state(self, url: str, sample: str) -> dict[str, str]:
        return {
            "migrations": migrations(self.root),
            "reference": reference_data(self.root),
            "applied": applied_migrations(url),
            "sample": sample,
            "static": static_files(self.root),
        }
