"""A search as conditions on the search table."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from employment_portal.regions.models import Region
from employment_portal.search.matching import Match, Word, all_of, any_of, lexeme
from employment_portal.search.text import query_words
from jobs.search.documents import LENGTH_CLASSES
from jobs.search.filters import SearchFilters

TABLE = "jobs_postingsearch"
MAX_WORDS = 6
# Filters whose values are alternatives: their facet counts what each other value would find in its place.
ALTERNATIVES = ("pay", "education", "experience", "employment_type", "groups", "within")


@dataclass(frozen=True)
class Conditions:
    """The filters of a search as SQL, one entry a filter, so that a facet can be counted without its own."""

    now: datetime
    filters: SearchFilters
    depth: int = 0  # codes in the path of the region asked for; of the city when none is
    tokens: dict[str, str] = field(default_factory=dict)
    columns: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)

    @property
    def alternatives(self) -> list[str]:
        """The alternatives that are set."""
        return [name for name in ALTERNATIVES if name in self.tokens or name in self.columns]

    def where(self, *tsqueries: str, without: str = "") -> tuple[str, list[Any]]:
        """The WHERE of the filters and of further tsqueries, with its parameters."""
        kept = [query for name, query in self.tokens.items() if name != without]
        query = all_of([*kept, *tsqueries])
        parts, params = ["expires_on >= %s"], [localdate(self.now)]
        if query:
            parts.append("tokens @@ %s::tsquery")
            params.append(query)
        for name, (sql, values) in self.columns.items():
            if name != without:
                parts.append(sql)
                params += values
        return " AND ".join(parts), params


def conditions_of(filters: SearchFilters, *, now: datetime) -> Conditions:
    """The filters, without the words."""
    tokens: dict[str, str] = {}
    columns: dict[str, tuple[str, list[Any]]] = {}
    for name in ("region", "occupation", "employer"):
        if value := getattr(filters, name):
            tokens[name] = lexeme(f"{name}:{value}")
    for name in ("education", "experience", "employment_type", "groups"):
        if values := getattr(filters, name):
            tokens[name] = any_of(lexeme(f"{name}:{value}") for value in values)
    for name in ("insurance", "welfare"):
        if values := getattr(filters, name):
            tokens[name] = all_of(lexeme(f"{name}:{value}") for value in values)
    pay, pay_params = _pay(filters)
    if pay:
        columns["pay"] = (pay, pay_params)
    if filters.within:
        columns["within"] = ("published_at >= %s", [now - timedelta(days=filters.within)])
    depth = _depth(filters.region)
    return Conditions(now=now, filters=filters, depth=depth, tokens=tokens, columns=columns)


def _depth(region_code: str) -> int:
    path = (
        Region.objects.filter(code=region_code or settings.CITY_REGION).values_list("path", flat=True).first()
    )
    return path.count("/") if path else 0


def _pay(filters: SearchFilters) -> tuple[str, list[Any]]:
    parts, params = [], []
    if filters.pay_from is not None:
        parts.append("(monthly_max_fen > %s OR monthly_min_fen >= %s)")
        params += [filters.pay_from * 100] * 2
    if filters.pay_to is not None:
        parts.append("(monthly_min_fen < %s AND monthly_max_fen > 0)")
        params.append(filters.pay_to * 100)
    return " AND ".join(parts), params


def match_of(words: Iterable[str], *, hints: Iterable[str] = ()) -> Match:
    """Words that must all be found; hints only rank."""
    required = list(dict.fromkeys(words))[:MAX_WORDS]
    helpful = [word for hint in hints for word in query_words(hint) if word not in required]
    optional = list(dict.fromkeys(helpful))[: MAX_WORDS - len(required)]
    return Match(
        words=(
            *(Word(text) for text in required),
            *(Word(text, required=False) for text in optional),
        ),
        preferred=LENGTH_CLASSES,
    )
