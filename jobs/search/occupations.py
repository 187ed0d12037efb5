"""Occupations that a query names, officially or as people say it: 外卖员 is a 网约配送员."""

from employment_portal.classifications.models import Occupation, OccupationAlias
from employment_portal.search.text import normalise

MAX_MEANINGS = 3


def occupations_named(query: str) -> list[Occupation]:
    """Occupations of exactly this name or colloquial name, the usual meaning first."""
    name = normalise(query).replace(" ", "")
    if len(name) < 2:
        return []
    exact = list(Occupation.objects.filter(name=name)[:1])
    aliases = OccupationAlias.objects.filter(name=name).select_related("occupation").order_by("rank")
    named = [*exact, *(alias.occupation for alias in aliases[:MAX_MEANINGS])]
    return list({occupation.pk: occupation for occupation in named}.values())[:MAX_MEANINGS]


def occupation_tokens(query: str) -> tuple[str, ...]:
    """The tokens of postings of those occupations."""
    return tuple(f"occupation:{occupation.code}" for occupation in occupations_named(query))
