from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from employment_portal.registers import simulator
from employment_portal.registers.enums import Register


class Command(BaseCommand):
    help = "Write the invented registers of the people in this database as files, or make the platform misbehave."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, help="folder for the files")
        parser.add_argument("--register", choices=Register.values, help="only this one")
        parser.add_argument(
            "--misbehave", choices=[*simulator.WAYS, "no"], help="from now on, for a day; 'no' ends it"
        )

    def handle(
        self, *args: Any, out: Path | None, register: str | None, misbehave: str | None, **options: Any
    ) -> None:
        if misbehave:
            cache.set(simulator.MISBEHAVIOUR, "" if misbehave == "no" else misbehave, 24 * 3600)
            self.stdout.write(f"misbehaviour: {misbehave}")
        if out is None:
            if not misbehave:
                raise CommandError("Name a folder with --out, or a way to --misbehave.")
            return
        out.mkdir(parents=True, exist_ok=True)
        for name in [register] if register else Register.values:
            rows = list(simulator.register_rows(name, on=timezone.localdate()))
            (out / f"{name}.csv").write_bytes(simulator.as_csv(name, rows))
            self.stdout.write(f"{name}.csv: {len(rows)} rows")
