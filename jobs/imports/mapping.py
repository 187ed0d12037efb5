"""Which column of a list carries which field of an advert."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError

HERE = Path(__file__).parent

FIELDS = {
    "title": _("Job title"),
    "employer": _("Employer"),
    "place": _("Place of work"),
    "pay": _("Pay"),
    "address": _("Address"),
    "headcount": _("People wanted"),
    "education": _("Education"),
    "experience": _("Experience"),
    "duties": _("Duties"),
    "requirements": _("Conditions"),
    "tags": _("Tags and benefits"),
    "nature": _("Kind of ownership"),
    "staff": _("Number of staff"),
    "industry": _("Industry"),
    "id": _("Number at the source"),
    "url": _("Address of the page at the source"),
    "valid_until": _("Valid until"),
}
REQUIRED = ("title", "employer", "place", "pay")


class UnknownMapping(DomainError):
    message = _("There is no mapping “%(name)s”. Known are: %(known)s.")


class MappingIncomplete(DomainError):
    message = _("No column is chosen for: %(fields)s.")


@dataclass(frozen=True)
class ColumnMapping:
    """``columns[field]`` lists the columns that may carry the field; the first that is not empty counts."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    label: str = ""
    source: str = ""
    ignored: frozenset[str] = frozenset()

    def pick(self, values: Mapping[str, str], field: str) -> str:
        for column in self.columns.get(field, ()):
            value = values.get(column, "")
            if value.strip():
                return value
        return ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "columns": {field: list(columns) for field, columns in self.columns.items()},
        }

    @property
    def missing(self) -> list[str]:
        return [field for field in REQUIRED if not self.columns.get(field)]

    def require_complete(self) -> None:
        if self.missing:
            raise MappingIncomplete(fields="、".join(str(FIELDS[field]) for field in self.missing))


@cache
def built_in() -> dict[str, ColumnMapping]:
    """The mappings that come with the portal, by name."""
    found = {}
    for path in sorted((HERE / "mappings").glob("*.yaml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        found[path.stem] = _build(path.stem, data)
    return found


def mapping_named(name: str) -> ColumnMapping:
    try:
        return built_in()[name]
    except KeyError:
        raise UnknownMapping(name=name, known="、".join(built_in())) from None


def mapping_from_dict(stored: Mapping[str, Any]) -> ColumnMapping:
    """A mapping as a batch stores it."""
    return _build(stored.get("name", ""), stored)


def detect(headings: Iterable[str]) -> ColumnMapping | None:
    """The built-in mapping whose columns the list has, the one that covers most; None when none fits."""
    present = set(headings)
    fitting = []
    for mapping in built_in().values():
        covered = [field for field, columns in mapping.columns.items() if present.intersection(columns)]
        if all(field in covered for field in REQUIRED):
            fitting.append((len(covered) / len(mapping.columns), mapping))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def suggest(headings: Iterable[str]) -> ColumnMapping:
    """What the headings probably mean, for lists that no built-in mapping fits. May be incomplete."""
    words = {_key(word): field for field, words in words_of("headings").items() for word in words}
    columns: dict[str, tuple[str, ...]] = {}
    for heading in headings:
        key = _key(heading)
        field = words.get(key)
        if field is None:
            inside = [
                (len(word), word) for word in words if len(word) >= 2 and not word.isascii() and word in key
            ]
            field = words[max(inside)[1]] if inside else None
        if field and field not in columns:
            columns[field] = (heading,)
    return ColumnMapping("custom", columns)


def words_of(section: str) -> dict[str, Any]:
    return _words()[section]


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))


def _key(heading: str) -> str:
    return re.sub(r"[\s_*:：（()）\-]+", "", heading).lower()


def _build(name: str, data: Mapping[str, Any]) -> ColumnMapping:
    columns = {
        field: tuple([wanted] if isinstance(wanted, str) else wanted)
        for field, wanted in data.get("columns", {}).items()
        if field in FIELDS and wanted
    }
    return ColumnMapping(
        name, columns, data.get("label", name), data.get("source", ""), frozenset(data.get("ignored", ()))
    )
