"""What a hire through an advert may bring, read from the policies' own conditions: no list of items is kept.

A policy counts when it pays for an employment, or for a person and speaks of the status or the groups that a hire
is judged by, and nothing that the advert says of the job already speaks against it. Whether it is paid depends on
who is hired: that is for the claim to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from employment_portal.facts.catalogue import fact
from employment_portal.people.enums import HARDSHIP_GROUPS, EmploymentStatus
from jobs.postings.enums import ContractType, EmploymentType, Insurance
from jobs.postings.models import Posting
from jobs.seeking.queries import Unlocked
from subsidies.policies import content as c
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import number, parse
from subsidies.policies.queries import in_force, nearest_of
from subsidies.policies.sections import amount_range
from subsidies.policies.verdicts import truth

OF_THE_HIRE = "employment"
OF_THE_PERSON = "person"
GROUPS = frozenset({"employment.groups_at_hire", "person.groups", "person.circumstances", "person.hardship"})
SPEAKS_OF_A_HIRE = GROUPS | {"person.status", "person.employed"}
FOR_EVER = 10**6


@dataclass(frozen=True)
class Span:
    """A number of which only its bounds are known."""

    low: int
    high: int = FOR_EVER


def unlocked_by(posting: Posting, day: date) -> list[Unlocked]:
    """The policies in force where the job is, the nearest place's wording of each, the person's first."""
    if posting.region is None:
        return []
    known = known_of(posting)
    found = in_force(day, posting.region).filter(policy__item__subject__in=[OF_THE_HIRE, OF_THE_PERSON])
    told = [_read(version) for version in nearest_of(found)]
    rows = [row for content, row in told if is_about_a_hire(row, content) and may_follow(content, known)]
    return sorted(rows, key=lambda row: row.is_employers)


def is_about_a_hire(row: Unlocked, content: c.Content) -> bool:
    """Whether a hire, or the groups of whoever is hired, have a say in it."""
    return row.is_employers or any(leaf.ref.fact in SPEAKS_OF_A_HIRE for leaf in content.conditions.leaves())


# A published version never changes: each is read and put into words once per process and language.
_kept: dict[tuple[str, str | None], tuple[c.Content, Unlocked]] = {}


def _read(version: PolicyVersion) -> tuple[c.Content, Unlocked]:
    key = version.public_id, get_language()
    if key not in _kept:
        content = parse(version.content)
        _kept[key] = content, _told(version, content)
    return _kept[key]


def _told(version: PolicyVersion, content: c.Content) -> Unlocked:
    return Unlocked(
        name=version.policy.item.label,
        url=reverse("subsidies:policy", args=[version.policy.public_id]),
        amount=amount_range(content),
        whom=_(", ").join(groups_of(content)),
        is_employers=version.policy.item.subject == OF_THE_HIRE,
    )


def groups_of(content: c.Content) -> list[str]:
    """The groups that the conditions name, each once; all the kinds of hardship are one."""
    named: dict[str, None] = {}
    for leaf in content.conditions.leaves():
        if leaf.ref.fact not in GROUPS or leaf.op not in (c.ANY_OF, c.ALL_OF, c.EQ):
            continue
        values = leaf.value if isinstance(leaf.value, list) else []
        hardship = leaf.value is True or set(values) >= HARDSHIP_GROUPS
        if hardship:
            named[str(fact("person.hardship").label)] = None
        labels = dict(fact(leaf.ref.fact).choices()) if values else {}  # type: ignore[misc]
        for value in values:
            if not (hardship and value in HARDSHIP_GROUPS):
                named[str(labels.get(value, value))] = None
    return list(named)


def known_of(posting: Posting) -> dict[str, Any]:
    """What the advert says of the employment, by fact; what it leaves open is missing."""
    known: dict[str, Any] = {
        "employment.current": True,
        "person.employed": True,
        "person.deceased": False,
        "person.status": EmploymentStatus.EMPLOYED.value,
    }
    if posting.employment_type == EmploymentType.PUBLIC_POST:
        known["person.status"] = EmploymentStatus.PUBLIC_POST.value
    if posting.employment_type != EmploymentType.INTERNSHIP:
        known["employment.kind"] = known["person.status"]
        if Insurance.PENSION in posting.insurances:
            known["employment.insured_months"] = Span(1)
    if posting.contract_months:
        known["employment.contract_months"] = Span(posting.contract_months, posting.contract_months)
    elif posting.contract_type == ContractType.SERVICE:
        known["employment.contract_months"] = Span(0, 0)
    if not posting.source:
        known["employer.verified"] = posting.employer.is_verified
    return known


def may_follow(content: c.Content, known: Mapping[str, Any]) -> bool:
    """Whether the conditions are not refused by what is known already."""
    verdicts = {leaf.path: _verdict(leaf, known) for leaf in content.conditions.leaves()}
    return truth(content.conditions, verdicts) is not False


def _verdict(leaf: c.Condition, known: Mapping[str, Any]) -> bool | None:
    """True, False, or None where it depends on what is not known."""
    return _holds(leaf, known[leaf.ref.fact]) if leaf.ref.fact in known else None


def _holds(leaf: c.Condition, value: Any) -> bool | None:
    if isinstance(value, Span):
        return _span_holds(leaf, value)
    if leaf.op == c.EQ:
        return bool(value == leaf.value)
    if leaf.op == c.NE:
        return bool(value != leaf.value)
    if leaf.op == c.IN:
        return value in leaf.value
    if leaf.op == c.NOT_IN:
        return value not in leaf.value
    return None


def _span_holds(leaf: c.Condition, value: Span) -> bool | None:
    """``from … to`` and the like over a number between two bounds."""
    bounds = {
        c.GE: lambda: (number(leaf.value), FOR_EVER),
        c.LE: lambda: (0, number(leaf.value)),
        c.EQ: lambda: (number(leaf.value), number(leaf.value)),
        c.BETWEEN: lambda: tuple(number(part) for part in leaf.value),
    }
    if leaf.op not in bounds:
        return None
    low, high = bounds[leaf.op]()
    if value.high < low or value.low > high:
        return False
    return True if low <= value.low and value.high <= high else None
