"""Kinds of places and of the agencies that serve them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    DISTRICT = "district", _("District or county")
    FUNCTIONAL_ZONE = "zone", _("Functional zone")
    STREET = "street", _("Street or township")
    VILLAGE = "village", _("Village or community")


class RegionLevel(models.IntegerChoices):
    """Depth in the tree. A functional zone stands at the level of a district."""

    PROVINCE = 1, _("Province")
    CITY = 2, _("City")
    DISTRICT = 3, _("District or county")
    STREET = 4, _("Street or township")
    VILLAGE = 5, _("Village or community")


LEVEL_OF_KIND = {
    RegionKind.PROVINCE: RegionLevel.PROVINCE,
    RegionKind.CITY: RegionLevel.CITY,
    RegionKind.DISTRICT: RegionLevel.DISTRICT,
    RegionKind.FUNCTIONAL_ZONE: RegionLevel.DISTRICT,
    RegionKind.STREET: RegionLevel.STREET,
    RegionKind.VILLAGE: RegionLevel.VILLAGE,
}


class AgencyKind(models.TextChoices):
    PROVINCE = "province", _("Provincial employment service")
    CITY = "city", _("City employment service")
    DISTRICT = "district", _("District employment service")
    STREET = "street", _("Street service centre")
    VILLAGE = "village", _("Community service station")
    FINANCE = "finance", _("Finance bureau")
