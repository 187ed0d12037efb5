"""Which guards a grant holds, and what one finds among what was granted before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from employment_portal.facts.catalogue import subject
from subsidies.claims.entitlement_models import Entitlement
from subsidies.policies.asking import holder_of
from subsidies.policies.enums import GuardScope
from subsidies.policies.models import Guard, SubsidyItem

SHOWN = 50


def keep_guards_still() -> None:
    """No guard comes into force until the caller's transaction ends: call it before the guards are read.

    It takes the lock that granting takes anyway; ``publish_guard`` waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE subsidies_entitlement IN ROW EXCLUSIVE MODE")


def guards_to_hold(item: SubsidyItem) -> list[Guard]:
    """The guards that a grant of the item holds, still until the caller's transaction ends."""
    keep_guards_still()
    return list(Guard.objects.in_force().filter(items=item).order_by("pk"))


def all_guards() -> QuerySet[Guard]:
    return Guard.objects.select_related("replaces", "made_by").prefetch_related("items")


def without_holder(items: Iterable[SubsidyItem], scope: str) -> list[SubsidyItem]:
    """The items whose subject has no row of that scope: nothing could be held for them."""
    return [item for item in items if holder_of(subject(item.subject), scope) is None]


@dataclass(frozen=True)
class Effect:
    """What a guard finds: ``granted`` live entitlements, of which ``overlapping`` lie on an earlier one of the same of
    ``holders`` holders; the last ``SHOWN`` of them with the earlier one."""

    granted: int
    overlapping: int
    holders: int
    pairs: Sequence[tuple[Entitlement, Entitlement]]


# Each day that a holder was granted is held once, by the entitlement that covers it first.
HELD = """
WITH granted AS MATERIALIZED ({granted}), held AS (
    SELECT granted.*, max(coalesce(upper(period), 'infinity')) OVER (
        PARTITION BY holder_id ORDER BY coalesce(lower(period), '-infinity'), id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS until FROM granted
), pieces AS (
    SELECT held.*, CASE WHEN until IS NULL THEN period WHEN until = 'infinity' THEN 'empty'
                        ELSE period * daterange(until, NULL) END AS piece,
           until > coalesce(lower(period), '-infinity') AS twice FROM held
)
"""
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE twice), count(DISTINCT holder_id) FILTER (WHERE twice) FROM pieces
"""
PAIRS = """
SELECT late.id, early.id FROM (SELECT * FROM pieces WHERE twice ORDER BY id DESC LIMIT %(shown)s) late
  JOIN LATERAL (
    SELECT id FROM granted WHERE granted.holder_id = late.holder_id AND granted.period && late.period
       AND (coalesce(lower(granted.period), '-infinity'), granted.id) < (coalesce(lower(late.period), '-infinity'), late.id)
     ORDER BY coalesce(lower(granted.period), '-infinity'), id LIMIT 1
  ) early ON true ORDER BY late.id DESC
"""
HOLD = """
INSERT INTO subsidies_entitlementhold (entitlement_id, guard_id, holder_id, period, live)
SELECT id, %(guard)s, holder_id, piece, true FROM pieces WHERE NOT isempty(piece)
"""


def effect_of(guard: Guard) -> Effect:
    """What it would find today among what is granted; the row of the guard may be a draft."""
    with connection.cursor() as cursor:
        sql, params = granted_under(guard)
        cursor.execute(HELD.replace("{granted}", sql) + COUNTS, params)
        granted, overlapping, holders = cursor.fetchone()
        cursor.execute(HELD.replace("{granted}", sql) + PAIRS, params | {"shown": SHOWN})
        found = cursor.fetchall()
    rows = Entitlement.objects.select_related("item", "person", "organisation", "claim", "region")
    by_id = rows.in_bulk([pk for pair in found for pk in pair])
    return Effect(granted, overlapping, holders, [(by_id[late], by_id[early]) for late, early in found])


def hold_what_was_granted(guard: Guard) -> int:
    """A hold of the guard for every live entitlement that was there before it, as far as none overlaps; how many."""
    with connection.cursor() as cursor:
        sql, params = granted_under(guard)
        cursor.execute(HELD.replace("{granted}", sql) + HOLD, params | {"guard": guard.pk})
        return cursor.rowcount


def granted_under(guard: Guard) -> tuple[str, dict[str, Any]]:
    """The live entitlements of its items with a known holder: id, holder_id and the time that is held."""
    period = "'(,)'::daterange" if guard.lifetime else "granted.period"
    parts, params = [], {}
    items: dict[str, list[int]] = {}
    for pk, key in guard.items.order_by("pk").values_list("pk", "subject"):
        items.setdefault(key, []).append(pk)
    for number, (key, ids) in enumerate(items.items()):
        params[f"items{number}"] = ids
        holder, join = _holder(key, guard.scope)
        parts.append(
            f"SELECT granted.id, {holder} AS holder_id, {period} AS period FROM subsidies_entitlement granted {join}"
            f" WHERE granted.live AND granted.item_id = ANY(%(items{number})s) AND {holder} IS NOT NULL"
        )
    nothing = "SELECT 0::bigint AS id, 0::bigint AS holder_id, '(,)'::daterange AS period WHERE false"
    return " UNION ALL ".join(parts) or nothing, params


def _holder(subject_key: str, scope: str) -> tuple[str, str]:
    """The SQL of an entitlement's holder, as the policy engine finds it, and the join that it needs. What opening data
    left without a subject is held for the person or firm that it names."""
    of = subject(subject_key)
    column = holder_of(of, scope)
    if column is None:
        return "NULL::bigint", ""
    if column == "subject_id":
        return "granted.subject_id", ""
    named = of.person_id if scope == GuardScope.PERSON else of.organisation_id
    rows = f"SELECT {of.row}.id AS id, {of.holders.get(scope, named)} AS holder {of.from_clause()}"
    return (
        "found.holder" if scope in of.holders else f"coalesce(found.holder, granted.{column})",
        f"LEFT JOIN ({rows}) found ON found.id = granted.subject_id",
    )
