"""What the search page shows besides its hits: chips, the choices of the region box, links that change one filter."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.models import Occupation
from employment_portal.organisations.models import Organisation
from employment_portal.regions.models import Region
from employment_portal.regions.queries import city_and_districts
from jobs.search.filters import SearchFilters
from jobs.search.queries import SearchPage, WiderSearch

FACET_TITLES = {
    "region": _("Place of work"),
    "pay": _("Monthly pay before tax"),
    "employment_type": _("Type of work"),
    "education": _("Education"),
    "experience": _("Experience"),
    "insurance": pgettext_lazy("facet", "Insurance"),
    "groups": _("Especially for"),
    "welfare": _("Benefits"),
    "within": pgettext_lazy("facet", "Published"),
}
ONE_VALUE = frozenset({"region", "pay", "within"})  # facets of which one value holds
OPEN_AT_FIRST = frozenset({"region", "pay", "employment_type"})


@dataclass(frozen=True)
class RemovableChip:
    """A condition in force, and the query string of the search without it."""

    label: str
    query: str


def filters_of(params: QueryDict) -> SearchFilters:
    """The search that a query string asks for. ``pay`` is a band ``from-to`` with open ends, as its facet sends it."""
    filters = SearchFilters.from_params(params)
    band = params.get("pay", "")
    low, dash, high = band.partition("-")
    if dash and all(end.isascii() and (end.isdigit() or not end) and len(end) <= 7 for end in (low, high)):
        filters = replace(filters, pay_from=int(low) if low else None, pay_to=int(high) if high else None)
    return filters


def query_of(filters: SearchFilters, sort: str = "") -> str:
    """The query string of a search, for links; the default order is not named."""
    params = filters.to_params()
    if sort and sort != "match":
        params["sort"] = sort
    return params.urlencode()


def chips(filters: SearchFilters, page: SearchPage) -> list[RemovableChip]:
    """Every condition in force: the filters that were set, and what was read out of the words."""
    shown = [RemovableChip(label, query_of(without, page.sort)) for label, without in _own(filters, page)]
    for chip in page.understanding.chips:
        shown.append(RemovableChip(chip.text, query_of(filters.adding("literal", chip.text), page.sort)))
    return shown


def _own(filters: SearchFilters, page: SearchPage) -> Iterator[tuple[str, SearchFilters]]:
    if filters.region:
        yield name_of("region", filters.region), filters.without("region")
    if filters.occupation:
        yield name_of("occupation", filters.occupation), filters.without("occupation")
    if filters.employer:
        yield name_of("employer", filters.employer), filters.without("employer")
    if filters.pay_from is not None or filters.pay_to is not None:
        yield pay_label(filters.pay_from, filters.pay_to), replace(filters, pay_from=None, pay_to=None)
    for name in ("education", "experience", "employment_type", "insurance", "welfare", "groups", "within"):
        for value in page.facets[name].values:
            if value.selected:
                yield str(value.label), filters.without(name, value.value)


def name_of(kind: str, value: str) -> str:
    """The name of a region, occupation or employer by the value of its filter; the value itself when unknown."""
    if kind == "region":
        found = Region.objects.filter(code=value).values_list("name", flat=True).first()
    elif kind == "occupation":
        found = Occupation.objects.filter(code=value).values_list("name", flat=True).first()
    else:
        found = Organisation.objects.filter(public_id=value).values_list("name", flat=True).first()
    return found or value


def pay_label(low: int | None, high: int | None) -> str:
    if low is None:
        return gettext("Below ¥%(high)s") % {"high": f"{high:,}"}
    if high is None:
        return gettext("¥%(low)s and more") % {"low": f"{low:,}"}
    return f"¥{low:,}–{high:,}"


def region_choices(chosen: str) -> list[tuple[str, str]]:
    """The city, its districts and zones, and a chosen place elsewhere."""
    choices: list[tuple[str, str]] = list(city_and_districts().values_list("code", "name"))
    if chosen and chosen not in dict(choices):
        choices.append((chosen, name_of("region", chosen)))
    return choices


def title_of(filters: SearchFilters) -> str:
    """A search in a few words, for headings, mails and the names of saved searches."""
    parts = [filters.q]
    if filters.region:
        parts.append(name_of("region", filters.region))
    if filters.occupation:
        parts.append(name_of("occupation", filters.occupation))
    if filters.employer:
        parts.append(name_of("employer", filters.employer))
    if filters.pay_from is not None or filters.pay_to is not None:
        parts.append(pay_label(filters.pay_from, filters.pay_to))
    return " ".join(part for part in parts if part)[:80] or gettext("All jobs")


def wider_rows(wider: list[WiderSearch], sort: str) -> list[dict[str, Any]]:
    """The offers under an empty result: what is taken away, how many that finds, and the link."""
    rows = []
    for search in wider[:4]:
        dropped = search.dropped
        if dropped in {"region", "occupation", "employer"}:
            label = name_of(dropped, str(search.dropped_value))
        elif dropped == "pay":
            label = pay_label(*search.dropped_value)  # type: ignore[misc]
        else:
            label = str(FACET_TITLES[dropped])
        total = f"{search.total}+" if search.total_is_capped else str(search.total)
        rows.append(
            {"label": label, "query": query_of(search.filters, sort), "count": search.total, "total": total}
        )
    return rows


def facet_groups(page: SearchPage) -> list[dict[str, Any]]:
    """The facets that have something to choose, in the order of the page."""
    groups = []
    for name, title in FACET_TITLES.items():
        facet = page.facets[name]
        if facet.values:
            groups.append(
                {
                    "name": name,
                    "title": title,
                    "values": facet.values,
                    "type": "radio" if name in ONE_VALUE else "checkbox",
                    "open": name in OPEN_AT_FIRST or any(value.selected for value in facet.values),
                    "is_estimate": facet.is_estimate,
                }
            )
    return groups
