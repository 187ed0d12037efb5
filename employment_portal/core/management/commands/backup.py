from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from employment_portal.core import backups


class Command(BaseCommand):
    help = (
        "Write the database and the uploaded files to one file. Keep the keys elsewhere: they are not in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a folder, or the file to write")

    def handle(self, *args: Any, target: Path, verbosity: int, **options: Any) -> None:
        now = timezone.localtime()
        if target.is_dir() or not target.suffix:
            target = target / f"portal-{now:%Y%m%d-%H%M%S}.tar"
        manifest = backups.write(target, made_at=now)
        if verbosity:
            size = target.stat().st_size / 2**20
            self.stdout.write(f"{target}: the database and {manifest.files} uploaded files, {size:.1f} MB")
