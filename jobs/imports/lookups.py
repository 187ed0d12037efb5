"""The tables that rows are read against, loaded once per import."""

from dataclasses import dataclass
from functools import cached_property

from employment_portal.classifications.enums import OccupationLevel
from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Agency, Region, RegionAlias
from jobs.imports.places import PlaceEntry, PlaceIndex
from jobs.imports.titles import OccupationGuesser


@dataclass
class Lookups:
    """Places, occupations and the regions whose agencies review adverts, as the database has them now."""

    @cached_property
    def places(self) -> PlaceIndex:
        names: dict[int, list[str]] = {}
        for region_id, name in RegionAlias.objects.values_list("region_id", "name"):
            names.setdefault(region_id, []).append(name)
        regions = (
            Region.objects.active()
            .filter(level__lte=RegionLevel.STREET)
            .order_by("level", "code")
            .values_list("id", "code", "name", "short_name", "level", "path")
        )
        return PlaceIndex(
            PlaceEntry(pk, code, name, level, path, (short, *names.get(pk, ())))
            for pk, code, name, short, level, path in regions.iterator(chunk_size=5000)
        )

    @cached_property
    def occupations(self) -> OccupationGuesser:
        aliases = OccupationAlias.objects.order_by("name", "rank").values_list("name", "occupation_id")
        official = Occupation.objects.filter(level=OccupationLevel.OCCUPATION).order_by("code")
        return OccupationGuesser([*aliases, *official.values_list("name", "id")])

    @cached_property
    def city_ids(self) -> dict[str, int]:
        """Cities (and the provinces that are cities) by code: an imported employer is one firm in one city."""
        return dict(Region.objects.filter(level__lte=RegionLevel.CITY).values_list("code", "id"))

    def city_of(self, place: PlaceEntry) -> int:
        codes = place.path.rstrip("/").split("/")[:2]
        return next(self.city_ids[code] for code in reversed(codes) if code in self.city_ids)

    @cached_property
    def reviewed_paths(self) -> tuple[str, ...]:
        return tuple(Agency.objects.filter(is_active=True).values_list("region__path", flat=True).distinct())

    def is_reviewed_here(self, place: PlaceEntry) -> bool:
        """Whether an agency of this portal serves the place, so that somebody can review an advert there."""
        return place.path.startswith(self.reviewed_paths)
