"""Who qualifies and has not claimed, among five million people, by a policy of eight conditions.

Measured is ``found_ids``: what the search of every night asks first, from the stored text of the version to the list
of ids. Beside it, in interleaved rounds:

- the ORM loop: the same policy written out in Python over prefetched objects, on a stretch of SAMPLE people, in
  people a second; it must find whom the engine finds there, with the same amounts;
- the scan floor: ``SELECT count(*)`` without a condition over each table that the compiled query names, index-only
  and other index scans switched off, with the planner settings of the engine's query: each table read once, whole.
"""

import re
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db.models import Prefetch
from django.utils.timezone import localdate

from employment_portal.accounts.models import User
from employment_portal.bench.frame import Result, database_of_its_own, interleaved
from employment_portal.bench.people import NOW, ON, fill_people
from employment_portal.people.enums import EmploymentStatus, GroupState, RealNameStatus, RetirementCategory
from employment_portal.people.models import GroupMembership, Person, StatusSpell
from employment_portal.people.records.rules import age_on, retirement_of
from employment_portal.regions.models import Region
from employment_portal.registers.models import CivilRecord, SocialInsuranceMonth
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.models import ClaimEntry
from subsidies.matching.models import Offer
from subsidies.policies.asking import for_everybody
from subsidies.policies.engine import asked, found, found_ids
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem
from subsidies.policies.reference import load_items

ROWS = 5_000_000
ROUNDS = 3
SAMPLE = 20_000
BAR_LOOP = 50.0
BAR_FLOOR = 0.25
ITEM = "flexible-insurance"
MONTHLY_CAP_FEN = 80_000
MONTHS = 3

# The shipped policy for flexible work of people in hardship (subsidies/policies/data), with two conditions more.
CONDITIONS = [
    {"fact": "person.identity_confirmed", "op": "eq", "value": True},
    {"fact": "person.age", "op": "ge", "value": 16},
    {"fact": "person.hardship", "op": "eq", "value": True},
    {"fact": "person.status", "op": "eq", "value": "flexible"},
    {"fact": "person.months_in_status", "op": "ge", "value": 3},
    {"fact": "person.flexible_months", "args": {"months": "period"}, "op": "ge", "value": 1},
    {"fact": "person.retired", "op": "eq", "value": False},
    {"fact": "person.deceased", "op": "eq", "value": False},
]
CONTENT = {
    "conditions": {"all": [{**condition, "article": "示例办法第三条"} for condition in CONDITIONS]},
    "region_basis": "insured",
    "amount": {
        "kind": "rate",
        "fact": "person.flexible_paid",
        "args": {"months": "period"},
        "numerator": 2,
        "denominator": 3,
        "per_month_cap_fen": MONTHLY_CAP_FEN,
    },
    "limits": {
        "lifetime_months": 36,
        "lifetime_unless": {
            "fact": "person.months_to_retirement_at_first",
            "args": {"item": ITEM},
            "op": "le",
            "value": 60,
            "article": "财社〔2023〕181号",
        },
        "claim_within_months": 12,
    },
    "steps": [
        {"name": "acceptance", "role": "street_clerk", "working_days": 5},
        {"name": "first_review", "role": "district_officer", "working_days": 10},
    ],
    "correction_working_days": 10,
    "notice_working_days": 5,
    "payment_working_days": 15,
    "without_application": True,
    "fund": "employment",
    "period_months": MONTHS,
}


def run(rows: int, *, say: Callable[[str], None], rounds: int = ROUNDS) -> list[Result]:
    with database_of_its_own("portal_bench_policies"):
        version = make_version()
        fill_people(rows, version=version, period=asked(version, ON).period, officers=_officers(), say=say)
        return measure(version, rows, say=say, rounds=rounds)


def measure(version: PolicyVersion, rows: int, *, say: Callable[[str], None], rounds: int) -> list[Result]:
    size = min(rows, SAMPLE)
    first = (rows - size) // 2 + 1
    end = first + size
    few = found(version, on=ON, subject_ids=range(first, end)).rows()
    able = {row["subject_id"]: row["amount_fen"] for row in few}
    hits = found_ids(version, on=ON)
    loop = orm_loop(version, first, end)
    unlike = len(loop.items() ^ able.items()) + len(set(loop) ^ {hit for hit in hits if first <= hit < end})
    tables = tables_of(version)
    say(f"{len(hits):,} of {rows:,} qualify, {len(loop)} of {size:,} in the sample; {rounds} rounds")
    times = interleaved(
        {
            "engine": lambda: found_ids(version, on=ON),
            "floor": lambda: scan_floor(tables),
            "loop": lambda: orm_loop(version, first, end),
        },
        rounds=rounds,
    )
    people = {name: (size if name == "loop" else rows) / (times[name] / 1000) for name in times}
    engine = people["engine"]
    return [
        Result(
            "people a second against the ORM loop", engine, "1/s", people["loop"], engine / people["loop"],
            BAR_LOOP, at_least=True,
        ),
        Result(
            "people a second against the scan floor", engine, "1/s", people["floor"], engine / people["floor"],
            BAR_FLOOR, at_least=True,
        ),
        Result("everybody looked at in", times["engine"], "ms"),
        Result("people who qualify", len(hits), "people"),
        Result("tables that are read", len(tables), "tables"),
        Result("people found by one and not the other", unlike, "people", bar=0.0),
    ]  # fmt: skip


