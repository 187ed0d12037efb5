import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from employment_portal.launcher.messages import text
from employment_portal.sample.load import SIZES, load_sample


class Command(BaseCommand):
    help = "Load the sample city, once. Everybody and everything in it is invented."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="demo")

    def handle(self, *args: Any, size: str, **options: Any) -> None:
        began = time.monotonic()

        def say(key: str, **values: Any) -> None:
            self.stdout.write(text(key, seconds=round(time.monotonic() - began), **values))
            self.stdout.flush()

        if load_sample(size=size, tell=lambda stage: say("sample_stage", stage=text(f"sample_{stage}"))):
            say("sample_loaded")
