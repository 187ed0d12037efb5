"""Asking the database about a policy version: why one does or does not qualify, who does, what it would cost."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from subsidies.policies import content as c
from subsidies.policies.asking import Asked, Compiled, GuardRow, for_everybody
from subsidies.policies.compile import Compiler
from subsidies.policies.models import Guard, Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import parse
from subsidies.policies.periods import check_period, usual_period
from subsidies.policies.rules import calculate, months_needed, plain, written
from subsidies.policies.verdicts import ConditionResult, Evaluation, Reason, blocking_paths

__all__ = [
    "Compiled",
    "ConditionResult",
    "EngineDisagreement",
    "Evaluation",
    "Reason",
    "evaluate",
    "found",
    "found_ids",
]


class EngineDisagreement(AssertionError):
    """The database and the plain reckoning gave different amounts: a mistake of the portal, nothing is paid."""


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
    guards = Guard.objects.in_force().filter(items=item).order_by("pk").values_list("pk", "scope", "lifetime")
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
    begins: bool = False,
) -> list[Evaluation]:
    """Each subject's verdict with every condition, in the order of ``subject_ids``, by one query.

    A subject that is not really there (merged, closed) is left out; where a claim ``begins``, also one whose data are
    restricted. Facts are those of the period's last day, or of ``on`` while it runs. ``content`` is asked in place of
    the version's own (a draft being written).
    Raises ContentError, NotAPeriod, EngineDisagreement.
    """
    question = asked(version, on, period, content)
    compiler = Compiler(question)
    compiler.params["ids"] = list(subject_ids)
    inner = compiler.facts(f"{compiler.subject.row}.id = ANY(%(ids)s::bigint[])", findable=begins)
    stack = compiler.priced(compiler.verdict(compiler.conditions(inner)))
    sql = f"SELECT answer.*, {conflicts(compiler)} AS conflicts FROM ({stack}) answer"
    items = dict(SubsidyItem.objects.values_list("pk", "code"))
    found = {
        row["subject_id"]: _evaluation(compiler, row, items) for row in Compiled(sql, compiler.params).rows()
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
            # A range from NULL to NULL is that of everybody.
            f" && int8range(answer.{holder}, answer.{holder}, '[]') AND answer.{holder} IS NOT NULL"
            f" AND hold.period && {compiler.held_period(guard, 'answer')}"
        )
    return f"ARRAY({' UNION '.join(parts)})" if parts else "'{}'::bigint[]"


def found(
    version: PolicyVersion,
    *,
    on: date,
    period: DateRange | None = None,
    subject_ids: Sequence[int] | None = None,
) -> Compiled:
    """Everybody who qualifies and has no live hold, open claim entry or standing offer for the period.

    With ``subject_ids`` only they are looked at. Columns: subject_id, person_id, organisation_id (of the row),
    claimant_person_id, claimant_organisation_id (one of them), region_id, region_path, name, months, amount_fen,
    period, explanation (jsonb list as ``ConditionResult.from_json`` reads it). ``rows()`` runs it; ``sql`` and
    ``params`` fit into an INSERT … SELECT. Raises ContentError, NotAPeriod.
    """
    compiler = Compiler(asked(version, on, period), everybody=subject_ids is None)
    extra = ""
    if subject_ids is not None:
        compiler.params["ids"] = list(subject_ids)
        extra = f"{compiler.subject.row}.id = ANY(%(ids)s::bigint[])"
    whose = "person" if compiler.subject.claimant == "person" else "organisation"
    other = "organisation" if whose == "person" else "person"
    columns = {
        "subject_id": "subject_id",
        "person_id": "person_id",
        "organisation_id": "organisation_id",
        f"claimant_{whose}_id": "claimant_id",
        f"claimant_{other}_id": "NULL::bigint",
        "region_id": "region_id",
        "region_path": "region_path",
        "name": "name",
        "months": "coalesce(months, 0)",
        "amount_fen": "amount_fen",
        "period": "daterange(%(lower)s::date, %(upper)s::date)",
        "explanation": explanation(compiler),
    }
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    sql = f"SELECT {chosen} FROM ({qualifying(compiler, extra)}) answer WHERE {untouched()}"
    return Compiled(sql, compiler.params, everybody=compiler.everybody)


def found_ids(version: PolicyVersion, *, on: date, after: int = 0) -> list[int]:
    """The subjects of ``found`` beyond ``after``, in order, by one pass over everybody."""
    compiled = found(version, on=on)
    sql = f"SELECT answer.subject_id FROM ({compiled.sql}) answer WHERE answer.subject_id > %(after)s ORDER BY 1"
    with for_everybody() as cursor:
        cursor.execute(sql, {**compiled.params, "after": after})
        return [row[0] for row in cursor.fetchall()]


def qualifying(compiler: Compiler, extra: str = "") -> str:
    """Those whose ``Evaluation.qualifies`` would be true, as a set: guards as anti-joins."""
    stack = compiler.priced(compiler.verdict(compiler.conditions(compiler.facts(extra, findable=True))))
    tests = ["meets", "here", "room", "amount_fen > 0"]
    for guard in compiler.asked.guards:
        holder = compiler.holder(guard.scope)
        if holder is not None:
            tests.append(
                "NOT EXISTS (SELECT 1 FROM subsidies_entitlementhold hold WHERE hold.live"
                f" AND hold.guard_id = {compiler.bind(guard.pk)} AND hold.holder_id = able.{holder}"
                f" AND hold.period && {compiler.held_period(guard, 'able')})"
            )
    return f"SELECT * FROM ({stack}) able WHERE {' AND '.join(tests)}"


PERIOD = "daterange(%(lower)s::date, %(upper)s::date)"


def unclaimed() -> str:
    """No open claim of the subject for the period."""
    return (
        "NOT EXISTS (SELECT 1 FROM subsidies_claimentry entry WHERE entry.open AND entry.state = 'included'"
        " AND entry.item_id = %(item)s AND entry.subject_id = answer.subject_id"
        f" AND entry.period && {PERIOD})"
    )


def untouched() -> str:
    """Nothing under way for the subject and period: no open claim, no offer made, confirmed or declined."""
    return (
        f"{unclaimed()} AND NOT EXISTS (SELECT 1 FROM subsidies_offer offer"
        " WHERE offer.state IN ('open', 'confirmed', 'declined') AND offer.item_id = %(item)s"
        f" AND offer.subject_id = answer.subject_id AND offer.period && {PERIOD})"
    )


def explanation(compiler: Compiler) -> str:
    parts = []
    for index, leaf in enumerate(compiler.leaves):
        known = {
            "path": leaf.path,
            **leaf.ref.as_json(),
            "op": leaf.op,
            "wanted": leaf.value,
            "article": leaf.article,
            "label": leaf.label,
            "blocks": False,
        }
        fixed = compiler.bind(json.dumps(known, ensure_ascii=False))
        value = compiler.column[leaf.ref.key]
        parts.append(f"{fixed}::jsonb || jsonb_build_object('found', {value}, 'verdict', c{index})")
    return f"jsonb_build_array({', '.join(parts)})"


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
        exempt=row.get("exempt", False),
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
        held=DateRange(row["held"].lower, row["held"].upper),
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


def _leaf(result: ConditionResult) -> dict[str, Any]:
    return {
        "fact": result.fact,
        "args": dict(result.args),
        "op": result.op,
        "value": result.wanted,
        "label": result.own_label,
    }


def _limits(compiler: Compiler, row: dict[str, Any], values: dict[Any, Any]) -> list[Reason]:
    limits, reasons = compiler.content.limits, []
    if limits.lifetime_months is not None:
        needed = months_needed(compiler.content, values, compiler.months)
        exempt = row.get("exempt", False)
        if not exempt and row["months_used"] + needed > limits.lifetime_months:
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
