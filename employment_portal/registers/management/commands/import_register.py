from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from employment_portal.core.errors import DomainError
from employment_portal.registers import actions
from employment_portal.registers.enums import Register, RowOutcome
from employment_portal.registers.models import RegisterRow


class Command(BaseCommand):
    help = "Import a file of a register (CSV or XLSX). Importing it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("register", choices=Register.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="who delivers the file")

    def handle(self, *args: Any, register: str, file: Path, source: str, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                batch = actions.open_batch(
                    register=register,
                    source=source,
                    file_name=file.name,
                    sha256=actions.sha256_of(stream),
                    by=None,
                    now=timezone.now(),
                )
                batch = actions.run_batch(batch_id=batch.pk, stream=stream)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for outcome, count in batch.counts:
            self.stdout.write(f"{outcome.label}: {count}")
        refused = RegisterRow.objects.filter(batch=batch, outcome=RowOutcome.REJECTED)
        for row in refused[:20]:
            self.stdout.write(f"  {row.number} {row.source_id}: {row.reason}")
