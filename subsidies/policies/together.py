"""What one claimant qualifies for under many versions, by one query: the versions' own queries beside each other."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from subsidies.policies.asking import Asked, Compiled, GuardRow
from subsidies.policies.engine import Compiler, explanation, qualifying, unclaimed
from subsidies.policies.models import Guard, PolicyVersion
from subsidies.policies.parsing import parse
from subsidies.policies.periods import usual_period
from subsidies.policies.verdicts import ConditionResult


@dataclass(frozen=True)
class Qualified:
    """One row of the claimant that qualifies under ``version`` for its usual period and is not claimed for it.

    ``holders``: the row that each scope of guard would hold.
    """

    version: PolicyVersion
    subject_id: int
    name: str
    period: DateRange
    amount_fen: int
    conditions: list[ConditionResult]
    holders: Mapping[str, int]


def qualified_for(
    in_force: Sequence[PolicyVersion], *, claimant_id: int, kind: str, on: date
) -> list[Qualified]:
    """Under every version whose subject is claimed by a ``kind`` ("person" or "organisation"): what this one could claim.

    ``in_force`` are all versions in force on the day, so that a place with a policy of its own is left out of the wider
    one; with ``policy__item`` and ``policy__region``. Two queries.
    """
    guards: dict[int, list[GuardRow]] = defaultdict(list)
    held = Guard.objects.in_force().filter(items__in=[version.policy.item_id for version in in_force])
    for item, *guard in held.order_by("pk").distinct().values_list("items", "pk", "scope", "lifetime"):
        guards[item].append(GuardRow(*guard))
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, version in enumerate(in_force):
        compiler = Compiler(_asked(version, in_force, guards, on))
        if compiler.subject.claimant != kind:
            continue
        compiler.params["claimant"] = claimant_id
        sql = _selected(compiler, number)
        parts.append(re.sub(r"%\((\w+)\)s", rf"%(v{number}_\1)s", sql))
        params |= {f"v{number}_{name}": value for name, value in compiler.params.items()}
    if not parts:
        return []
    return [
        Qualified(
            version=in_force[row["number"]],
            subject_id=row["subject_id"],
            name=row["name"],
            period=DateRange(row["lower"], row["upper"]),
            amount_fen=row["amount_fen"],
            conditions=[ConditionResult.from_json(condition) for condition in row["explanation"]],
            holders={scope: holder for scope, holder in row["holders"].items() if holder is not None},
        )
        for row in Compiled(" UNION ALL ".join(parts), params).rows()
    ]


def _asked(
    version: PolicyVersion,
    in_force: Sequence[PolicyVersion],
    guards: Mapping[int, list[GuardRow]],
    on: date,
) -> Asked:
    """As ``engine.asked``, from what was read for all of them."""
    content, policy = parse(version.content), version.policy
    own = [
        other.policy.region.path
        for other in in_force
        if other.policy.item_id == policy.item_id
        and other.policy_id != policy.pk
        and other.policy.region.path.startswith(policy.region.path)
    ]
    return Asked(
        content=content,
        item_id=policy.item_id,
        subject_key=policy.item.subject,
        region_path=policy.region.path,
        carved=sorted(own),
        guards=guards.get(policy.item_id, []),
        on=on,
        period=usual_period(policy.item.period_kind, content.period_months, on),
    )


def _selected(compiler: Compiler, number: int) -> str:
    answers = qualifying(compiler, f"({compiler.subject.claimant_id}) = %(claimant)s")
    scopes = {guard.scope: compiler.holder(guard.scope) for guard in compiler.asked.guards}
    holders = ", ".join(f"'{scope}', {column}" for scope, column in scopes.items() if column)
    return (
        f"SELECT {number} AS number, subject_id, name::text AS name, %(lower)s::date AS lower, %(upper)s::date AS upper,"
        f" amount_fen, {explanation(compiler)} AS explanation, jsonb_build_object({holders}) AS holders"
        f" FROM ({answers}) answer WHERE {unclaimed()}"
    )
