"""Places and agencies.

``RegionFactory()`` is 成华区 of 成都市; ``RegionFactory(code="500103", name="渝中区")`` makes the province and city above
it as well. A place that is there already is returned as it is. ``AgencyFactory(region=region)`` serves one.
"""

import factory
from factory.django import DjangoModelFactory

from employment_portal.core.text import pinyin_initials, pinyin_key
from employment_portal.regions.enums import LEVEL_OF_KIND, AgencyKind, RegionKind, RegionLevel
from employment_portal.regions.models import Agency, Region

NAMES = {
    "51": "四川省",
    "5101": "成都市",
    "510104": "锦江区",
    "510105": "青羊区",
    "510107": "武侯区",
    "510108": "成华区",
    "510108001": "猛追湾街道",
    "50": "重庆市",
    "500103": "渝中区",
}
KINDS = {
    2: RegionKind.PROVINCE,
    4: RegionKind.CITY,
    6: RegionKind.DISTRICT,
    9: RegionKind.STREET,
    12: RegionKind.VILLAGE,
}
AGENCY_KINDS = {
    RegionLevel.PROVINCE: AgencyKind.PROVINCE,
    RegionLevel.CITY: AgencyKind.CITY,
    RegionLevel.DISTRICT: AgencyKind.DISTRICT,
    RegionLevel.STREET: AgencyKind.STREET,
    RegionLevel.VILLAGE: AgencyKind.VILLAGE,
}


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]

    code = "510108"
    name = factory.LazyAttribute(lambda region: NAMES.get(region.code, f"地区{region.code}"))
    kind = factory.LazyAttribute(lambda region: KINDS[len(region.code)])
    level = factory.LazyAttribute(lambda region: LEVEL_OF_KIND[region.kind])
    parent = factory.LazyAttribute(lambda region: parent_of(region.code))
    full_name = factory.LazyAttribute(
        lambda region: (region.parent.full_name if region.parent else "") + region.name
    )
    short_name = factory.LazyAttribute(lambda region: region.name)
    path = factory.LazyAttribute(
        lambda region: (region.parent.path if region.parent else "") + region.code + "/"
    )
    gb_code = factory.LazyAttribute(lambda region: region.code if len(region.code) == 6 else "")
    pinyin = factory.LazyAttribute(lambda region: pinyin_key(region.name, "place"))
    initials = factory.LazyAttribute(lambda region: pinyin_initials(region.name, "place"))


MUNICIPALITIES = {"11", "12", "31", "50"}  # their counties stand directly below them


def parent_of(code: str) -> Region | None:
    if region := Region.objects.filter(code=code).select_related("parent").first():
        return region.parent
    lengths = [length for length in KINDS if length < len(code)]
    if lengths and lengths[-1] == 4 and code[:2] in MUNICIPALITIES:
        lengths.pop()
    return RegionFactory(code=code[: lengths[-1]]) if lengths else None


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency
        django_get_or_create = ["region", "kind", "name"]

    region = factory.SubFactory(RegionFactory)
    kind = factory.LazyAttribute(lambda agency: AGENCY_KINDS[agency.region.level])
    name = factory.LazyAttribute(lambda agency: f"{agency.region.name}就业服务中心")
