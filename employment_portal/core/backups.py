"""One file that holds the portal's data: a dump of the database, the uploaded files, and what is needed to check both.

The keys are not in it (docs/operations.md says where they are kept), only their names: a backup restored under other
keys would show nobody's identity number ever again.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from employment_portal.core.encryption import current_key_id, key_id, parse_key
from employment_portal.launcher.postgresql import client_program

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "media/"
# pg_restore writes it for servers from 17 on, older ones don't know it
ONLY_NEW_SERVERS = b"SET transaction_timeout = 0;\n"

_after_restore: list[Callable[[], object]] = []


def after_restore(call: Callable[[], object]) -> None:
    """Register what an app does once a backup is back in the database (from AppConfig.ready)."""
    _after_restore.append(call)


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``keys`` and ``hash_key`` name keys without giving them away."""

    format: int
    made_at: str
    server: str
    keys: list[str]
    hash_key: str
    migrations: list[str]
    files: int


def hash_key_name() -> str:
    return hashlib.sha256(b"field hash key id" + settings.FIELD_HASH_KEY.encode()).hexdigest()[:8]


def configured_keys() -> list[str]:
    return [key_id(parse_key(text)) for text in settings.FIELD_ENCRYPTION_KEYS] or [current_key_id()]


def describe(made_at: datetime, files: int) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return Manifest(FORMAT, made_at.isoformat(), server, configured_keys(), hash_key_name(), applied, files)


# --- making one --------------------------------------------------------------------------------------------


def write(target: Path, *, made_at: datetime) -> Manifest:
    """Writes the backup, whole or not at all, readable by its owner alone. Raises CommandError, OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            dump = Path(folder, DUMP)
            _run(
                [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--file", str(dump)]
            )
            media = sorted(_stored_files())
            manifest = describe(made_at, len(media))
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
                _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
                archive.add(dump, DUMP)
                for path in media:
                    archive.add(
                        path, f"{FILES}{path.relative_to(settings.MEDIA_ROOT).as_posix()}", recursive=False
                    )
                archive.close()
                file.flush()
                os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    return manifest


def _stored_files() -> Iterator[Path]:
    """The uploaded files below MEDIA_ROOT."""
    root = Path(settings.MEDIA_ROOT)
    return (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


# --- bringing one back ---------------------------------------------------------------------------------------


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    try:
        first = archive.next()  # looking it up by name would read the whole file
        content = archive.extractfile(first) if first and first.name == MANIFEST else None
        manifest = Manifest(**json.load(content)) if content else None
    except (tarfile.TarError, ValueError, TypeError):
        manifest = None
    if manifest is None:
        raise CommandError("This file is not a backup of the portal.") from None
    if manifest.format != FORMAT:
        raise CommandError(
            f"The backup has format {manifest.format}; this version of the portal reads {FORMAT}."
        )
    return manifest


def refusals(manifest: Manifest, *, known_migrations: set[str]) -> list[str]:
    """Why the backup must not be restored here, each a sentence."""
    found = []
    missing = set(manifest.keys) - set(configured_keys())
    if missing:
        found.append(
            f"It was made with the encryption keys {', '.join(sorted(missing))}, which are not in "
            "FIELD_ENCRYPTION_KEYS: its identity and account numbers could not be read. Add them first."
        )
    if manifest.hash_key != hash_key_name():
        found.append(
            "It was made with another FIELD_HASH_KEY: nobody would be found by their number. Set that one first."
        )
    newer = sorted(set(manifest.migrations) - known_migrations)
    if newer:
        found.append(
            f"It comes from a newer version of the portal (it has {newer[0]}). Update the portal first."
        )
    return found


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
        return cursor.fetchone()[0]


def others_connected() -> int:
    """How many other sessions use the database: a portal that runs would block the restore or mix with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


def restore(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Replaces the database in one transaction, then the uploaded files; the old files stay beside the new.

    Raises CommandError, and leaves everything as it was, when the database does not take the backup.
    """
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".restore-") as folder:
        incoming = Path(folder)
        _extract(archive, incoming, files=manifest.files)
        connection.close()
        _load(incoming / DUMP)
        files = incoming / FILES
        files.mkdir(exist_ok=True)
        if root.exists() and any(root.iterdir()):
            root.rename(root.with_name(f"{root.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}"))
        elif root.exists():
            root.rmdir()
        files.rename(root)
    for call in _after_restore:
        call()


def _extract(archive: tarfile.TarFile, folder: Path, *, files: int) -> None:
    """Writes the dump and the uploaded files; takes nothing that is no plain file or would leave the folder."""
    taken = 0
    try:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            wanted = member.name == DUMP or member.name.startswith(FILES)
            if not wanted or not member.isfile() or ".." in parts or member.name.startswith("/"):
                continue
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            source = archive.extractfile(member)
            assert source is not None
            with source, target.open("wb") as file:
                shutil.copyfileobj(source, file, 2**20)
            taken += member.name != DUMP
    except tarfile.TarError:
        raise CommandError("The backup is damaged: the file ends too early. Nothing was changed.") from None
    if taken != files or not (folder / DUMP).exists():
        raise CommandError("The backup is damaged: a part of it is missing. Nothing was changed.")


def _load(dump: Path) -> None:
    reading = subprocess.Popen(
        [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with tempfile.TemporaryFile() as complaints:
        writing = subprocess.Popen(
            [
                program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--output", os.devnull,
                "--set", "ON_ERROR_STOP=1", "--set", "VERBOSITY=terse",
            ],
            env=os.environ | server_environment(),
            stdin=subprocess.PIPE,
            stderr=complaints,
        )  # fmt: skip
        assert reading.stdout is not None
        assert reading.stderr is not None
        assert writing.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.write(
                b"SET lock_timeout = '10s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
            )
            _pass_on(reading.stdout, writing.stdin)
            if reading.wait() != 0:
                writing.kill()  # before it sees the end of its input and commits half a dump
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.close()
        reading.stdout.close()
        reason = reading.stderr.read().decode(errors="replace").strip()
        reading.wait()
        if writing.wait() or reading.returncode:
            complaints.seek(0)
            reason = complaints.read().decode(errors="replace").strip() or reason
            raise CommandError(
                f"The database did not take the backup, and is as it was: {reason.splitlines()[0]}"
            )


def _pass_on(source: IO[bytes], target: IO[bytes]) -> None:
    for _ in range(100):  # the settings stand at the beginning
        line = source.readline()
        if not line:
            return
        if line != ONLY_NEW_SERVERS:
            target.write(line)
    shutil.copyfileobj(source, target, 2**20)


# --- PostgreSQL's programs -----------------------------------------------------------------------------------


def program(name: str) -> str:
    found = client_program(name)
    if found is None:
        raise CommandError(
            f"{name} is not installed. Install PostgreSQL's client programs (postgresql-client)."
        )
    return str(found)


def server_environment() -> dict[str, str]:
    """The database's address for libpq. The password stays out of the command line, where others could read it."""
    database: dict[str, Any] = settings.DATABASES["default"]
    named = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": connection.settings_dict["NAME"],
        "PGSSLMODE": database.get("OPTIONS", {}).get("sslmode"),
        "PGSSLROOTCERT": database.get("OPTIONS", {}).get("sslrootcert"),
    }
    return {name: str(value) for name, value in named.items() if value}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, env=os.environ | server_environment(), capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"{Path(command[0]).name} ended with {done.returncode}"]
        raise CommandError(f"The database could not be copied: {lines[0]}")
