import tempfile
import time
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from subsidies.proofs import claims


class Command(BaseCommand):
    help = (
        "Prove that many claims are approved, noticed, batched, paid, partly returned and paid again to the fen, and that "
        "nothing is paid twice. In a database of its own that is dropped at the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--claims", type=int, default=100_000, help="how many (100000)")
        parser.add_argument("--seed", type=int, default=1, help="of ages and of the bank's mood (1)")

    def handle(self, *args: object, seed: int, **options: object) -> None:
        # The frame of the benches stands above this app.
        frame = import_module("employment_portal.bench.frame")
        started = time.monotonic()
        with frame.database_of_its_own("portal_prove_claims"), tempfile.TemporaryDirectory() as spool:
            try:
                figures = claims.prove(
                    int(str(options["claims"])), seed=seed, spool=Path(spool), say=self.stdout.write
                )
            except claims.Broken as broken:
                raise CommandError(str(broken)) from broken
        self.stdout.write(
            f"{figures.claims:,} claims over {figures.fen / 100:,.2f} yuan, each paid exactly once, to the fen: "
            f"{figures.batches} batches, {figures.return_files} return files (each also a second time), "
            f"{figures.came_back:,} payments came back, {figures.corrected:,} accounts corrected, "
            f"{figures.tried_again:,} tried again; {figures.transfers:,} transfers, every check of the ledger holds. "
            f"{time.monotonic() - started:.0f} s"
        )
