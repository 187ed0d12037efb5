from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from employment_portal.ledger.models import Seal, Transfer
from employment_portal.ledger.verification import findings


class Command(BaseCommand):
    help = (
        "Work out every balance, rule and seal of the ledger again, and name the first bad row of each check that "
        "fails. Exit status 1 when one does. Reads only; postings go on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fingerprint",
            default="",
            help="of a seal, from the log or an auditor's notes: it must still be in the chain",
        )

    def handle(self, *args: Any, fingerprint: str, **options: Any) -> None:
        with transaction.atomic():
            if not connection.savepoint_ids:  # one state of the whole ledger, while others post
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            bad = list(findings(fingerprint=fingerprint.strip().lower()))
            transfers, seals = Transfer.objects.count(), Seal.objects.count()
            sealed = sum(Seal.objects.values_list("transfers", flat=True))
        for finding in bad:
            self.stderr.write(str(finding))
        self.stdout.write(f"{transfers} transfers, {sealed} of them under {seals} seals.")
        if bad:
            raise SystemExit(1)
        self.stdout.write("The ledger is sound.")
