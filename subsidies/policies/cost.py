"""What a policy would cost this year, by place."""

from dataclasses import dataclass
from datetime import date

from subsidies.policies import content as c
from subsidies.policies.asking import Compiled, for_everybody
from subsidies.policies.compile import Compiler
from subsidies.policies.engine import asked_of, qualifying
from subsidies.policies.enums import PeriodKind
from subsidies.policies.models import Policy


@dataclass(frozen=True)
class RegionCount:
    """A place: how many qualify today, what one claim of each costs, what was granted since 1 January.

    ``year_fen`` is the whole year: what was granted, one claim of each, and where claims cover months every further
    month until December at the same rate, as far as the limits leave room for each of them.
    """

    path: str
    count: int
    fen: int
    granted_fen: int
    year_fen: int


def count_and_cost(policy: Policy, content: c.Content, *, on: date) -> list[RegionCount]:
    """How many qualify and were not granted it yet, by the places one level below the policy's region.

    Those who will qualify later are not in it. Raises NotAPeriod.
    """
    compiler = Compiler(asked_of(policy, content, on), everybody=True)
    levels = policy.region.path.count("/") + 1
    place = f"substring({{path}} FROM '^(?:[^/]+/){{{{1,{levels}}}}}')"
    monthly = policy.item.period_kind == PeriodKind.MONTHS
    sql = (
        f"SELECT {place.format(path='region_path')} AS path, count(*) AS count, sum(amount_fen)::bigint AS fen,"
        f" sum({this_year(compiler) if monthly else 'amount_fen'})::bigint AS year_fen"
        f" FROM ({qualifying(compiler)}) answer GROUP BY 1"
    )
    found = {row["path"]: row for row in Compiled(sql, compiler.params, everybody=True).rows()}
    granted = _granted(compiler, place.format(path="place.path"))
    nobody = {"count": 0, "fen": 0, "year_fen": 0}
    return [
        RegionCount(
            path,
            row["count"],
            int(row["fen"]),
            granted.get(path, 0),
            int(row["year_fen"]) + granted.get(path, 0),
        )
        for path, row in ((path, found.get(path, nobody)) for path in sorted({*found, *granted}))
    ]


def this_year(compiler: Compiler) -> str:
    """The SQL of a claim now and of the months from today's to December at the same rate, within the limits."""
    limits, most = compiler.content.limits, [str(13 - compiler.asked.on.month)]
    if limits.lifetime_months is not None:
        left = f"greatest({int(limits.lifetime_months)} - months_used - months, 0)"
        most.append(left if limits.lifetime_unless is None else f"CASE WHEN NOT exempt THEN {left} END")
    for limit, used in (
        (limits.lifetime_count, "count_used"),
        (limits.yearly_count, "year_count_used"),
    ):
        if limit is not None:
            most.append(f"greatest({int(limit)} - {used} - 1, 0) * {int(compiler.months or 1)}")
    further = f"coalesce(div(amount_fen::numeric * least({', '.join(most)}), nullif(months, 0)), 0)"
    if limits.yearly_fen is None:
        return f"amount_fen + {further}"
    return f"least(amount_fen + {further}, {int(limits.yearly_fen)} - year_fen_used)"


def _granted(compiler: Compiler, place: str) -> dict[str, int]:
    """What was granted this year under the item where the policy counts, in fen by place."""
    compiler.used()  # binds the year
    sql = (
        f"SELECT {place} AS path, sum(granted.amount_fen)::bigint AS fen FROM subsidies_entitlement granted"
        " JOIN regions_region place ON place.id = granted.region_id"
        " WHERE granted.live AND granted.item_id = %(item)s AND granted.granted_at >= %(year_from)s"
        " AND granted.granted_at < %(year_until)s AND place.path ^@ %(region)s"
        " AND NOT (place.path ^@ ANY(%(carved)s::text[])) GROUP BY 1"
    )
    with for_everybody() as cursor:
        cursor.execute(sql, compiler.params)
        return {path: int(fen) for path, fen in cursor.fetchall()}
