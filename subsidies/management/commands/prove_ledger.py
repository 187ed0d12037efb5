import time
from argparse import ArgumentParser
from importlib import import_module

from django.core.management.base import BaseCommand, CommandError

from subsidies.proofs import kills


class Command(BaseCommand):
    help = (
        "Prove that money is paid once: kill processes and backends at every statement boundary of building, releasing "
        "and applying, and let processes compete. In a database of its own that is dropped at the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=10, help="rounds of competing processes (10)")

    def handle(self, *args: object, rounds: int, **options: object) -> None:
        # The frame of the benches stands above this app.
        frame = import_module("employment_portal.bench.frame")
        started = time.monotonic()
        with frame.database_of_its_own("portal_prove_ledger"):
            try:
                tally = kills.prove(say=self.stdout.write)
                kills.compete(rounds, say=self.stdout.write)
            except kills.Broken as broken:
                raise CommandError(str(broken)) from broken
        self.stdout.write(
            f"{tally.kills} kills at {sum(tally.boundaries.values())} boundaries: {tally.nothing_done} times nothing had "
            f"happened, {tally.all_done} times all of it, never a part; every act repeated to the same end. "
            f"{time.monotonic() - started:.0f} s"
        )
