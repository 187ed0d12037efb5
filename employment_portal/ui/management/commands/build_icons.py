import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

HEADER = "<!-- Tabler Icons, MIT, (c) 2020-2026 Paweł Kuna. Built by manage.py build_icons from vendor/icons.txt. -->"


class Command(BaseCommand):
    help = "Rebuild static/icons.svg from the names in static/vendor/icons.txt and an unpacked @tabler/icons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("outline", type=Path, help="folder icons/outline of the unpacked npm package")

    def handle(self, *args: Any, outline: Path, **options: Any) -> None:
        static = settings.BASE_DIR / "static"
        symbols = [HEADER]
        for name in (static / "vendor/icons.txt").read_text().split():
            source = outline / f"{name}.svg"
            if not source.exists():
                raise CommandError(f"{name}: no such icon in {outline}")
            paths = " ".join(
                path
                for path in re.findall(r"<path[^>]*/>", source.read_text())
                if "M0 0h24v24H0z" not in path
            )
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
        sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
        (static / "icons.svg").write_text(sprite)
        self.stdout.write(f"{len(symbols) - 1} icons, {len(sprite) // 1024} KB")
