from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from employment_portal.core.calendar import import_calendar
from employment_portal.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Import the State Council's table of holidays and make-up days of one or more years from a CSV file."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="columns day,is_working,name,source; # starts a comment")

    def handle(self, *, file: Path, **options):
        try:
            with file.open(encoding="utf-8-sig") as lines:
                counts = import_calendar(lines)
        except (OSError, UnicodeDecodeError, DomainError) as error:
            raise CommandError(str(error)) from error
        for year, days in sorted(counts.items()):
            self.stdout.write(f"{year}: {days} days")
        self.stdout.write("Running processes use the new table within five minutes.")
