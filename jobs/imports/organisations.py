"""The organisations behind imported adverts."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from employment_portal.core.text import pinyin_key
from employment_portal.organisations.enums import OrganisationKind, VerificationStatus
from employment_portal.organisations.models import Organisation
from jobs.imports.adverts import Advert
from jobs.imports.copying import copy_into
from jobs.imports.employers import employer_key
from jobs.imports.lookups import Lookups


@lru_cache(maxsize=100_000)
def _name_key(name: str) -> str:
    return pinyin_key(name)[:400]


def employer_of(advert: Advert, lookups: Lookups) -> tuple[str, int]:
    return employer_key(advert.employer), lookups.city_of(advert.region)


def employers_behind(
    adverts: Iterable[Advert], *, lookups: Lookups, source: str, now: datetime
) -> dict[tuple[str, int], int]:
    """The unverified organisations behind the adverts, made where they are new: one per name and city.

    A verified employer of the same name is never touched: an advert copied from elsewhere is not its own word.
    """
    wanted = {employer_of(advert, lookups): advert for advert in adverts}
    known = Organisation.objects.filter(
        kind=OrganisationKind.EMPLOYER,
        code__isnull=True,
        parent__isnull=True,
        name_key__in={_name_key(advert.employer) for advert in wanted.values()},
    ).exclude(source="")
    found = {
        (employer_key(name), region_id): pk
        for pk, name, region_id in known.order_by("-pk").values_list("pk", "name", "region_id")
    }
    new = [
        Organisation(
            kind=OrganisationKind.EMPLOYER,
            name=advert.employer,
            name_key=_name_key(advert.employer),
            region_id=city_id,
            nature=advert.nature,
            scale=advert.scale,
            industry_text=advert.industry_text,
            status=VerificationStatus.UNVERIFIED,
            source=source,
            created_at=now,
        )
        for (key, city_id), advert in wanted.items()
        if (key, city_id) not in found
    ]
    copy_into(new)
    for organisation in new:
        found[employer_key(organisation.name), organisation.region_id] = organisation.pk
    return found


def stopped_among(ids: Iterable[int]) -> set[int]:
    """Those of these employers that may not recruit at present: no list puts an advert of theirs up."""
    suspended = Organisation.objects.filter(pk__in=set(ids), status=VerificationStatus.SUSPENDED)
    return set(suspended.values_list("pk", flat=True))
