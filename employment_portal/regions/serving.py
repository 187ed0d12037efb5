"""Whose officers deal with a place. What lies where no agency of this portal serves is the city officers'."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from employment_portal.regions.models import Agency, Region

_paths: dict[str, str] = {}


def _city_path() -> str:
    """The path of the city that runs this portal; read once per process."""
    code = settings.CITY_REGION
    if code not in _paths:
        path = Region.objects.filter(code=code).values_list("path", flat=True).first()
        if path is None:
            return ""
        _paths[code] = path
    return _paths[code]


def city() -> Region | None:
    """The city that runs this portal: its terms hold where a page does not know the place yet."""
    return Region.objects.filter(code=settings.CITY_REGION).first()


def is_served(region: Region) -> bool:
    """Whether the place lies in the city, or an agency of this portal serves it all the same."""
    return (
        region.path.startswith(_city_path()) or Agency.objects.serving(region).filter(is_active=True).exists()
    )


def handling_place(region: Region) -> Region:
    """The place itself, or the city for one that no agency serves."""
    return region if is_served(region) else Region.objects.get(code=settings.CITY_REGION)


def first_served(places: Sequence[Region]) -> Region:
    """The first of some places that is served here, else the first, which is the city officers'."""
    return next(filter(is_served, places), places[0])


def is_left_to(agency_region: Region, region: Region) -> bool:
    """Whether no agency serves the place, and an agency in ``agency_region`` runs the city."""
    return _runs_the_city(agency_region) and not is_served(region)


def left_to(agency_region: Region, field: str) -> Q:
    """The same for rows with a foreign key ``field`` to a place."""
    if not _runs_the_city(agency_region):
        return Q(pk__in=[])
    agencies = Agency.objects.filter(is_active=True).exclude(region__path__startswith=_city_path())
    elsewhere = Q(**{f"{field}__isnull": False})
    for path in {_city_path(), *agencies.values_list("region__path", flat=True)}:
        elsewhere &= ~Q(**{f"{field}__path__startswith": path})
    return elsewhere


def _runs_the_city(agency_region: Region) -> bool:
    return bool(_city_path()) and _city_path().startswith(agency_region.path)
