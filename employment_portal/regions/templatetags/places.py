"""``{% load places %}``: how a region is named on a page."""

from django import template
from django.conf import settings

from employment_portal.regions.models import Region

register = template.Library()


@register.filter
def full_place(region: Region | None) -> str:
    """四川省成都市锦江区牛市口街道; nothing for nowhere."""
    return region.full_name if region is not None else ""


@register.filter
def short_place(region: Region | None) -> str:
    """District and street in the city's own words: 锦江区牛市口街道; the city too when it is another one."""
    if region is None:
        return ""
    _province, found, rest = region.full_name.partition("省")
    shown = rest if found and rest else region.full_name
    return shown.removeprefix(settings.CITY_NAME) or shown
