import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


def entry(use: Any) -> str:
    """A catalogue entry without its translation, to be filled in."""
    lines = [f"#: {use.place}"]
    if use.context:
        lines.append(f"msgctxt {quoted(use.context)}")
    lines.append(f"msgid {quoted(use.ident)}")
    if use.plural:
        lines += [f"msgid_plural {quoted(use.plural)}", 'msgstr[0] ""\n']
    else:
        lines.append('msgstr ""\n')
    return "\n".join(lines)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class Command(BaseCommand):
    help = (
        "Merge locale/src/*.po into the Chinese catalogue and compile it; list what has no translation yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, fail when anything is missing"
        )
        parser.add_argument(
            "--missing", default="", metavar="PATH", help="only list what PATH… lacks, as a .po"
        )

    def handle(self, *args: Any, check: bool, missing: str, **options: Any) -> None:
        try:
            from employment_portal.ui import catalogue
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is not installed: install tests/requirements.txt") from error

        if missing:
            for use in catalogue.untranslated():
                if use.place.startswith(missing):
                    self.stdout.write(entry(use))
            return
        po, mo = catalogue.rendered()
        target = catalogue.TARGET
        stale = [
            path.name
            for path, content in ((target / "django.po", po), (target / "django.mo", mo))
            if not path.exists() or path.read_bytes() != content
        ]
        if not check:
            target.mkdir(parents=True, exist_ok=True)
            (target / "django.po").write_bytes(po)
            (target / "django.mo").write_bytes(mo)
        problems = [f"conflict: {line}" for line in catalogue.conflicts()]
        problems += [f"placeholders: {line}" for line in catalogue.broken_placeholders()]
        problems += [f"no translation: {use.place}: {use.ident!r}" for use in catalogue.untranslated()]
        for problem in problems:
            self.stderr.write(problem)
        if check and (problems or stale):
            raise CommandError(f"{len(problems)} problems; out of date: {', '.join(stale) or 'none'}")
        self.stdout.write(f"{len(list(catalogue.merged())) - 1} messages merged, {len(problems)} problems")
