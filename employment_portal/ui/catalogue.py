"""The Chinese catalogue: one source file per package, merged and compiled into the one that Django reads.

``locale/src/<package>.po`` are written by hand; ``locale/zh_Hans/LC_MESSAGES/django.po`` and ``.mo`` are made of
them by ``manage.py translations``. Babel is a development tool: the portal itself reads only the ``.mo``.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = settings.BASE_DIR / "locale/src"
TARGET = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES"
CODE = ("employment_portal", "jobs", "training", "entrepreneurship", "subsidies")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # fixed: the files change only when a translation does

Key = tuple[str, str]  # context, message id


def sources() -> dict[str, Catalog]:
    return {path.name: _read(path) for path in sorted(SOURCES.glob("*.po"))}


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def key(message: Message) -> Key:
    return message.context or "", message.id[0] if isinstance(message.id, tuple) else message.id


def text(message: Message) -> str:
    return message.string[0] if isinstance(message.string, tuple) else message.string


def conflicts() -> list[str]:
    """Message ids that two source files translate differently, as sentences."""
    first: dict[Key, tuple[str, str]] = {}
    found = []
    for name, catalogue in sources().items():
        for message in catalogue:
            if not message.id:
                continue
            before = first.setdefault(key(message), (name, text(message)))
            if before[1] != text(message):
                found.append(
                    f"{key(message)[1]!r}: {before[0]} says {before[1]!r}, {name} says {text(message)!r}"
                )
    return found


def merged() -> Catalog:
    """Every source in one catalogue, ordered by message id; the first file in the alphabet wins a conflict."""
    chosen: dict[Key, Message] = {}
    for catalogue in sources().values():
        for message in catalogue:
            if message.id and text(message):
                chosen.setdefault(key(message), message)
    result = Catalog(
        locale="zh_Hans",
        project="employment-portal",
        header_comment="# Made by manage.py translations from locale/src: edit those files.",
        creation_date=EPOCH,
        revision_date=EPOCH,
        fuzzy=False,
    )
    for wanted in sorted(chosen):
        message = chosen[wanted]
        string = (text(message),) if isinstance(message.id, tuple) else text(message)
        result.add(message.id, string, context=message.context, flags=message.flags)
    return result


def rendered() -> tuple[bytes, bytes]:
    """The merged catalogue as the bytes of ``django.po`` and ``django.mo``."""
    catalogue = merged()
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, omit_header=False, width=100, no_location=True)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


@dataclass(frozen=True)
class Use:
    """A message as the code or a template asks for it: ``plural`` is "" for a message without number."""

    place: str
    context: str
    ident: str
    plural: str

    @property
    def key(self) -> Key:
        return self.context, self.ident


def used() -> list[Use]:
    """Every message of the code and templates, once, with one place where it stands."""
    found: dict[Key, Use] = {}
    for use in _uses():
        found.setdefault(use.key, use)
    return list(found.values())


def _uses() -> Iterator[Use]:
    root = settings.BASE_DIR
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _extracted(path, path.read_bytes())
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".xml", ".webmanifest", ".js"}:
            code = templatize(path.read_text(), origin=str(path))
            # The lines are blanked text: their indentation means nothing, and the tokenizer must not read it.
            yield from _extracted(path, "\n".join(line.strip() for line in code.splitlines()).encode())


def _extracted(path: Path, code: bytes) -> Iterator[Use]:
    name = str(path.relative_to(settings.BASE_DIR))
    for line, message, _comments, context in extract("python", io.BytesIO(code), keywords=KEYWORDS):
        ident, plural = message[:2] if isinstance(message, tuple) else (message, "")
        if ident:
            yield Use(f"{name}:{line}", context or "", ident, plural)


def untranslated() -> list[Use]:
    have = {key(message) for message in merged() if message.id}
    return [use for use in used() if use.key not in have]


def broken_placeholders() -> list[str]:
    """Translations whose placeholders are not those of their message id."""
    found = []
    for message in merged():
        if not message.id:
            continue
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set().union(*(PLACEHOLDER.findall(form) for form in forms))
        if not set(PLACEHOLDER.findall(text(message))) <= wanted or not wanted.issubset(
            PLACEHOLDER.findall(text(message))
            + (["%(n)s", "%(count)s", "%(n)d", "%(count)d"] if len(forms) > 1 else [])
        ):
            found.append(f"{forms[0]!r} -> {text(message)!r}")
    return found
