"""Asking the database about a policy version: why one does or does not qualify, who does, what it would cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from employment_portal.facts.catalogue import Fact, fact
from subsidies.policies import content as c
from subsidies.policies.compile import Asked, Compiled, Compiler, GuardRow
from subsidies.policies.models import Guard, Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import parse
from subsidies.policies.periods import check_period, months_in, usual_period
from subsidies.policies.rules import Calculation, calculate, plain, written
from subsidies.policies.words import describe, value_words


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
        return str(MESSAGES[self.code]()) % self.data

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
    why not. ``holders`` are the rows that a grant holds, by guard scope; ``facts`` the values as JSON.
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
    months: int
    calculation: Calculation
    amount_fen: int


@dataclass(frozen=True)
class RegionCount:
    """How many subjects of a place qualify and what one claim of each would cost."""

    path: str
    count: int
    fen: int


def asked(
    version: PolicyVersion, on: date, period: DateRange | None = None, content: c.Content | None = None
) -> Asked:
    """What is asked of the version on that day, for the usual period unless one is given.

    Raises ContentError (a draft that cannot be read), NotAPeriod.
    """
    return asked_of(version.policy, content or parse(version.content), on, period)


def asked_of(policy: Policy, content: c.Content, on: date, period: DateRange | None = None) -> Asked:
    item = policy.item
    if period is None:
        period = usual_period(item.period_kind, content.period_months, on)
    check_period(item.period_kind, period, on)
    guards = Guard.objects.filter(items=item).order_by("pk").values_list("pk", "scope", "lifetime")
    own_versions = (
        PolicyVersion.objects.in_force(on)
        .filter(policy__item=item, policy__region__path__startswith=policy.region.path)
        .exclude(policy=policy)
    )
    return Asked(
        content=content,
        item_id=item.pk,
        subject_key=item.subject,
        region_path=policy.region.path,
        carved=sorted(own_versions.values_list("policy__region__path", flat=True)),
        guards=[GuardRow(*row) for row in guards],
        on=on,
        period=period,
    )


def evaluate(
    version: PolicyVersion,
    *,
    subject_ids: Sequence[int],
    on: date,
    period: DateRange | None = None,
    content: c.Content | None = None,
) -> list[Evaluation]:
    """Each subject's verdict with every condition, in the order of ``subject_ids``, by one query.

    A subject that is not really there (merged, closed) is left out. Facts are those of the period's last day, or of
    ``on`` while it runs. ``content`` is asked in place of the version's own (a draft being written).
    Raises ContentError, NotAPeriod, EngineDisagreement.
    """
    question = asked(version, on, period, content)
    compiler = Compiler(question)
    compiler.params["ids"] = list(subject_ids)
    inner = compiler.facts(f"{compiler.subject.row}.id = ANY(%(ids)s::bigint[])")
    stack = compiler.priced(compiler.verdict(compiler.conditions(inner)))
    sql = f"SELECT answer.*, {conflicts(compiler)} AS conflicts FROM ({stack}) answer"
    items = dict(SubsidyItem.objects.values_list("pk", "code"))
    found = {
        row["subject_id"]: _evaluation(compiler, row, items) for row in _rows(Compiled(sql, compiler.params))
    }
    return [found[key] for key in dict.fromkeys(subject_ids) if key in found]


def conflicts(compiler: Compiler) -> str:
    """The items of live entitlements that a grant would collide with, found through the exclusion index."""
    parts = []
    for guard in compiler.asked.guards:
        holder = compiler.holder(guard.scope)
        if holder is None:
            continue
        key = compiler.bind(guard.pk)
        parts.append(
            "SELECT granted.item_id FROM subsidies_entitlementhold hold"
            " JOIN subsidies_entitlement granted ON granted.id = hold.entitlement_id WHERE hold.live"
            f" AND int8range(hold.guard_id, hold.guard_id, '[]') && int8range({key}, {key}, '[]')"
            " AND int8range(hold.holder_id, hold.holder_id, '[]')"
            f" && int8range(answer.{holder}, answer.{holder}, '[]')"
            f" AND hold.period && {compiler.held_period(guard)}"
        )
    return f"ARRAY({' UNION '.join(parts)})" if parts else "'{}'::bigint[]"


def _rows(query: Compiled) -> Iterable[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))


def _evaluation(compiler: Compiler, row: dict[str, Any], items: dict[int, str]) -> Evaluation:
    content = compiler.content
    values = {ref.key: row[compiler.column[ref.key]] for ref in compiler.refs}
    conditions = _conditions(compiler, row, values)
    calculation = calculate(
        content,
        values,
        period_months=compiler.months,
        months_used=row.get("months_used", 0),
        year_used_fen=row.get("year_fen_used", 0),
    )
    if calculation.fen != row["amount_fen"]:
        text = (
            f"{compiler.subject.key} {row['subject_id']}: {row['amount_fen']} in SQL, {calculation.fen} here"
        )
        raise EngineDisagreement(text)
    reasons = [*_place(compiler, row), *_unmet(conditions), *_limits(compiler, row, values)]
    for item_id in sorted(row["conflicts"]):
        own = item_id == compiler.asked.item_id
        reasons.append(Reason("granted") if own else Reason("excluded", {"item": items[item_id]}))
    if not calculation.fen and not any(reason.code == "yearly_fen" for reason in reasons):
        reasons.append(Reason("no_amount"))
    scopes = {guard.scope for guard in compiler.asked.guards}
    held = {scope: compiler.holder(scope) for scope in scopes}
    return Evaluation(
        subject_id=row["subject_id"],
        qualifies=not reasons,
        region_path=row["region_path"],
        person_id=row["person_id"],
        organisation_id=row["organisation_id"],
        claimant_id=row["claimant_id"],
        name=row["name"],
        conditions=conditions,
        reasons=reasons,
        facts={written(ref): plain(values[ref.key]) for ref in compiler.refs},
        holders={scope: row[name] for scope, name in held.items() if name and row[name] is not None},
        period=compiler.asked.period,
        months=calculation.months or 0,
        calculation=calculation,
        amount_fen=calculation.fen or 0,
    )


def _conditions(compiler: Compiler, row: dict[str, Any], values: dict[Any, Any]) -> list[ConditionResult]:
    verdicts = {leaf.path: row[f"c{index}"] for index, leaf in enumerate(compiler.leaves)}
    blocking = set(blocking_paths(compiler.content.conditions, verdicts))
    return [
        ConditionResult(
            path=leaf.path,
            fact=leaf.ref.fact,
            args=leaf.ref.args,
            op=leaf.op,
            wanted=leaf.value,
            found=plain(values[leaf.ref.key]),
            verdict=verdicts[leaf.path],
            article=leaf.article,
            own_label=leaf.label,
            blocks=leaf.path in blocking,
        )
        for leaf in compiler.leaves
    ]


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


def _place(compiler: Compiler, row: dict[str, Any]) -> list[Reason]:
    if row["here"]:
        return []
    data = {"basis": compiler.content.region_basis}
    if row["region_path"] is None:
        return [Reason("region_not_known", data)]
    if row["region_path"].startswith(compiler.asked.region_path):
        return [Reason("other_policy")]
    return [Reason("region", data)]


def _unmet(conditions: list[ConditionResult]) -> list[Reason]:
    return [
        Reason(
            "not_known" if result.verdict is None else "condition",
            {"path": result.path, "label": result.label},
        )
        for result in conditions
        if result.blocks
    ]


def _limits(compiler: Compiler, row: dict[str, Any], values: dict[Any, Any]) -> list[Reason]:
    limits, reasons = compiler.content.limits, []
    if limits.lifetime_months is not None:
        asked_months = (compiler.months or 1) if compiler.counts_period_months() else 1
        if row["months_used"] + asked_months > limits.lifetime_months:
            reasons.append(
                Reason("lifetime_months", {"limit": limits.lifetime_months, "used": row["months_used"]})
            )
    for code, limit, name in (
        ("lifetime_count", limits.lifetime_count, "count_used"),
        ("yearly_count", limits.yearly_count, "year_count_used"),
    ):
        if limit is not None and row[name] >= limit:
            reasons.append(Reason(code, {"limit": limit, "used": row[name]}))
    if limits.yearly_fen is not None and row["year_fen_used"] >= limits.yearly_fen:
        reasons.append(Reason("yearly_fen"))
    # The other limits are never unknown: without their day nothing says that the claim is in time.
    if row["room"] is not True and not any(reason.code != "yearly_fen" for reason in reasons):
        reasons.append(Reason("too_late", {"limit": limits.claim_within_months}))
    return reasons
