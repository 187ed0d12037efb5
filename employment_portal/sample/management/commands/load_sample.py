from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from employment_portal.sample.load import SIZES, load_sample


class Command(BaseCommand):
    help = "Load the sample city, once. Everybody and everything in it is invented."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="demo")

    def handle(self, *args: Any, size: str, **options: Any) -> None:
        loaded = load_sample(size=size)
        self.stdout.write("sample city loaded" if loaded else "the sample city is there already")
