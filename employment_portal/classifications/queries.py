"""Finding an occupation or industry by the word that comes to mind."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex

from employment_portal.classifications.enums import OccupationLevel
from employment_portal.classifications.models import Industry, Occupation, OccupationAlias

LONGEST_QUERY = 40


@dataclass(frozen=True)
class Match:
    """A hit: the row, the names of the groups above it, and the other name that led to it (or "")."""

    item: Occupation | Industry
    path: str
    matched_alias: str = ""

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def name(self) -> str:
        return self.item.name


def _tidy(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace("\x00", "").split())[:LONGEST_QUERY]


def _tiers(text: str) -> list[Q]:
    """Conditions on name, pinyin and initials, best first."""
    tiers = [Q(name__iexact=text), Q(name__istartswith=text), Q(name__icontains=text)]
    if text.isascii() and text.isalnum():
        tiers += [Q(pinyin__startswith=text.lower()), Q(initials__startswith=text.lower())]
        if len(text) >= 4:
            tiers += [Q(pinyin__contains=text.lower())]
    return tiers


def search_occupations(text: str, *, limit: int = 10) -> list[Match]:
    """Occupations that fit ``text``: 外卖员 finds 网约配送员, ``kuaiji`` and ``kj`` find 会计专业人员.

    What people call it exactly comes first, then the official name, beginnings, parts, pinyin; last, when nothing
    else fits, a colloquial name inside a longer text (急招外卖员若干).
    """
    text = _tidy(text)
    if not text:
        return []
    found: dict[int, tuple[Occupation, str]] = {}
    aliases = OccupationAlias.objects.select_related("occupation")
    occupations = Occupation.objects.filter(level=OccupationLevel.OCCUPATION)

    def take(hits: Iterable[tuple[Occupation, str]]) -> None:
        for occupation, alias in hits:
            if len(found) < limit:
                found.setdefault(occupation.pk, (occupation, alias))

    for tier in _tiers(text):
        if len(found) >= limit:
            break
        alias_hits = aliases.filter(tier).order_by("rank", "name", "occupation__path")[: limit * 3]
        take((alias.occupation, alias.name) for alias in alias_hits)
        take((occupation, "") for occupation in occupations.filter(tier).order_by("path")[:limit])
    if not found:
        inside = aliases.annotate(place=StrIndex(Value(text.lower()), F("name"))).filter(place__gt=0)
        named = sorted(inside, key=lambda alias: (-len(alias.name), alias.rank))
        take((alias.occupation, alias.name) for alias in named if len(alias.name) > 1)
    return _with_paths(Occupation, found.values())


def search_industries(text: str, *, limit: int = 10) -> list[Match]:
    """Sections to classes of GB/T 4754 that fit ``text`` by code, name or pinyin; larger groups first."""
    text = _tidy(text)
    if not text:
        return []
    found: dict[int, tuple[Industry, str]] = {}
    for tier in [Q(code__iexact=text), *_tiers(text)]:
        for industry in Industry.objects.filter(tier).order_by("level", "path")[:limit]:
            if len(found) < limit:
                found.setdefault(industry.pk, (industry, ""))
    return _with_paths(Industry, found.values())


def _with_paths(model, hits: Iterable[tuple[Occupation | Industry, str]]) -> list[Match]:
    hits = list(hits)
    above = {code for item, _alias in hits for code in item.path.rstrip("/").split("/")[:-1]}
    names = dict(model.objects.filter(code__in=above).values_list("code", "name"))
    return [
        Match(item, " › ".join(names[code] for code in item.path.rstrip("/").split("/")[:-1]), alias)
        for item, alias in hits
    ]
