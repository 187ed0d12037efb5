"""Finding a place by what people type: its name, an old or colloquial one, pinyin or its initials."""

import re
import unicodedata

from django.conf import settings
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from employment_portal.regions.enums import RegionKind
from employment_portal.regions.models import Region, RegionAlias

LONGEST_QUERY = 40


def search_regions(text: str, *, limit: int = 10, within: Region | None = None) -> list[Region]:
    """Places in use that fit ``text``, best first: 锦江, 成都锦江, 新津县, jinjiang, jjq.

    Exact names come before beginnings, those before parts and pinyin; then larger places before smaller.
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()[:LONGEST_QUERY]
    if not text:
        return []
    regions = Region.objects.active()
    if within is not None:
        regions = regions.under(within)
    if text.isascii():
        tiers = _latin_tiers(re.sub(r"[^a-z0-9]", "", text))
    else:
        tiers = _chinese_tiers(text)
    found: dict[int, Region] = {}
    for tier in tiers:
        ranked = regions.filter(tier).exclude(pk__in=found).order_by("level", "path")
        for region in ranked[: limit - len(found)]:
            found[region.pk] = region
        if len(found) >= limit:
            break
    if not found and not text.isascii():
        # 成都锦江: the characters in this order, with 四川省, 市 and 区 left out
        scattered = Q(full_name__regex=".*".join(re.escape(char) for char in text))
        return list(regions.filter(scattered).order_by("level", "path")[:limit])
    return list(found.values())


def _aliased(**condition) -> Q:
    return Q(Exists(RegionAlias.objects.filter(region=OuterRef("pk"), **condition)))


def _chinese_tiers(text: str) -> list[Q]:
    return [
        Q(name=text) | Q(short_name=text) | Q(full_name=text) | _aliased(name=text),
        Q(name__startswith=text) | Q(short_name__startswith=text) | _aliased(name__startswith=text),
        Q(name__contains=text),
    ]


def _latin_tiers(text: str) -> list[Q]:
    if not text:
        return []
    if text.isdigit():
        return [Q(code=text) | Q(gb_code=text, kind=RegionKind.DISTRICT), Q(code__startswith=text)]
    whole = [text, *(text + suffix for suffix in ("shi", "qu", "xian", "sheng", "jiedao", "zhen"))]
    return [
        Q(pinyin__in=whole) | _aliased(pinyin__in=whole),
        Q(initials=text) | _aliased(initials=text),
        Q(pinyin__startswith=text) | _aliased(pinyin__startswith=text),
        Q(initials__startswith=text),
    ]


def city_and_districts() -> QuerySet[Region]:
    """The city that the portal serves, then its districts and zones by their names."""
    city = settings.CITY_REGION
    return Region.objects.active().filter(Q(code=city) | Q(parent__code=city)).order_by("level", "pinyin")


def children_of(parent: Region | None):
    """The places directly below ``parent`` (the provinces for None), each with ``has_children``."""
    children = Region.objects.active().filter(parent=parent)
    return children.annotate(
        has_children=Exists(Region.objects.active().filter(parent=OuterRef("pk"))),
        # The zones that run a city's new towns stand with its districts, after them.
        zone_last=Case(
            When(kind=RegionKind.FUNCTIONAL_ZONE, then=Value(1)), default=0, output_field=IntegerField()
        ),
    ).order_by("zone_last", "path")


_county_codes: frozenset[str] = frozenset()


def known_county_codes() -> frozenset[str]:
    """The six-digit codes in use today, for ``check_resident_id(known_counties=…)``. Read once per process."""
    global _county_codes
    if not _county_codes:
        _county_codes = frozenset(
            Region.objects.filter(kind=RegionKind.DISTRICT).values_list("code", flat=True)
        )
    return _county_codes
