"""The facts that a policy may speak of, and the things it may pay for.

A fact is one SQL expression over an entity's row with a label, a type and a source; what it reads from another table
it declares as a lookup, so that one declaration can be asked of one row (a scalar subquery) and of all (a join). A
subject is a table whose rows a policy may pay for, with the joins to the entities whose facts hold of
such a row. Both are registered from ``AppConfig.ready()``; nothing is stored.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = Any  # a lazy translation
Choices = list[tuple[str, Label]]

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
BARE_PERCENT = re.compile(r"(?<!%)%(?!%|\(\w+\)s)")


class FactType(TextChoices):
    NUMBER = "number", pgettext_lazy("fact", "Number")
    MONEY = "money", pgettext_lazy("fact", "Amount of money")
    DATE = "date", pgettext_lazy("fact", "Date")
    YES_NO = "yes_no", pgettext_lazy("fact", "Yes or no")
    CHOICE = "choice", pgettext_lazy("fact", "One of a list")
    CHOICES = "choices", pgettext_lazy("fact", "Several of a list")
    REGION = "region", pgettext_lazy("fact", "Region")


SQL_TYPES = {
    FactType.NUMBER: "numeric",
    FactType.MONEY: "bigint",  # fen
    FactType.DATE: "date",
    FactType.YES_NO: "boolean",
    FactType.CHOICE: "text",
    FactType.CHOICES: "text[]",
    FactType.REGION: "text",  # Region.path
}

ENTITIES: dict[str, Label] = {
    "person": pgettext_lazy("fact", "Person"),
    "employer": pgettext_lazy("fact", "Employer"),
    "employment": pgettext_lazy("fact", "Employment"),
    "certificate": pgettext_lazy("fact", "Skill certificate"),
    "venture": pgettext_lazy("fact", "Venture"),
    "carrier": pgettext_lazy("fact", "Incubator or park"),
}

REGION_BASES: dict[str, Label] = {
    "household": _("registered household"),
    "residence": _("lives in"),
    "work": _("works in"),
    "insured": _("insured in"),
    "seat": pgettext_lazy("organisation", "registered seat"),
}


class CatalogueError(Exception):
    """A fact or subject was declared wrongly: a mistake of the programmer."""


class UnknownFact(CatalogueError, KeyError):
    pass


class UnknownSubject(CatalogueError, KeyError):
    pass


@dataclass(frozen=True)
class Argument:
    """What a policy fills in to make a fact definite. Bound as text: the SQL casts it (``%(months)s::int``)."""

    name: str
    label: Label
    choices: Callable[[], Choices]


@dataclass(frozen=True)
class Lookup:
    """A SELECT over another table that has at most one row, ``{found}``, for each row of the entity.

    ``on`` says which; ``sql`` names the date and the arguments as a fact does, and never ``{row}``: it stands for
    all rows. Two facts over one lookup with the same arguments share one join.
    """

    sql: str
    on: str = "{found}.of = {row}.id"

    @property
    def grouped(self) -> bool:
        """Whether it is reckoned from many rows each: dear for everybody, cheap for one."""
        return "GROUP BY" in self.sql

    def join(self, row: str, found: str) -> str:
        """The LEFT JOIN that puts it beside ``row`` under the alias ``found``."""
        return f"LEFT JOIN ({self.sql}) {found} ON {self.on}".replace("{row}", row).replace("{found}", found)

    def scalar(self, sql: str, row: str) -> str:
        """The expression ``sql`` over its row for one ``row``, as a scalar subquery."""
        return f"(SELECT {sql} FROM (SELECT) AS one {self.join(row, 'found')})".replace("{found}", "found")


@dataclass(frozen=True)
class Fact:
    """``sql`` speaks of the entity's row as ``{row}``, of the reference date as ``%(on)s`` (bound as a date) and of
    its arguments as ``%(name)s``; a percent sign is written ``%%``. NULL means that the portal does not know. Of the
    row of its ``lookup`` it speaks as ``{found}``, whose columns are all NULL where there is none.

    ``question`` asks a person for it in plain words, its placeholders name the arguments; ``how`` tells what they can
    do to change or complete it. ``named`` has words for values that stand for something else than their number. A
    ``sensitive`` fact never stands in a notice.
    """

    key: str
    entity: str
    label: Label
    type: FactType
    source: Label
    sql: str
    how: Label
    unit: Label = ""
    choices: Callable[[], Choices] | None = None
    arguments: tuple[Argument, ...] = ()
    named: Mapping[int, Label] = field(default_factory=dict)
    sensitive: bool = False
    question: Label = ""
    lookup: Lookup | None = None

    @property
    def sql_type(self) -> str:
        """The PostgreSQL type of its values."""
        return SQL_TYPES[self.type]

    @property
    def narrows(self) -> bool:
        """Whether a search begins with it: a column, EXISTS, or what a lookup finds without reckoning."""
        if self.lookup is not None:
            return not self.lookup.grouped
        return "(" not in self.sql or self.sql.startswith(("EXISTS (", "NOT EXISTS ("))

    def expression(self, row: str, names: Mapping[str, str] | None = None) -> str:
        """The SQL over the alias ``row``; ``names`` renames placeholders (``{"months": "p3_months"}``), so that one
        query may use a fact twice with different arguments."""
        text = self.sql if self.lookup is None else self.lookup.scalar(self.sql, row)
        return f"({renamed(text.replace('{row}', row), names)})::{self.sql_type}"

    def joined(self, row: str, found: str, names: Mapping[str, str] | None = None) -> str:
        """The SQL over ``row`` and the row of its lookup, joined under the alias ``found``."""
        text = self.sql.replace("{row}", row).replace("{found}", found)
        return f"({renamed(text, names)})::{self.sql_type}"


def renamed(sql: str, names: Mapping[str, str] | None) -> str:
    """The SQL with its placeholders renamed."""
    known = names or {}
    return PLACEHOLDER.sub(lambda found: f"%({known.get(found[1], found[1])})s", sql)


@dataclass(frozen=True)
class Join:
    """How an entity's row is reached from a subject's row: at most one row, whole JOIN clause(s)."""

    alias: str
    sql: str


@dataclass(frozen=True)
class Subject:
    """What a policy pays for, one row each.

    ``row`` is the alias of ``table``; ``where`` leaves out rows that are not really there (merged, deleted).
    ``findable`` leaves out those for which nothing is begun (their data are restricted): nobody searches or claims for
    them, and what was claimed before is reckoned as ever. ``entities`` are further entities whose facts hold of the
    row. ``claimant_id``, ``person_id``, ``organisation_id``, ``name`` and the ``regions`` (ids) are SQL over those
    aliases with every join of ``entities``. ``holders`` are SQL too: further ids that a rule against double benefits
    may hold for, by scope; ``span`` (a daterange) is the time in which the row was there, where that has an end.
    """

    key: str
    label: Label
    table: str
    row: str
    claimant: str  # "person" or "organisation"
    claimant_id: str
    person_id: str | None
    organisation_id: str | None
    name: str
    regions: Mapping[str, str]
    where: str = "TRUE"
    findable: str = "TRUE"
    entities: Mapping[str, Join] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)
    span: str | None = None

    def alias(self, entity: str) -> str:
        """The alias under which an entity's row stands in a query over this subject."""
        return self.row if entity == self.key else self.entities[entity].alias

    def from_clause(self, *entities: str) -> str:
        """``FROM`` with the joins of the entities named (all of them when none is)."""
        wanted = entities or tuple(self.entities)
        joins = [join.sql for entity, join in self.entities.items() if entity in wanted]
        return " ".join([f"FROM {self.table} {self.row}", *joins])


