"""What a policy version says, as data: conditions, amount, limits, evidence, steps, clocks.

The JSON of ``PolicyVersion.content`` and these dataclasses are two forms of one thing: ``parse`` reads the one,
``as_json`` writes it back in its canonical form. Whether it makes sense for an item (facts of its subject, values
of the right type) is for ``checking`` to say. Amounts are fen, clocks working days.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

EQ, NE, LT, LE, GT, GE, BETWEEN = "eq", "ne", "lt", "le", "gt", "ge", "between"
IN, NOT_IN = "in", "not_in"
ANY_OF, ALL_OF, NONE_OF = "any_of", "all_of", "none_of"
WITHIN, NOT_WITHIN = "within", "not_within"
KNOWN, UNKNOWN = "known", "unknown"

ALL, ANY, NOT = "all", "any", "not"

# An argument with this value is the number of months that the claim covers.
PERIOD = "period"

ROUNDINGS = ("half_up", "half_even", "down", "up")
ROUNDING_UNITS = (1, 100)


@dataclass(frozen=True)
class FactRef:
    """A fact with its arguments filled in."""

    fact: str
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        return self.fact, tuple(sorted(self.args.items()))

    def as_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "args": dict(self.args)}


@dataclass(frozen=True)
class Condition:
    """``fact op value``. ``path`` is its place in the tree ("all.0.any.1"); ``label`` replaces the plain words."""

    ref: FactRef
    op: str
    value: Any
    article: str
    label: str = ""
    path: str = ""

    def as_json(self) -> dict[str, Any]:
        found = {**self.ref.as_json(), "op": self.op, "value": self.value, "article": self.article}
        return {**found, "label": self.label} if self.label else found


@dataclass(frozen=True)
class Group:
    """``all``, ``any`` or ``not`` (of exactly one) over conditions and groups."""

    kind: str
    parts: tuple["Condition | Group", ...]
    path: str = ""

    def as_json(self) -> dict[str, Any]:
        if self.kind == NOT:
            return {NOT: self.parts[0].as_json()}
        return {self.kind: [part.as_json() for part in self.parts]}

    def leaves(self) -> Iterator[Condition]:
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.leaves()
            else:
                yield part


@dataclass(frozen=True)
class Fixed:
    fen: int
    kind = "fixed"
    months = None

    def refs(self) -> list[FactRef]:
        return []

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "fen": self.fen}


@dataclass(frozen=True)
class PerMonth:
    """``months`` None means the months of the claim; ``cap_fen`` is that of a whole claim."""

    fen: int
    months: FactRef | None = None
    cap_fen: int | None = None
    kind = "per_month"

    def refs(self) -> list[FactRef]:
        return [self.months] if self.months else []

    def as_json(self) -> dict[str, Any]:
        written = {
            "kind": self.kind,
            "fen": self.fen,
            "months_fact": self.months.as_json() if self.months else None,
        }
        return written if self.cap_fen is None else {**written, "cap_fen": self.cap_fen}


@dataclass(frozen=True)
class Rate:
    """``of × numerator ÷ denominator``, rounded once, then capped; ``monthly`` multiplies it by the months.

    The months, which ``per_month_cap_fen`` counts too, are those of ``months``; None means those of the claim.
    """

    of: FactRef
    numerator: int
    denominator: int
    cap_fen: int | None = None
    per_month_cap_fen: int | None = None
    monthly: bool = False
    months: FactRef | None = None
    kind = "rate"

    def refs(self) -> list[FactRef]:
        return [self.of, *([self.months] if self.months else [])]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            **self.of.as_json(),
            "numerator": self.numerator,
            "denominator": self.denominator,
            "cap_fen": self.cap_fen,
            "per_month_cap_fen": self.per_month_cap_fen,
            "monthly": self.monthly,
            **_months_json(self.months),
        }


@dataclass(frozen=True)
class Table:
    """The first row whose cells all fit; None fits everything, ``{"from": 1, "to": 9}`` a band with its ends.

    A row ends in its amount in fen; ``monthly`` multiplies it by the months. With ``of`` a row ends in numerator and
    denominator instead: a rate of that fact (``{"kind": "rate_table"}``). ``months`` as in a rate.
    """

    columns: tuple[FactRef, ...]
    rows: tuple[tuple[Any, ...], ...]
    monthly: bool = False
    of: FactRef | None = None
    cap_fen: int | None = None
    per_month_cap_fen: int | None = None
    months: FactRef | None = None

    @property
    def kind(self) -> str:
        return "rate_table" if self.of else "table"

    @property
    def width(self) -> int:
        return len(self.columns) + (2 if self.of else 1)

    def refs(self) -> list[FactRef]:
        return [*self.columns, *(ref for ref in (self.of, self.months) if ref)]

    def as_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "kind": self.kind,
            "columns": [column.as_json() for column in self.columns],
            "rows": [list(row) for row in self.rows],
            **_months_json(self.months),
        }
        if self.of:
            caps = {"cap_fen": self.cap_fen, "per_month_cap_fen": self.per_month_cap_fen}
            return {**written, **self.of.as_json(), **caps}
        return {**written, "monthly": self.monthly}


Amount = Fixed | PerMonth | Rate | Table


def _months_json(months: FactRef | None) -> dict[str, Any]:
    """Written only where there is one: the fingerprints of versions without it stay as they are."""
    return {"months_fact": months.as_json()} if months else {}


@dataclass(frozen=True)
class Limits:
    """``lifetime_*`` and ``yearly_*`` count what the person (else the organisation) was granted under the item;
    ``yearly_count`` also what was granted under the items ``yearly_with`` (their codes).

    ``lifetime_unless`` lifts ``lifetime_months`` for those who meet it. ``claim_within_months`` counts from
    ``from_fact``, else from the end of the period claimed.
    """

    lifetime_months: int | None = None
    lifetime_count: int | None = None
    yearly_count: int | None = None
    yearly_with: tuple[str, ...] = ()
    yearly_fen: int | None = None
    claim_within_months: int | None = None
    from_fact: FactRef | None = None
    lifetime_unless: Condition | None = None

    def as_json(self) -> dict[str, Any]:
        shared = {"yearly_with": list(self.yearly_with)} if self.yearly_with else {}
        return {
            **shared,
            "lifetime_months": self.lifetime_months,
            "lifetime_count": self.lifetime_count,
            "yearly_count": self.yearly_count,
            "yearly_fen": self.yearly_fen,
            "claim_within_months": self.claim_within_months,
            "from_fact": self.from_fact.as_json() if self.from_fact else None,
            "lifetime_unless": self.lifetime_unless.as_json() if self.lifetime_unless else None,
        }


@dataclass(frozen=True)
class EvidenceItem:
    """A paper asked for; ``commitment_allowed``: a signed commitment (告知承诺) stands in for it."""

    code: str
    label: str
    required: bool = True
    commitment_allowed: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "label": self.label,
            "required": self.required,
            "commitment_allowed": self.commitment_allowed,
        }


@dataclass(frozen=True)
class Step:
    """A step of the decision; it applies to amounts from ``from_fen`` up to but not including ``below_fen``."""

    name: str
    role: str
    working_days: int
    from_fen: int = 0
    below_fen: int | None = None

    def applies_to(self, amount_fen: int) -> bool:
        return amount_fen >= self.from_fen and (self.below_fen is None or amount_fen < self.below_fen)

    def as_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {"name": self.name, "role": self.role, "working_days": self.working_days}
        if self.from_fen:
            written["from_fen"] = self.from_fen
        if self.below_fen is not None:
            written["below_fen"] = self.below_fen
        return written


@dataclass(frozen=True)
class Content:
    """All that a version says. ``period_months`` is how many months a claim covers unless the claimant says else."""

    conditions: Group
    region_basis: str
    amount: Amount
    rounding: str
    rounding_unit_fen: int
    limits: Limits
    evidence: tuple[EvidenceItem, ...]
    steps: tuple[Step, ...]
    correction_working_days: int
    notice_working_days: int
    payment_working_days: int
    without_application: bool
    fund: str
    period_months: int = 3

    def refs(self) -> list[FactRef]:
        """Every fact it speaks of, each once, in the order of the text."""
        found = [leaf.ref for leaf in self.conditions.leaves()] + self.amount.refs()
        if self.limits.from_fact:
            found.append(self.limits.from_fact)
        if self.limits.lifetime_unless:
            found.append(self.limits.lifetime_unless.ref)
        return list({ref.key: ref for ref in found}.values())

    def steps_for(self, amount_fen: int) -> list[Step]:
        """The steps that a claim over this amount goes through, in their order."""
        return [step for step in self.steps if step.applies_to(amount_fen)]

    def as_json(self) -> dict[str, Any]:
        return {
            "conditions": self.conditions.as_json(),
            "region_basis": self.region_basis,
            "amount": self.amount.as_json(),
            "rounding": self.rounding,
            "rounding_unit_fen": self.rounding_unit_fen,
            "limits": self.limits.as_json(),
            "evidence": [item.as_json() for item in self.evidence],
            "steps": [step.as_json() for step in self.steps],
            "correction_working_days": self.correction_working_days,
            "notice_working_days": self.notice_working_days,
            "payment_working_days": self.payment_working_days,
            "without_application": self.without_application,
            "fund": self.fund,
            "period_months": self.period_months,
        }


def canonical(content: Content) -> str:
    """One text for one meaning: sorted keys, no spaces, characters as they are."""
    return json.dumps(content.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(content: Content) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()
