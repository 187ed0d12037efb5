"""Counting hits by each facet: one by one up to a limit, from a fixed sample of all postings above it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from employment_portal.classifications.enums import Education
from employment_portal.people.enums import Group
from employment_portal.regions.models import Region
from employment_portal.search.matching import lexeme
from jobs.postings.enums import EmploymentType, Insurance, Welfare
from jobs.search.conditions import TABLE, Conditions
from jobs.search.documents import SAMPLES
from jobs.search.facets import (
    EXPERIENCE_BANDS,
    GROUP_BITS,
    INSURANCE_CHOICES,
    PAY_BANDS,
    PUBLISHED_WITHIN_DAYS,
    WELFARE_BITS,
)
from jobs.search.filters import SearchFilters

EXPERIENCE_LABELS = {
    "none": _("No experience needed"),
    "to1": _("Up to 1 year"),
    "1to3": _("1–3 years"),
    "3to5": _("3–5 years"),
    "5to10": _("5–10 years"),
    "over10": _("Over 10 years"),
}
INSURANCE_LABELS = {"five": _("All five social insurances"), "housing_fund": Insurance.HOUSING_FUND.label}

# The column, or expression, by which each facet groups hits. A set of bits is one group, taken apart afterwards.
_GROUPED_BY = {
    "pay": "pay_low || ':' || pay_high",
    "education": "education",
    "experience": "experience",
    "employment_type": "employment_type",
    "insurance": "insurances",
    "welfare": "welfare",
    "groups": "groups",
}
SURE_FROM = 50  # postings of a sample for the second figure of an estimate to mean something
FACETS = (
    "region",
    "pay",
    "education",
    "experience",
    "employment_type",
    "insurance",
    "welfare",
    "groups",
    "within",
)
# What is read of a hit: all but the tokens, which are most of a row.
HIT_COLUMNS = (
    "posting_id",
    "published_at",
    "monthly_max_fen",
    "insurances",
    "welfare",
    "groups",
    "education",
    "experience",
    "pay_low",
    "pay_high",
    "employment_type",
    "region_path",
)


@dataclass(frozen=True)
class Counts:
    """How many hits there are (no more than were asked for), and by facet: how many with each stored value."""

    total: int
    by_facet: Mapping[str, Mapping[str, int] | None] = field(default_factory=dict)
    share: int = 1

    def of(self, name: str) -> Mapping[str, int]:
        return self.by_facet.get(name) or {}


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet. ``value`` is what the filter of that name takes; for pay ``from-to`` with ends open."""

    value: str
    label: object
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """Values with their counts; estimates are rounded to one or two figures and shown with 约."""

    name: str
    values: tuple[FacetValue, ...]
    is_estimate: bool = False


def read_counts(conditions: Conditions, tsquery: str, *, limit: int, share: int = 1) -> tuple[str, list[Any]]:
    """SQL of one JSON object with the counts of a ``hits`` table, and its parameters.

    A facet of alternatives that is set is counted over the hits without its own condition, at most ``limit``.
    """
    sample = [lexeme(SAMPLES[share])] if share > 1 else []
    parts, params = [], []
    for name in FACETS:
        expression, values = _expression(name, conditions)
        source = "hits"
        source_params: list[Any] = []
        if name in conditions.alternatives:
            where, source_params = conditions.where(tsquery, *sample, without=name)
            source = f"(SELECT {', '.join(HIT_COLUMNS)} FROM {TABLE} WHERE {where} LIMIT {limit}) free"
        parts.append(
            f"'{name}', (SELECT json_object_agg(value, hits) FROM (SELECT {expression} AS value, count(*) AS hits"
            f" FROM {source} GROUP BY 1) counted)"
        )
        params += [*values, *source_params]
    return f"json_build_object({', '.join(parts)})", params


def _expression(name: str, conditions: Conditions) -> tuple[str, list[Any]]:
    if name == "region":
        return "split_part(region_path, '/', %s)", [conditions.depth + 1]
    if name == "within":
        ages = " ".join(f"WHEN published_at >= %s THEN {days}" for days in PUBLISHED_WITHIN_DAYS)
        return (
            f"CASE {ages} ELSE 0 END",
            [conditions.now - timedelta(days=days) for days in PUBLISHED_WITHIN_DAYS],
        )
    return _GROUPED_BY[name], []


def estimated_counts(
    conditions: Conditions, tsquery: str, *, limit: int, by: str = "", expected: int = 0
) -> Counts:
    """Counts of very many hits from the larger sample, or the smaller one when the larger holds over ``limit``.

    ``by`` names the facet whose hits decide, instead of the hits of the whole search. A sample that must hold over
    ``limit`` of the ``expected`` hits is not read.
    """
    for share in SAMPLES:
        if expected >= share * limit and share != max(SAMPLES):
            continue
        counts = _sampled(conditions, tsquery, share=share, limit=limit)
        if (sum(counts.of(by).values()) if by else counts.total) < limit:
            return counts
    return _sampled(conditions, tsquery, share=share, limit=limit * 1000)


