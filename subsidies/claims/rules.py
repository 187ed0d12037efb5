"""Pure decisions: which step comes next, who stands in whose way, what is missing, what differs. No database."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.regions.enums import RegionLevel
from subsidies.policies import content as c

LOWEST_LEVEL = {
    StaffRole.STREET_CLERK: RegionLevel.STREET,
    StaffRole.DISTRICT_OFFICER: RegionLevel.DISTRICT,
    StaffRole.CITY_OFFICER: RegionLevel.CITY,
}
NEXT_UP = {
    StaffRole.STREET_CLERK: StaffRole.DISTRICT_OFFICER,
    StaffRole.DISTRICT_OFFICER: StaffRole.CITY_OFFICER,
}
STEP_NAMES = {
    "acceptance": _("Acceptance"),
    "first_review": _("First review"),
    "second_review": _("Second review"),
    "city_review": _("City review"),
}


@dataclass(frozen=True)
class Step(c.Step):
    """One step of a policy's process; ``working_days`` is its clock. Rows of one name divide the amounts up."""

    @property
    def label(self) -> Any:
        return STEP_NAMES.get(self.name, self.name)


def all_steps(content: Mapping[str, Any]) -> list[Step]:
    """The steps that a policy version can ask for, in order."""
    return [
        Step(
            row["name"],
            row["role"],
            int(row["working_days"]),
            int(row.get("from_fen") or 0),
            row.get("below_fen"),
        )
        for row in content["steps"]
    ]


def steps_for(content: Mapping[str, Any], amount_fen: int) -> list[Step]:
    """The steps that a claim of this amount takes, in order; each name once."""
    return [step for step in all_steps(content) if step.applies_to(amount_fen)]


def longest_days(content: Mapping[str, Any]) -> int:
    """The working days of all steps together, for the amount with the longest way."""
    edges = {0, *(step.from_fen for step in all_steps(content))}
    return max(sum(step.working_days for step in steps_for(content, edge)) for edge in edges)


def first_step(content: Mapping[str, Any], amount_fen: int) -> Step:
    return steps_for(content, amount_fen)[0]


def step_named(content: Mapping[str, Any], amount_fen: int, name: str) -> Step:
    """The step of that name for this amount. A claim whose amount has changed may stand at one that its amount does
    not take: then it is the first of that name."""
    named = [step for step in all_steps(content) if step.name == name]
    return next((step for step in named if step.applies_to(amount_fen)), named[0])


def next_step(content: Mapping[str, Any], amount_fen: int, current: str) -> Step | None:
    """The step after ``current`` for this amount; None when ``current`` was the last."""
    _before, after = _around(content, amount_fen, current)
    return after[0] if after else None


def previous_step(content: Mapping[str, Any], amount_fen: int, current: str) -> Step | None:
    """The step before ``current`` for this amount; None at the first."""
    before, _after = _around(content, amount_fen, current)
    return before[-1] if before else None


def missed_step(content: Mapping[str, Any], was_fen: int, now_fen: int, current: str) -> Step | None:
    """The first step, up to ``current``, that a claim takes with its new amount and did not with the old one."""
    before, _after = _around(content, now_fen, current)
    way = [*before, step_named(content, now_fen, current)]
    taken = steps_for(content, was_fen)
    return next((step for step in way if step.applies_to(now_fen) and step not in taken), None)


def _around(content: Mapping[str, Any], amount_fen: int, current: str) -> tuple[list[Step], list[Step]]:
    """The steps that this amount takes before and after ``current``."""
    steps = all_steps(content)
    here = steps.index(step_named(content, amount_fen, current))
    return (
        [step for step in steps[:here] if step.applies_to(amount_fen) and step.name != current],
        [step for step in steps[here + 1 :] if step.applies_to(amount_fen) and step.name != current],
    )


def role_in_charge(role: str, region_level: int) -> str:
    """Who takes a step for a claim of a region of this level: a claim that belongs to a whole district has no street
    clerk, so the district's officer takes that step (and another one the next)."""
    while role in NEXT_UP and region_level < LOWEST_LEVEL[StaffRole(role)]:
        role = NEXT_UP[StaffRole(role)]
    return role


@dataclass(frozen=True)
class Bar:
    """Why somebody may not decide, as a code and a sentence."""

    code: str
    sentence: Any


BARS = {
    "role": Bar("role", _("This step belongs to another role or region.")),
    "own": Bar("own", _("This is your own claim. A colleague decides it.")),
    "member": Bar("member", _("You act for this organisation. A colleague decides its claims.")),
    "declared": Bar("declared", _("You have declared a conflict of interest with this claimant.")),
    "maker": Bar("maker", _("You entered this claim or handed something in for it. A colleague decides it.")),
    "earlier": Bar("earlier", _("You decided another step of this claim. Somebody else takes this one.")),
    "appealed": Bar(
        "appealed", _("You took the decision that was appealed against. A colleague decides now.")
    ),
}


@dataclass(frozen=True)
class Standing:
    """What one natural person has to do with a claim. ``decided_steps`` over all rounds."""

    user_id: int
    is_claimant: bool = False
    is_member: bool = False
    has_declared_conflict: bool = False
    acted_as_claimant: bool = False
    decided_steps: frozenset[str] = frozenset()
    overturned: bool = False


def bar_of(standing: Standing, *, step: str) -> Bar | None:
    """The first reason that keeps this person from deciding the step, if any."""
    checks = [
        ("own", standing.is_claimant),
        ("member", standing.is_member),
        ("declared", standing.has_declared_conflict),
        ("maker", standing.acted_as_claimant),
        ("earlier", bool(standing.decided_steps - {step})),
        ("appealed", standing.overturned),
    ]
    return next((BARS[code] for code, applies in checks if applies), None)


def canonical_sha256(value: Any) -> str:
    """The fingerprint of a JSON value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Missing:
    """A part of a draft that is not ready, and why."""

    part: str
    sentence: Any


def missing_evidence(
    wanted: Iterable[Mapping[str, Any]], *, handed_in: Iterable[str], committed: bool
) -> list[Mapping[str, Any]]:
    """Required papers that are neither handed in nor covered by a signed commitment (告知承诺)."""
    have = set(handed_in)
    return [
        paper
        for paper in wanted
        if paper.get("required")
        and paper["code"] not in have
        and not (committed and paper.get("commitment_allowed"))
    ]


def missing_parts(*, entries: int, checked: bool, papers_missing: int, has_account: bool) -> list[Missing]:
    """What keeps a draft from being submitted."""
    missing = []
    if not entries:
        missing.append(Missing("entries", _("Add at least one person who qualifies.")))
    if not checked:
        missing.append(Missing("declare", _("Check the data that we hold.")))
    if papers_missing:
        missing.append(Missing("evidence", _("Hand in the papers, or sign the commitment in their place.")))
    if not has_account:
        missing.append(Missing("account", _("Enter the account that the money goes to.")))
    return missing


def same_value(declared: Any, held: Any) -> bool:
    """Whether what somebody declares is what the portal holds, whatever the type it is stored as."""
    if held is None or declared in (None, ""):
        return False
    if isinstance(held, bool):
        return str(declared).lower() in ({"true", "yes", "1"} if held else {"false", "no", "0"})
    if isinstance(held, list):
        return sorted(map(str, held)) == sorted(
            map(str, declared if isinstance(declared, list) else [declared])
        )
    try:
        return float(declared) == float(held)
    except (TypeError, ValueError):
        return str(declared) == str(held)
