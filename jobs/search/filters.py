"""What somebody asks for: the words and the filters of a search, from and to the query string of its page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from django.http import QueryDict

from employment_portal.classifications.enums import Education
from employment_portal.people.enums import Group
from employment_portal.search.text import MAX_QUERY_CHARS
from jobs.postings.enums import EmploymentType, Welfare
from jobs.search.facets import EXPERIENCE_BANDS, INSURANCE_CHOICES, PUBLISHED_WITHIN_DAYS

MAX_PAY_YUAN = 1_000_000
_CODE = re.compile(r"[0-9A-Za-z-]{1,12}")
# Nobody types them, PostgreSQL refuses the first and XML (the feed) all.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class SearchFilters:
    """One search. Values of one filter are alternatives, except ``insurance`` and ``welfare``: all must be there.

    ``region`` and ``occupation`` are codes and hold everything below them; ``employer`` is a public id; pay is yuan
    a month, and a posting fits when its range reaches into the asked one; ``within`` is days since publication.
    ``literal`` holds stretches of ``q`` that are words and nothing else (a removed chip: 成都 is not the city).
    """

    q: str = ""
    region: str = ""
    occupation: str = ""
    employer: str = ""
    pay_from: int | None = None
    pay_to: int | None = None
    education: tuple[int, ...] = ()
    experience: tuple[str, ...] = ()
    employment_type: tuple[str, ...] = ()
    insurance: tuple[str, ...] = ()
    welfare: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    within: int | None = None
    literal: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: QueryDict) -> "SearchFilters":
        """Read a query string; a value that makes no sense is left out, for it may come from an old link."""
        return cls(
            q=" ".join(_CONTROL.sub(" ", params.get("q", "")).split())[:MAX_QUERY_CHARS],
            region=_code(params.get("region")),
            occupation=_code(params.get("occupation")),
            employer=_code(params.get("employer")),
            pay_from=_number(params.get("pay_from")),
            pay_to=_number(params.get("pay_to")),
            education=tuple(int(value) for value in _known(params, "education", map(str, Education.values))),
            experience=_known(params, "experience", EXPERIENCE_BANDS),
            employment_type=_known(params, "employment_type", EmploymentType.values),
            insurance=_known(params, "insurance", INSURANCE_CHOICES),
            welfare=_known(params, "welfare", Welfare.values),
            groups=_known(params, "groups", Group.values),
            within=next(
                (days for days in PUBLISHED_WITHIN_DAYS if str(days) == params.get("within", "")), None
            ),
            literal=tuple(
                dict.fromkeys(
                    _CONTROL.sub("", text)[:MAX_QUERY_CHARS]
                    for text in params.getlist("literal")[:10]
                    if text
                )
            ),
        )

    def to_params(self) -> QueryDict:
        """The query string of this search, in one order: equal searches have equal strings."""
        params = QueryDict(mutable=True)
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                if value:
                    params.setlist(field.name, [str(item) for item in sorted(value)])
            elif value not in ("", None):
                params[field.name] = str(value)
        return params

    def without(self, name: str, value: object = None) -> "SearchFilters":
        """The same search less one filter, or less one of its values."""
        held = getattr(self, name)
        if isinstance(held, tuple) and value is not None:
            return replace(self, **{name: tuple(item for item in held if str(item) != str(value))})
        empty = () if isinstance(held, tuple) else "" if isinstance(held, str) else None
        return replace(self, **{name: empty})

    def adding(self, name: str, value: object) -> "SearchFilters":
        """The same search with one more value."""
        held = getattr(self, name)
        if isinstance(held, tuple):
            return replace(self, **{name: tuple(dict.fromkeys((*held, value)))})
        return replace(self, **{name: value})

    @property
    def is_empty(self) -> bool:
        return self == SearchFilters()


def _code(value: str | None) -> str:
    return value if value and _CODE.fullmatch(value) else ""


def _number(value: str | None) -> int | None:
    if value and re.fullmatch(r"[0-9]{1,7}", value) and value.isascii():
        return min(int(value), MAX_PAY_YUAN) or None
    return None


def _known(params: QueryDict, name: str, known: Iterable[str]) -> tuple[str, ...]:
    asked = set(params.getlist(name))
    return tuple(value for value in known if value in asked)
