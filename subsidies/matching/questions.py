"""What the self-check asks: only what the policies in force look at, and only what a person can answer."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import REGION_BASES, Fact, fact
from subsidies.policies import content as c
from subsidies.policies.asking import Asked
from subsidies.policies.engine import asked
from subsidies.policies.models import PolicyVersion
from subsidies.policies.rules import written
from subsidies.policies.words import question_words

# What we look up ourselves before anything is paid; the check takes it as given and says so.
PRESUMED: dict[str, Any] = {
    "person.deceased": False,
    "person.identity_confirmed": True,
    "employer.verified": True,
}
LONGEST_LIST = 40
OTHER = "other"


@dataclass(frozen=True)
class Audience:
    """Who asks. ``subjects`` are what policies for them pay for; ``status`` is how the form begins."""

    key: str
    label: Any
    hint: Any
    icon: str
    subjects: tuple[str, ...]
    status: str = ""


AUDIENCES = {
    row.key: row
    for row in (
        Audience(
            "seeker", _("I look for work"), _("Job search, flexible work, training and certificates"), "user",
            ("person", "certificate"), "unemployed",
        ),
        Audience(
            "worker", _("I am employed"), _("Skill certificates, insurance paid alone"), "briefcase",
            ("person", "certificate"), "employed",
        ),
        Audience(
            "founder", _("I run a business"), _("Start-up, rent, jobs created"), "coin-yuan",
            ("venture",), "self_employed",
        ),
        Audience(
            "employer", _("We are an employer"), _("Hiring, insurance, posts, keeping staff"), "building",
            ("employment", "employer", "carrier"),
        ),
    )
}  # fmt: skip

HEADINGS = {
    "person": {"": _("About yourself"), "employer": _("About the employee")},
    "certificate": {"": _("About your newest skill certificate")},
    "venture": {"": _("About your business")},
    "employment": {"": _("About the employment")},
    "employer": {"": _("About your organisation")},
    "carrier": {"": _("About your incubator or park")},
}
HINTS = {
    "certificate": _("Leave this empty if you have none."),
    "employment": _("Think of one employee; every one is reckoned for himself."),
    "carrier": _("Leave this empty if you run none."),
}


@dataclass(frozen=True)
class Question:
    """One fact with its details. ``choices`` are those that a person is shown."""

    ref: c.FactRef
    mentioned: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """The field's name: the same whatever other policies come and go."""
        return "q" + hashlib.sha256(written(self.ref).encode()).hexdigest()[:10]

    @property
    def known(self) -> Fact:
        return fact(self.ref.fact)

    @property
    def label(self) -> str:
        return question_words(self.ref)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """A long list is cut to what the policies speak of, with "something else" at its end."""
        rows = list(self.known.choices()) if self.known.choices else []
        if len(rows) <= LONGEST_LIST:
            return rows
        kept = [row for row in rows if row[0] in self.mentioned]
        return [*kept, (OTHER, pgettext_lazy("answer", "Something else"))]


@dataclass(frozen=True)
class Checked:
    """A version with what it says and asks on the day of the check."""

    version: PolicyVersion
    asked: Asked

    @property
    def content(self) -> c.Content:
        return self.asked.content


def checked_versions(audience: Audience, day: date) -> list[Checked]:
    """The policies in force for those who ask, in the order of their items."""
    versions = (
        PolicyVersion.objects.in_force(day)
        .filter(policy__item__subject__in=audience.subjects)
        .select_related("policy__item", "policy__region")
        .order_by("policy__item__order", "policy__region__path")
    )
    return [Checked(version, asked(version, day)) for version in versions]


def questions_of(checked: list[Checked]) -> dict[str, list[Question]]:
    """The questions by entity, each once, those that more policies ask first."""
    counts: dict[Any, int] = {}
    refs: dict[Any, c.FactRef] = {}
    mentioned: dict[Any, set[str]] = {}
    for row in checked:
        for ref in asked_refs(row.content):
            counts[ref.key] = counts.get(ref.key, 0) + 1
            refs.setdefault(ref.key, ref)
            mentioned.setdefault(ref.key, set()).update(_mentioned(row.content, ref))
    grouped: dict[str, list[Question]] = {}
    for key in sorted(refs, key=lambda key: (-counts[key], key[0])):
        if not is_asked(refs[key], set(refs)):
            continue
        question = Question(refs[key], frozenset(mentioned[key]))
        grouped.setdefault(question.known.entity, []).append(question)
    order = ["person", "employment", "employer", "certificate", "venture", "carrier"]
    return {entity: grouped[entity] for entity in order if entity in grouped}


def asked_refs(content: c.Content) -> list[c.FactRef]:
    """The facts that decide and that make the amount; not those that only lift a limit."""
    unless = content.limits.lifetime_unless
    needed = {leaf.ref.key for leaf in content.conditions.leaves()} | {
        ref.key for ref in content.amount.refs()
    }
    if content.limits.from_fact:
        needed.add(content.limits.from_fact.key)
    return [ref for ref in content.refs() if unless is None or ref.key in needed]


def is_asked(ref: c.FactRef, all_keys: set[Any]) -> bool:
    """Not what we look up ourselves, nor what follows from another answer."""
    if ref.fact in PRESUMED or ".benefits_" in ref.fact:
        return False
    return not (ref.fact == "person.hardship" and ("person.groups", ()) in all_keys)


def presumed(ref: c.FactRef) -> Any:
    """The value taken as given for a fact that is not asked; None where there is none."""
    if ".benefits_" in ref.fact:
        return 0
    return PRESUMED.get(ref.fact)


def bases_of(checked: list[Checked]) -> list[tuple[str, Any]]:
    """Which places the policies look at."""
    used = {row.content.region_basis for row in checked}
    return [(basis, label) for basis, label in REGION_BASES.items() if basis in used]


def _mentioned(content: c.Content, ref: c.FactRef) -> set[str]:
    found: set[str] = set()
    for leaf in content.conditions.leaves():
        if leaf.ref.key == ref.key and leaf.value is not None:
            found.update(map(str, leaf.value if isinstance(leaf.value, list) else [leaf.value]))
    if isinstance(content.amount, c.Table):
        for index, column in enumerate(content.amount.columns):
            if column.key == ref.key:
                found.update(str(row[index]) for row in content.amount.rows if row[index] is not None)
    return found


def heading(entity: str, audience: Audience) -> Any:
    words = HEADINGS[entity]
    return words.get(audience.key, words[""])