_facts: dict[str, Fact] = {}
_subjects: dict[str, Subject] = {}


def register_fact(fact: Fact) -> None:
    """Raises CatalogueError when the fact contradicts itself or its key is taken."""
    problem = fact_problem(fact)
    if problem:
        raise CatalogueError(f"{fact.key}: {problem}")
    _facts[fact.key] = fact


def register_subject(subject: Subject) -> None:
    """Raises CatalogueError when the subject contradicts itself or its key is taken."""
    problem = subject_problem(subject)
    if problem:
        raise CatalogueError(f"{subject.key}: {problem}")
    _subjects[subject.key] = subject


def fact_problem(fact: Fact) -> str:
    """What is wrong with a declaration, or nothing."""
    allowed = {"on", *(argument.name for argument in fact.arguments)}
    beside = (fact.lookup.sql, fact.lookup.on) if fact.lookup else ("", "")
    text = " ".join([fact.sql, *beside])
    used = set(PLACEHOLDER.findall(text))
    listed = fact.type in {FactType.CHOICE, FactType.CHOICES}
    if fact.key in _facts:
        return "the key is taken"
    if fact.entity not in ENTITIES:
        return f"the entity {fact.entity!r} is not known"
    if not fact.key.startswith(f"{fact.entity}."):
        return "the key begins with its entity and a dot"
    if "{row}" not in text:
        return "the SQL does not speak of {row}"
    if "{row}" in beside[0]:
        return "a lookup stands for all rows and does not speak of {row}"
    if ("{found}" in fact.sql) != (fact.lookup is not None):
        return "the SQL speaks of {found} exactly when it has a lookup"
    if used - allowed:
        return f"the SQL uses {sorted(used - allowed)} without declaring it"
    if allowed - used - {"on"}:
        return f"the SQL leaves out {sorted(allowed - used - {'on'})}"
    if BARE_PERCENT.search(text):
        return "a percent sign is written %%"
    if "on" in {argument.name for argument in fact.arguments}:
        return "'on' is the reference date and no argument"
    if listed != (fact.choices is not None):
        return "a fact has choices exactly when its type is a list"
    return ""


