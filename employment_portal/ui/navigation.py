"""Where every link of the header, tab bar, account menu, staff rail and footer comes from.

The composition layer registers entries once; a page asks for the entries of one place. An entry whose URL name
does not resolve is left out, so a link never leads nowhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

PUBLIC, PERSON, EMPLOYER, STAFF, ADMIN = "public", "person", "employer", "staff", "admin"
PLACES = frozenset({"header", "tabbar", "account", "rail", "footer"})


@dataclass(frozen=True)
class Entry:
    """One link: who sees it (``audiences``), where (``places``), under which heading (``group``)."""

    url_name: str
    label: Any
    icon: str
    audiences: frozenset[str]
    places: frozenset[str]
    group: Any = ""
    badge: Callable[[HttpRequest], int] | None = None
    visible: Callable[[HttpRequest], bool] | None = None


@dataclass(frozen=True)
class Item:
    """An entry as one request sees it."""

    label: Any
    icon: str
    url: str
    group: Any
    current: bool
    badge: int


_entries: list[Entry] = []
_audiences: list[Callable[[HttpRequest], set[str]]] = []


def entry(
    url_name: str,
    label: Any,
    icon: str,
    *,
    to: Iterable[str],
    places: Iterable[str],
    group: Any = "",
    badge: Callable[[HttpRequest], int] | None = None,
    visible: Callable[[HttpRequest], bool] | None = None,
) -> Entry:
    unknown = set(places) - PLACES
    if unknown:
        raise ValueError(f"{url_name}: no such place {', '.join(sorted(unknown))}")
    return Entry(url_name, label, icon, frozenset(to), frozenset(places), group, badge, visible)


def register(*entries: Entry) -> None:
    _entries.extend(entries)


def register_audiences(audiences: Callable[[HttpRequest], set[str]]) -> None:
    """Say which audiences a request belongs to. One function, from the layer that knows users and roles."""
    _audiences[:] = [audiences]


def audiences_of(request: HttpRequest) -> set[str]:
    return _audiences[0](request) if _audiences else {PUBLIC}


@cache
def url_of(name: str) -> str | None:
    """The address of a page without arguments, or None where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def items(place: str, request: HttpRequest) -> list[Item]:
    """The links of ``place`` for this request, in the order of registration; the most specific one is current."""
    mine = audiences_of(request)
    shown = []
    for candidate in _entries:
        if place not in candidate.places or not candidate.audiences & mine:
            continue
        url = url_of(candidate.url_name)
        if url is None or (candidate.visible and not candidate.visible(request)):
            continue
        shown.append((candidate, url))
    current = max(
        (url for _, url in shown if request.path == url or (url != "/" and request.path.startswith(url))),
        key=len,
        default=None,
    )
    return [
        Item(
            candidate.label,
            candidate.icon,
            url,
            candidate.group,
            url == current,
            candidate.badge(request) if candidate.badge else 0,
        )
        for candidate, url in shown
    ]
