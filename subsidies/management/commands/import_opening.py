from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.core.errors import DomainError
from subsidies.opening import actions
from subsidies.opening.exports import reason
from subsidies.opening.models import OpeningState


class Command(BaseCommand):
    help = (
        "Check the opening data of an old system (one XLSX file or up to three CSV files) and print the report. With "
        "--approve-by a file without errors is taken over, all of it or nothing. Columns: docs/operations.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--source", required=True, help="name of the old system")
        parser.add_argument("--by", required=True, help="e-mail of the officer who brings the file")
        parser.add_argument("--approve-by", default="", help="e-mail of the second officer")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = [(path.name, path.read_bytes()) for path in options["files"]]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        try:
            batch = actions.receive_opening(
                files=files, source=options["source"], by=_user(options["by"]), now=timezone.now()
            )
            batch = actions.check_opening(batch_id=batch.pk)
            for row in batch.rows.exclude(error="").order_by("number"):
                self.stderr.write(f"{row.get_kind_display()} {row.source_id or row.number}: {reason(row)}")
            self.stdout.write(f"{batch.row_count} rows, {batch.error_count} with errors: {batch.totals}")
            if options["approve_by"] and batch.state == OpeningState.CHECKED:
                actions.approve_opening(batch_id=batch.pk, by=_user(options["approve_by"]))
                batch = actions.apply_opening(batch_id=batch.pk, now=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        if batch.state == OpeningState.FAULTY:
            raise CommandError(batch.problem or "Nothing was taken over.")
        self.stdout.write(f"{batch.get_state_display()}: {batch.public_id}")


def _user(email: str) -> User:
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return found
