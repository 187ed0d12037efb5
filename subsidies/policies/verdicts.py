"""What an evaluation says: each condition with its verdict and the value found, and every reason why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from employment_portal.facts.catalogue import REGION_BASES, Fact, fact
from subsidies.policies import content as c
from subsidies.policies.models import SubsidyItem
from subsidies.policies.rules import Calculation
from subsidies.policies.words import describe, question_words, value_words


class EngineDisagreement(AssertionError):
    """The database and the plain reckoning gave different amounts: a mistake of the portal, nothing is paid."""


@dataclass(frozen=True)
class ConditionResult:
    """One condition for one subject. ``verdict`` None: not known. ``blocks``: it keeps the whole from being met."""

    path: str
    fact: str
    args: Mapping[str, str]
    op: str
    wanted: Any
    found: Any
    verdict: bool | None
    article: str
    own_label: str = ""
    blocks: bool = False

    @property
    def of(self) -> Fact:
        return fact(self.fact)

    @property
    def label(self) -> str:
        """The condition in plain words, in the reader's language."""
        ref = c.FactRef(self.fact, self.args)
        return describe(c.Condition(ref, self.op, self.wanted, self.article, self.own_label))

    @property
    def question(self) -> str:
        """What a person would be asked for it."""
        return question_words(c.FactRef(self.fact, self.args))

    @property
    def found_words(self) -> str:
        return value_words(self.of, self.found) if self.found is not None else _("not known")

    @property
    def how(self) -> str:
        """What a person can do to change or complete it."""
        return str(self.of.how)

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "fact": self.fact,
            "args": dict(self.args),
            "op": self.op,
            "wanted": self.wanted,
            "found": self.found,
            "verdict": self.verdict,
            "article": self.article,
            "label": self.own_label,
            "blocks": self.blocks,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ConditionResult":
        rest = {name: value for name, value in data.items() if name != "label"}
        return cls(own_label=data.get("label", ""), **rest)


@dataclass(frozen=True)
class Reason:
    """Why not. ``code``: condition, not_known, region, region_not_known, other_policy, granted, excluded,
    lifetime_months, lifetime_count, yearly_count, yearly_fen, too_late, no_amount."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """A sentence in the reader's language."""
        words: dict[str, Any] = dict(self.data)
        if "leaf" in words:
            leaf = words["leaf"]
            ref = c.FactRef(leaf["fact"], leaf["args"])
            words["label"] = describe(c.Condition(ref, leaf["op"], leaf["value"], "", leaf.get("label", "")))
        if "basis" in words:
            words["basis"] = REGION_BASES[words["basis"]]
        if "item" in words:
            item = SubsidyItem.objects.filter(code=words["item"]).first()
            words["item"] = item.label if item else words["item"]
        return MESSAGES[self.code]() % words

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "data": dict(self.data)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Reason":
        return cls(data["code"], data.get("data", {}))


MESSAGES = {
    "condition": lambda: _("A condition is not met: %(label)s"),
    "not_known": lambda: _("The portal does not know whether this is met: %(label)s"),
    "region": lambda: _("The place that counts (%(basis)s) lies outside the region of this policy."),
    "region_not_known": lambda: _("The place that counts (%(basis)s) is not known."),
    "other_policy": lambda: _("The place that counts has a policy of its own for this subsidy."),
    "granted": lambda: _("This was granted before for that time."),
    "excluded": lambda: _("This cannot be had together with: %(item)s."),
    "lifetime_months": lambda: _("At most %(limit)s months are paid; %(used)s have been granted."),
    "lifetime_count": lambda: _("At most %(limit)s times; it was granted %(used)s times."),
    "yearly_count": lambda: _("At most %(limit)s times a year; it was granted %(used)s times this year."),
    "yearly_fen": lambda: _("The yearly limit has been used up."),
    "too_late": lambda: _("The time to claim is over: within %(limit)s months."),
    "no_amount": lambda: _("No amount results from the data held."),
}


@dataclass(frozen=True)
class Evaluation:
    """What the policy says of one subject on a day.

    ``qualifies`` means that conditions, place, limits and guards all allow an amount above zero; ``reasons`` says
    why not. ``holders`` are the rows that a grant holds, by guard scope, for the time ``held`` unless the guard is for
    ever; ``facts`` the values as JSON.
    """

    subject_id: int
    qualifies: bool
    region_path: str | None
    person_id: int | None
    organisation_id: int | None
    claimant_id: int | None
    name: str
    conditions: list[ConditionResult]
    reasons: list[Reason]
    facts: dict[str, Any]
    holders: dict[str, int]
    period: DateRange
    held: DateRange
    months: int
    calculation: Calculation
    amount_fen: int


def truth(node: c.Condition | c.Group, verdicts: Mapping[str, bool | None]) -> bool | None:
    """A tree's verdict from its leaves', three-valued as in SQL."""
    if isinstance(node, c.Condition):
        return verdicts[node.path]
    parts = [truth(part, verdicts) for part in node.parts]
    if node.kind == c.NOT:
        return None if parts[0] is None else not parts[0]
    decisive = node.kind == c.ANY
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def blocking_paths(
    node: c.Condition | c.Group, verdicts: Mapping[str, bool | None], wanted: bool = True
) -> Iterable[str]:
    """The leaves that keep a tree from being ``wanted``: those of satisfied groups do not count."""
    if truth(node, verdicts) is wanted:
        return
    if isinstance(node, c.Condition):
        yield node.path
        return
    for part in node.parts:
        yield from blocking_paths(part, verdicts, wanted if node.kind != c.NOT else not wanted)
