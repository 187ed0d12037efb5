import tarfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from employment_portal.core import backups, ownership


class Command(BaseCommand):
    help = "Bring a backup back into an empty database, or with --force in place of what is there."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace what the database holds, though others may be using it",
        )

    def handle(self, *args: Any, file: Path, force: bool, verbosity: int, **options: Any) -> None:
        try:
            archive = tarfile.open(file)  # noqa: SIM115 - closed by the with below
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        except tarfile.TarError:
            raise CommandError("This file is not a backup of the portal.") from None
        role = ownership.become_owner()
        with archive:
            manifest = backups.read_manifest(archive)
            loader = MigrationLoader(None)
            known = {f"{app}.{name}" for app, name in loader.disk_migrations}
            known |= {
                migration
                for migration in manifest.migrations
                if migration.split(".")[0] not in loader.migrated_apps
            }
            if reasons := backups.refusals(manifest, known_migrations=known):
                raise CommandError(" ".join(reasons))
            if not force and not backups.is_empty():
                raise CommandError(
                    "The database is not empty. Make a backup of it first; --force then replaces what it holds."
                )
            if not force and (count := backups.others_connected()):
                raise CommandError(f"{count} other sessions use the database. Stop the portal first.")
            connection.close()
            backups.restore(archive, manifest)
        if role:
            ownership.grant(role)
        if verbosity:
            self.stdout.write(f"Restored the backup of {manifest.made_at}: {manifest.files} uploaded files.")
            self.stdout.write(
                "Run 'manage.py migrate' if the portal is newer; 'manage.py up' does it by itself."
            )