def make_version() -> PolicyVersion:
    load_items()
    policy = Policy.objects.create(
        item=SubsidyItem.objects.get(code=ITEM),
        region=Region.objects.get(code=settings.CITY_REGION),
        created_at=NOW,
    )
    return PolicyVersion.objects.create(
        policy=policy, number=1, title="…", summary="…", legal_basis="…", effective_from=date(2026, 1, 1),
        content=CONTENT, made_by=_officers()[0], made_at=NOW,
    )  # fmt: skip


def _officers() -> list[User]:
    names = ["bench-clerk", "bench-officer"]
    return [
        User.objects.get_or_create(email=f"{name}@bench.example.org", defaults={"display_name": name})[0]
        for name in names
    ]


def tables_of(version: PolicyVersion) -> list[str]:
    """The tables that the compiled query names."""
    return sorted(set(re.findall(r"\b(?:FROM|JOIN) ([a-z]+_[a-z_]+)\b", found(version, on=ON).sql)))


def scan_floor(tables: list[str]) -> None:
    with for_everybody() as cursor:
        cursor.execute("SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")


def orm_loop(version: PolicyVersion, first: int, end: int) -> dict[int, int]:
    """The amount of everybody in ``[first, end)`` who qualifies and has not claimed, as one would write it by hand."""
    question = asked(version, ON)
    period, city = question.period, question.region_path
    day = min(ON, date.fromordinal(period.upper.toordinal() - 1))
    guards = [guard.pk for guard in question.guards]
    held = set(
        EntitlementHold.objects.filter(
            guard__in=guards, live=True, holder_id__gte=first, holder_id__lt=end, period__overlap=period
        ).values_list("holder_id", flat=True)
    )
    of_item = {"item_id": question.item_id}
    people = (
        Person.objects.in_use()
        .filter(pk__gte=first, pk__lt=end)
        .select_related("insured_region")
        .defer("id_number")
        .prefetch_related(
            Prefetch("spells", StatusSpell.objects.filter(voided_at=None, period__contains=day)),
            Prefetch(
                "groups",
                GroupMembership.objects.filter(
                    state__in=[GroupState.CERTIFIED, GroupState.ENDED], valid__contains=day
                ),
            ),
            Prefetch("civil_records", CivilRecord.objects.filter(kind="deceased", starts_on__lte=day)),
            Prefetch(
                "insurance_months",
                SocialInsuranceMonth.objects.filter(
                    flexible=True, month__gte=period.lower, month__lt=period.upper
                ),
            ),
            Prefetch("entitlements", Entitlement.objects.filter(live=True, **of_item)),
            Prefetch(
                "subsidy_entries",
                ClaimEntry.objects.filter(open=True, state="included", period__overlap=period, **of_item),
            ),
            Prefetch(
                "subsidy_offers",
                Offer.objects.filter(
                    state__in=["open", "confirmed", "declined"], period__overlap=period, **of_item
                ),
            ),
        )
    )
    able = {}
    for person in people.iterator(chunk_size=2000):
        if person.real_name_status != RealNameStatus.CONFIRMED or person.insured_region is None:
            continue
        if not person.insured_region.path.startswith(city) or person.birth_date is None:
            continue
        spell = next(iter(person.spells.all()), None)
        if spell is None or spell.status != EmploymentStatus.FLEXIBLE:
            continue
        if not any(row.group.startswith("h_") for row in person.groups.all()) or person.civil_records.all():
            continue
        retires_on = _retires_on(person)
        if age_on(person.birth_date, day) < 16 or retires_on is None or retires_on <= day:
            continue
        months = person.insurance_months.all()
        if _full_months(spell.period.lower, day) < 3 or not months:
            continue
        if person.pk in held or person.subsidy_entries.all() or person.subsidy_offers.all():
            continue
        granted = person.entitlements.all()
        since = min((localdate(row.granted_at) for row in granted), default=day)
        exempt = -_full_months(retires_on, since) <= 60
        if not exempt and sum(row.months for row in granted) + MONTHS > 36:
            continue
        paid = sum(row.person_fen for row in months)
        able[person.pk] = min((4 * paid + 3) // 6, MONTHLY_CAP_FEN * MONTHS)
    return able


def _retires_on(person: Person) -> date | None:
    if not person.retirement_category and person.sex == 1:
        person.retirement_category = RetirementCategory.MAN_60
    retirement = retirement_of(person)
    return retirement.reached_on if retirement else None


def _full_months(since: date, until: date) -> int:
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
