"""Random limits, guards of every scope and earlier grants: the database's answers are those of a plain reading."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.facts.catalogue import FactType, subject
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.opening.models import OpeningImport, OpeningRow
from subsidies.policies.engine import evaluate, found
from subsidies.policies.enums import GuardScope, PeriodKind
from subsidies.policies.models import Guard
from subsidies.policies.parsing import parse
from subsidies.policies.rules import calculate
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_policies import (
    GuardFactory,
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    content,
)
from tests.facts.worlds import ON, make_world
from tests.subsidies.policies.plain_reading import (
    plain_truth,
    plain_verdict,
    random_amount,
    random_condition,
    random_ref,
    usable,
    value_of,
)

pytestmark = pytest.mark.django_db
SUBJECTS = ["person", "employment", "certificate", "venture", "employer", "carrier"]
POLICIES = 6
LIMIT_CODES = {"lifetime_months", "lifetime_count", "yearly_count", "yearly_fen", "too_late"}


@dataclass(frozen=True)
class Grant:
    """An entitlement as the plain reading sees it."""

    item: Any
    owner: int | None
    holders: dict[str, int | None]
    period: DateRange
    months: int
    fen: int
    year: int
    live: bool


def holders_of(subject_key: str, row: Any) -> dict[str, int | None]:
    """Whom a guard of each scope holds for, in words of the models."""
    person = {"person": "pk", "employment": "person_id", "certificate": "person_id", "venture": "founder_id"}
    firm = {
        "employment": "employer_id",
        "venture": "organisation_id",
        "employer": "pk",
        "carrier": "pk",
    }
    found = {scope: row.pk if scope == subject_key else None for scope in GuardScope.values}
    found[GuardScope.PERSON] = getattr(row, person[subject_key]) if subject_key in person else None
    found[GuardScope.ORGANISATION] = getattr(row, firm[subject_key]) if subject_key in firm else None
    if subject_key == "certificate":
        same = row.person.skill_certificates.filter(level=row.level, occupation_name=row.occupation_name)
        found[GuardScope.SKILL] = min((one.pk for one in same if row.level), default=None)
    return found


def owner_of(subject_key: str, holders: dict[str, int | None]) -> int | None:
    """Whose earlier benefits the limits count."""
    if subject_key == "venture":
        return holders[GuardScope.VENTURE]
    return holders[GuardScope.PERSON] or holders[GuardScope.ORGANISATION]


def overlap(one: DateRange, other: DateRange) -> bool:
    least, most = date.min, date.max
    return (one.lower or least) < (other.upper or most) and (other.lower or least) < (one.upper or most)


def held(guard: Guard, period: DateRange) -> DateRange:
    return DateRange(None, None) if guard.lifetime else period


def touched(subject_key: str, row: Any, period: DateRange) -> DateRange:
    """The months of a period in which an employment held: what a grant for it holds."""
    if subject_key != "employment" or period.lower is None:
        return period
    months = relativedelta(months=1)
    ends = row.period.upper and (row.period.upper - relativedelta(days=1)).replace(day=1) + months
    lower = max(period.lower, row.period.lower.replace(day=1))
    upper = min(period.upper, ends or date.max)
    return DateRange(lower, upper) if lower < upper else period


def random_period(random: Random, kind: str) -> DateRange:
    if kind == PeriodKind.ONCE:
        return DateRange(None, None)
    if kind == PeriodKind.YEAR:
        year = random.choice([2025, 2026])
        return DateRange(date(year, 1, 1), date(year + 1, 1, 1))
    first = date(random.choice([2025, 2026]), random.randrange(1, 11), 1)
    return DateRange(first, first + relativedelta(months=random.randrange(1, 4)))


class Past:
    """Random earlier grants, in the database and in the list ``grants``."""

    def __init__(self, random: Random, subject_key: str, region: Any) -> None:
        self.random, self.subject_key, self.region = random, subject_key, region
        self.grants: list[Grant] = []
        now = timezone.now()
        self.batch = OpeningImport.objects.create(
            source="旧系统", name="历史.xlsx", sha256=f"{random.getrandbits(256):064x}", state="applied",
            made_by=UserFactory(), made_at=now, approved_by=UserFactory(), applied_at=now, region=region,
        )  # fmt: skip

    def grant(self, row: Any, item: Any) -> None:
        random, holders = self.random, holders_of(self.subject_key, row)
        grant = Grant(
            item=item,
            owner=owner_of(self.subject_key, holders),
            holders=holders,
            period=random_period(random, item.period_kind),
            months=random.randrange(13),
            fen=random.randrange(1, 100_000),
            year=random.choice([2025, 2026, 2026]),
            live=random.random() < 0.85,
        )
        guards = list(item.guards.all())
        # An entitlement has a hold on every guard of its item, and no two of them overlap.
        if any(holders[guard.scope] is None for guard in guards):
            return
        if grant.live and self.held(guards, holders, grant.period):
            return
        self.grants.append(grant)
        number = len(self.grants)
        opening = OpeningRow.objects.create(
            batch=self.batch, number=number, kind="benefit", source="旧系统",
            source_id=f"{self.batch.pk}-{number}", payload="{}", applied=True,
        )  # fmt: skip
        # New Year is when the city's clocks say so: the first hour of 2026 is still 2025 in UTC.
        at = random.choice(
            [
                datetime(grant.year - 1, 12, 31, 16, 30, tzinfo=UTC),
                datetime(grant.year, 12, 31, 15, 30, tzinfo=UTC),
            ]
        )
        made = Entitlement.objects.create(
            opening=opening, item=item, region=self.region, person_id=holders[GuardScope.PERSON],
            organisation_id=holders[GuardScope.ORGANISATION], subject_id=row.pk, period=grant.period,
            months=grant.months, amount_fen=grant.fen, live=grant.live, granted_at=at,
            ended_at=None if grant.live else at,
        )  # fmt: skip
        for guard in guards:
            EntitlementHold.objects.create(
                entitlement=made, guard=guard, holder_id=holders[guard.scope],
                period=held(guard, grant.period), live=grant.live,
            )  # fmt: skip

    def held(self, guards: list[Guard], holders: dict[str, int | None], period: DateRange) -> set[str]:
        """The codes of the items that stand in the way."""
        found = set()
        for guard in guards:
            items = set(guard.items.values_list("pk", flat=True))
            for grant in self.grants:
                same = holders[guard.scope] is not None and grant.holders[guard.scope] == holders[guard.scope]
                counts = grant.live and grant.item.pk in items and same
                if counts and overlap(held(guard, grant.period), held(guard, period)):
                    found.add(grant.item.code)
        return found


def random_limits(random: Random, known: list[Any], kind: str) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for name, most in (("lifetime_months", 24), ("lifetime_count", 3), ("yearly_count", 3)):
        if random.random() < 0.4:
            limits[name] = random.randrange(1, most)
    if random.random() < 0.4:
        limits["yearly_fen"] = random.choice([1_000, 60_000, 300_000])
    if "lifetime_months" in limits and random.random() < 0.5:
        limits["lifetime_unless"] = random_condition(random, known)
    dates = [fact for fact in known if fact.type == FactType.DATE]
    if random.random() < 0.4 and (dates or kind != PeriodKind.ONCE):
        limits["claim_within_months"] = random.choice([1, 2, 12])
        if dates and (kind == PeriodKind.ONCE or random.random() < 0.5):
            limits["from_fact"] = random_ref(random, random.choice(dates))
    return limits


def plain_limits(said: Any, values: dict[Any, Any], grants: list[Grant], period: DateRange) -> set[str]:
    """The codes of the limits that leave no room, read as their words say."""
    limits, broken = said.limits, set()
    months = None
    if period.lower is not None:
        months = (period.upper.year - period.lower.year) * 12 + period.upper.month - period.lower.month
    exempt = False
    if limits.lifetime_unless is not None:
        exempt = plain_verdict(limits.lifetime_unless, values[limits.lifetime_unless.ref.key]) is True
    if limits.lifetime_months is not None and not exempt:
        least = months or 1
        if said.amount.months is not None:
            counted = values[said.amount.months.key]
            least = 1 if counted is None or said.amount.kind == "per_month" else max(int(counted), 1)
        if sum(grant.months for grant in grants) + least > limits.lifetime_months:
            broken.add("lifetime_months")
    this_year = [grant for grant in grants if grant.year == ON.year]
    if limits.lifetime_count is not None and len(grants) >= limits.lifetime_count:
        broken.add("lifetime_count")
    if limits.yearly_count is not None and len(this_year) >= limits.yearly_count:
        broken.add("yearly_count")
    if limits.yearly_fen is not None and sum(grant.fen for grant in this_year) >= limits.yearly_fen:
        broken.add("yearly_fen")
    if limits.claim_within_months is not None:
        if limits.from_fact is not None:
            start = values[limits.from_fact.key]
        else:
            start = period.upper - relativedelta(days=1)
        if start is None or start + relativedelta(months=limits.claim_within_months) < ON:
            broken.add("too_late")
    return broken


@pytest.mark.parametrize("subject_key", SUBJECTS)
@pytest.mark.parametrize("kind", PeriodKind.values)
def test_limits_guards_and_periods_are_those_of_a_plain_reading(subject_key, kind):
    random = Random(f"{kind}{subject_key}")
    world = make_world(len(kind), people=6)
    rows, known = world.rows.get(subject_key, []), usable(subject_key)
    item, other = (SubsidyItemFactory(subject=subject_key, period_kind=kind) for _ in range(2))
    scopes = {scope for row in rows for scope, holder in holders_of(subject_key, row).items() if holder}
    for scope in sorted(scopes):
        GuardFactory(
            scope=scope, lifetime=random.random() < 0.3, items=random.choice([[item], [item, other]])
        )
    policy = PolicyFactory(item=item)
    past = Past(random, subject_key, policy.region)
    for row in rows:
        for _ in range(random.randrange(3)):
            past.grant(row, random.choice([item, item, other]))
    usual = {
        PeriodKind.ONCE: DateRange(None, None),
        PeriodKind.YEAR: DateRange(date(2026, 1, 1), date(2027, 1, 1)),
        PeriodKind.MONTHS: DateRange(date(2026, 8, 1), date(2026, 11, 1)),
    }[kind]
    day = date(2026, 10, 31) if kind == PeriodKind.MONTHS else ON

    for _ in range(POLICIES):
        said = content(
            conditions=[random_condition(random, known), {"fact": known[0].key, "op": "known", "value": None, "article": "1"}]
            if random.random() < 0.3
            else [{"fact": known[0].key, "op": random.choice(["known", "known", "unknown"]), "value": None, "article": "1"}],
            amount=random_amount(random, known),
            limits=random_limits(random, known, kind),
            region_basis=next(iter(subject(subject_key).regions)),
        )  # fmt: skip
        version, parsed = PolicyVersionFactory.build(policy=policy, content=said), parse(said)
        answers = {e.subject_id: e for e in evaluate(version, subject_ids=[row.pk for row in rows], on=ON)}
        able = {row["subject_id"]: row["amount_fen"] for row in found(version, on=ON).rows()}

        for row in rows:
            if row.pk not in answers:
                continue
            answer, holders = answers[row.pk], holders_of(subject_key, row)
            mine = [
                g
                for g in past.grants
                if g.live and g.item == item and g.owner == owner_of(subject_key, holders) and g.owner
            ]
            values = {ref.key: value_of(ref, subject_key, row, day) for ref in parsed.refs()}
            broken = plain_limits(parsed, values, mine, usual)
            taken = past.held(list(item.guards.all()), holders, touched(subject_key, row, usual))
            exempt = parsed.limits.lifetime_unless is not None and plain_verdict(
                parsed.limits.lifetime_unless, values[parsed.limits.lifetime_unless.ref.key]
            )
            fen = calculate(
                parsed,
                values,
                period_months={PeriodKind.ONCE: None, PeriodKind.YEAR: 12, PeriodKind.MONTHS: 3}[kind],
                months_used=sum(g.months for g in mine),
                year_used_fen=sum(g.fen for g in mine if g.year == ON.year),
                exempt=bool(exempt),
            ).fen
            meets = plain_truth(parsed.conditions, subject_key, row, day) is True
            here = bool(answer.region_path and answer.region_path.startswith(policy.region.path))
            codes = {reason.code for reason in answer.reasons}

            assert (codes & LIMIT_CODES) - {"too_late"} == broken - {"too_late"}, (said, mine)
            assert broken - codes <= ({"too_late"} if broken - {"too_late"} else set()), said
            assert ("granted" in codes, "excluded" in codes) == (item.code in taken, other.code in taken)
            qualifies = meets and here and not broken and not taken and bool(fen)
            assert answer.qualifies == qualifies, (said, answer.reasons)
            assert (row.pk in able) == qualifies, (said, answer.reasons)
            assert able.get(row.pk, fen) == fen
