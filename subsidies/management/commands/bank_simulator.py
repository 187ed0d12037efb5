"""The simulated bank as a process of its own; ``manage.py up`` starts it beside the portal."""

import signal
import threading
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from subsidies.payments.simulator import Simulator


class Command(BaseCommand):
    help = "Answer payment files as a bank does, until it is stopped. How it behaves: /simulator/bank/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between rounds (2)")

    def handle(self, *args: object, once: bool, every: float, **options: object) -> None:
        if not settings.USE_SIMULATORS:
            raise CommandError(
                "This portal pays real money (USE_SIMULATORS is off): no simulated bank runs here."
            )
        simulator, stop = Simulator(), threading.Event()
        if not once:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            for name in simulator.work(today=timezone.localdate()):
                self.stdout.write(f"answered: {name}")
            if once:
                return
            stop.wait(every)