def subject_problem(subject: Subject) -> str:
    """What is wrong with a declaration, or nothing."""
    aliases = [subject.row, *(join.alias for join in subject.entities.values())]
    unknown = [entity for entity in (subject.key, *subject.entities) if entity not in ENTITIES]
    if subject.key in _subjects:
        return "the key is taken"
    if unknown:
        return f"the entities {unknown} are not known"
    if subject.key in subject.entities:
        return "the subject's own entity needs no join"
    if len(set(aliases)) != len(aliases):
        return "two entities stand under one alias"
    if subject.claimant not in {"person", "organisation"}:
        return "the claimant is a person or an organisation"
    if (subject.person_id if subject.claimant == "person" else subject.organisation_id) is None:
        return "the claimant's own id is missing"
    if not subject.regions or set(subject.regions) - set(REGION_BASES):
        return f"regions are some of {sorted(REGION_BASES)}"
    return ""


def fact(key: str) -> Fact:
    """Raises UnknownFact."""
    try:
        return _facts[key]
    except KeyError:
        raise UnknownFact(key) from None


def facts(entity: str | None = None) -> list[Fact]:
    """All facts, or those of an entity, in the order of registration."""
    return [known for known in _facts.values() if entity in (None, known.entity)]


def subject(key: str) -> Subject:
    """Raises UnknownSubject."""
    try:
        return _subjects[key]
    except KeyError:
        raise UnknownSubject(key) from None


def subjects() -> list[Subject]:
    return list(_subjects.values())


def facts_for(subject_key: str) -> list[Fact]:
    """The facts that a policy for this subject may use: its own first, then those of the entities joined to it."""
    of = subject(subject_key)
    return [known for entity in (of.key, *of.entities) for known in facts(entity)]
