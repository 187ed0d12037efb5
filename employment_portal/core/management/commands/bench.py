import pkgutil
from argparse import ArgumentParser
from importlib import import_module

from django.core.management.base import BaseCommand

PACKAGE = "employment_portal.bench"


def benches() -> dict[str, object]:
    """Each bench by its name: a module of the package that can ``run``."""
    package = import_module(PACKAGE)
    modules = {
        found.name: import_module(f"{PACKAGE}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    }
    return {name: module for name, module in modules.items() if hasattr(module, "run")}


class Command(BaseCommand):
    help = (
        "Measure speed as ratios, on data made in a database of its own that is dropped at the end. "
        "Exit status 1 when a bar is missed. The database user must be allowed to create databases."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(benches()))
        parser.add_argument("--rows", type=int, help="default: as many as its bars are for")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, name: str, rows: int | None, **options) -> None:
        frame = import_module(f"{PACKAGE}.frame")

        def say(text: str) -> None:
            self.stderr.write(text)

        bench = import_module(f"{PACKAGE}.{name}")
        rows = rows or bench.ROWS
        results = bench.run(rows, say=say)
        printed = frame.as_json if options["json"] else frame.as_table
        self.stdout.write(printed(name, rows, results))
        if not all(result.ok for result in results):
            raise SystemExit(1)