def _sampled(conditions: Conditions, tsquery: str, *, share: int, limit: int) -> Counts:
    where, params = conditions.where(tsquery, lexeme(SAMPLES[share]))
    counting, counting_params = read_counts(conditions, tsquery, limit=limit, share=share)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH hits AS MATERIALIZED (
              SELECT {", ".join(HIT_COLUMNS)} FROM {TABLE} WHERE {where} LIMIT {limit})
            SELECT (SELECT count(*) FROM hits), {counting}""",
            [*params, *counting_params],
        )
        total, by_facet = cursor.fetchone()
    return Counts(total=total, by_facet=by_facet, share=share)


def cut_short(counts: Counts, conditions: Conditions, *, limit: int) -> list[str]:
    """The facets that were counted over more hits than the limit allows: their counts are too low."""
    return [name for name in conditions.alternatives if sum(counts.of(name).values()) >= limit]


def facets_of(counts: Counts, filters: SearchFilters, *, estimates: Counts | None = None) -> dict[str, Facet]:
    """The counts as the page shows them; ``estimates`` stand in for facets that it holds."""
    facets = {}
    for name in FACETS:
        estimated = estimates is not None and name in estimates.by_facet
        held = estimates if estimated and estimates is not None else counts
        values = [
            FacetValue(value=value, label=label, count=_shown(count, held.share), selected=selected)
            for value, label, count, selected in _VALUES[name](held.of(name), filters)
            if count or selected
        ]
        facets[name] = Facet(name=name, values=tuple(values), is_estimate=held.share > 1)
    return facets


def _shown(count: int, share: int) -> int:
    if share == 1:
        return count
    estimate = count * share
    figures = 2 if count >= SURE_FROM else 1
    unit = 10 ** max(len(str(estimate)) - figures, 0)
    return round(estimate / unit) * unit


_Values = Iterable[tuple[str, object, int, bool]]


def _regions(counts: Mapping[str, int], filters: SearchFilters) -> _Values:
    found = Region.objects.filter(code__in=[code for code in counts if code])
    if not filters.region:
        found = found.filter(parent__code=settings.CITY_REGION)
    names = dict(found.values_list("code", "name"))
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(code, names[code], count, False) for code, count in by_count if code in names]


def _pay(counts: Mapping[str, int], filters: SearchFilters) -> _Values:
    reached: Counter[int] = Counter()
    for bands, count in counts.items():
        low, high = map(int, bands.split(":"))
        if low >= 0:
            reached.update(dict.fromkeys(range(low, high + 1), count))
    asked = (filters.pay_from, filters.pay_to)
    for place, (low_yuan, high_yuan) in enumerate(PAY_BANDS):
        value = f"{low_yuan or ''}-{high_yuan or ''}"
        yield value, _pay_label(low_yuan, high_yuan), reached[place], asked == (low_yuan, high_yuan)


def _pay_label(low: int | None, high: int | None) -> object:
    if low is None:
        return _("Below ¥%(high)s") % {"high": f"{high:,}"}
    if high is None:
        return _("¥%(low)s and more") % {"low": f"{low:,}"}
    return f"¥{low:,}–{high:,}"


def _one_of(name: str, labels: Mapping[str, object], stored: Mapping[str, str]) -> Callable[..., _Values]:
    """A facet whose stored values stand for themselves; ``stored`` gives the stored form of a value."""

    def values(counts: Mapping[str, int], filters: SearchFilters) -> _Values:
        chosen = {str(value) for value in getattr(filters, name)}
        return [
            (value, label, counts.get(stored.get(value, value), 0), value in chosen)
            for value, label in labels.items()
        ]

    return values


def _bits(name: str, labels: Mapping[str, object], bits: Mapping[Any, int]) -> Callable[..., _Values]:
    def values(counts: Mapping[str, int], filters: SearchFilters) -> _Values:
        chosen = set(getattr(filters, name))
        for value, label in labels.items():
            mask = bits[value]
            count = sum(hits for held, hits in counts.items() if int(held) & mask == mask)
            yield value, label, count, value in chosen

    return values


def _within(counts: Mapping[str, int], filters: SearchFilters) -> _Values:
    for days in PUBLISHED_WITHIN_DAYS:
        count = sum(hits for age, hits in counts.items() if 0 < int(age) <= days)
        label = ngettext_lazy("Last %(days)s day", "Last %(days)s days", "days") % {"days": days}
        yield str(days), label, count, filters.within == days


def _labels(choices: type) -> dict[str, object]:
    return {str(value): label for value, label in choices.choices}  # type: ignore[attr-defined]


_VALUES: dict[str, Callable[[Mapping[str, int], SearchFilters], _Values]] = {
    "region": _regions,
    "pay": _pay,
    "education": _one_of("education", _labels(Education), {}),
    "experience": _one_of(
        "experience", EXPERIENCE_LABELS, {band: str(place) for place, band in enumerate(EXPERIENCE_BANDS)}
    ),
    "employment_type": _one_of("employment_type", _labels(EmploymentType), {}),
    "insurance": _bits("insurance", INSURANCE_LABELS, INSURANCE_CHOICES),
    "welfare": _bits("welfare", _labels(Welfare), WELFARE_BITS),
    "groups": _bits("groups", _labels(Group), GROUP_BITS),
    "within": _within,
}
