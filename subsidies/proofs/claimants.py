"""A city's officers and people, each with a claim: what the proof of claims starts from.

Amounts are reckoned by the policy engine; the sum that is returned is not (``reckoning.granted_fen``).
"""

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import get_random_string

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.encryption import keyed_hash
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.people.models import Person
from employment_portal.regions.enums import AgencyKind
from employment_portal.regions.models import Agency, Region
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims import rules
from subsidies.claims.actions.rows import enter_step_together
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.payments.actions.accounts import ACCOUNT_HASH
from subsidies.payments.models import PayeeAccount
from subsidies.policies.content import sha256
from subsidies.policies.engine import Evaluation, evaluate
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import parse
from subsidies.policies.periods import UNBOUNDED
from subsidies.policies.reference import lay_down_guard
from subsidies.proofs.data import payer_for
from subsidies.proofs.reckoning import granted_fen

CHUNK = 1000
YOUNGEST, OLDEST = 20, 59
STEPS = ("acceptance", "first_review", "second_review")


class Broken(Exception):
    """The proof failed; the message says what was found."""


@dataclass(frozen=True)
class City:
    version: PolicyVersion
    lines: dict[int, BudgetLine]  # by region
    officers: dict[int, list[User]]  # by region: one per step
    payers: list[User]
    maker: User


def make_city() -> City:
    region = Region.objects.get(code=settings.CITY_REGION)
    districts = list(Region.objects.filter(parent=region).order_by("code"))
    payers = [_officer(region, StaffRole.FINANCE_OFFICER, f"payer{number}") for number in range(3)]
    officers = {
        district.pk: [
            _officer(district, StaffRole.DISTRICT_OFFICER, f"{district.code}-{step}") for step in STEPS
        ]
        for district in districts
    }
    payer_for(region, payers[0], payers[1])
    version = _version(region, maker=payers[0], publisher=payers[1])
    fund = Fund.objects.get_or_create(
        code="employment", defaults={"name": "就业补助资金", "name_en": "Fund"}
    )[0]
    year, lines = timezone.localdate().year, {}
    for district in districts:
        line = BudgetLine.objects.create(region=district, year=year, fund=fund, item=version.policy.item)
        lines[district.pk] = line
    return City(version, lines, officers, payers, payers[2])


def _officer(region: Region, role: str, tag: str) -> User:
    user = User.objects.create_user(email=f"{tag.lower()}@proof.example.org", display_name=tag)
    agency, _new = Agency.objects.get_or_create(
        region=region, kind=AgencyKind.DISTRICT, name=f"{region.name}就业服务中心（验证）"
    )
    StaffPost.objects.create(user=user, agency=agency, role=role, starts_on=timezone.localdate())
    return user


def _version(region: Region, *, maker: User, publisher: User) -> PolicyVersion:
    """A subsidy for people from 20 to 59, granted once, whose amount depends on the age."""
    item = SubsidyItem.objects.create(
        code="proof-claims", name="验证补贴", name_en="Proof", notice_name="验证补贴", subject="person"
    )
    lay_down_guard(code="proof-claims-once", scope="person", lifetime=True, items=[item])
    age = {"fact": "person.age", "args": {}}
    content = {
        "conditions": {
            "all": [
                {**age, "op": "ge", "value": YOUNGEST, "article": "第一条"},
                {**age, "op": "le", "value": OLDEST, "article": "第一条"},
            ]
        },
        "region_basis": "residence",
        "amount": {
            "kind": "table",
            "columns": [age],
            "rows": [[years, granted_fen(years)] for years in range(YOUNGEST, OLDEST + 1)],
        },
        "rounding": "half_up",
        "rounding_unit_fen": 1,
        "limits": {},
        "evidence": [],
        "steps": [{"name": step, "role": "district_officer", "working_days": 5} for step in STEPS],
        "correction_working_days": 10,
        "notice_working_days": 5,
        "payment_working_days": 15,
        "without_application": False,
        "fund": "employment",
    }
    now = timezone.now()
    return PolicyVersion.objects.create(
        policy=Policy.objects.create(item=item, region=region, created_at=now), number=1, state="published",
        title=item.name, summary="…", legal_basis="…", effective_from=date(2025, 1, 1), content=content,
        content_sha256=sha256(parse(content)), made_by=maker, made_at=now, published_by=publisher, published_at=now,
    )  # fmt: skip


def file_claims(city: City, count: int, chance: random.Random, *, first: int = 0) -> int:
    """People with accounts and a submitted claim each; the sum granted, by the plain table and not by the engine.

    ``first`` numbers them, where some were filed before.
    """
    total, districts = 0, list(city.lines)
    today = timezone.localdate()
    for start in range(first, first + count, CHUNK):
        ages = [chance.randint(YOUNGEST, OLDEST) for _ in range(min(CHUNK, first + count - start))]
        total += sum(granted_fen(age) for age in ages)
        with transaction.atomic():
            people = _people(ages, districts, start, today)
            accounts = _accounts(city, people, start)
            found = {
                answer.subject_id: answer
                for answer in evaluate(
                    city.version, subject_ids=[p.pk for p in people], on=today, period=UNBOUNDED
                )
            }
            if len(found) != len(people) or not all(answer.qualifies for answer in found.values()):
                raise Broken("somebody who qualifies was not found by the engine")
            _claims(city, people, accounts, found, start)
    return total


def allot(city: City, claims: Any) -> None:
    """Each line gets what these claims (ids or a query) cost and not a fen more."""
    costs = Claim.objects.filter(pk__in=claims).values_list("region").annotate(fen=Sum("amount_fen"))
    post(
        [
            NewTransfer(
                TransferKind.ALLOT,
                AccountRef(SUBSIDIES, city.lines[region].pk, AccountKind.APPROPRIATION),
                AccountRef(SUBSIDIES, city.lines[region].pk, AccountKind.AVAILABLE),
                fen,
                f"proof:allot:{city.lines[region].pk}:{get_random_string(8)}",
            )
            for region, fen in costs
        ]
    )


def _people(ages: list[int], districts: list[int], start: int, today: date) -> list[Person]:
    return Person.objects.bulk_create(
        Person(
            name=f"验证{start + place:06d}", name_key=f"yanzheng{start + place:06d}",
            birth_date=date(today.year - age, 1, 1 + place % 20),
            residence_region_id=districts[(start + place) % len(districts)], created_at=timezone.now(),
            phone=f"199{start + place:08d}",
        )
        for place, age in enumerate(ages)
    )  # fmt: skip


def _accounts(city: City, people: list[Person], start: int) -> list[PayeeAccount]:
    def account(person: Person, place: int) -> PayeeAccount:
        number = f"622200{start + place:013d}"
        return PayeeAccount(
            person=person, holder=person.name, bank_name="验证银行", number=number,
            number_hash=keyed_hash(number, ACCOUNT_HASH), tail=number[-4:], made_by=city.maker, made_at=timezone.now(),
        )  # fmt: skip

    return PayeeAccount.objects.bulk_create(account(person, place) for place, person in enumerate(people))


def _claims(
    city: City, people: list[Person], accounts: list[PayeeAccount], found: dict[int, Evaluation], start: int
) -> None:
    item, now, districts = city.version.policy.item, timezone.now(), list(city.lines)
    made: list[Claim] = Claim.objects.bulk_create(
        Claim(
            number=f"YZ{start + place:07d}", item=item, version=city.version, region_id=districts[(start + place) % len(districts)],
            person=person, state=ClaimState.SUBMITTED, step=STEPS[0], account=accounts[place], clean=True,
            amount_fen=found[person.pk].amount_fen, maker=city.maker, created_at=now, submitted_at=now,
        )
        for place, person in enumerate(people)
    )  # fmt: skip
    ClaimEntry.objects.bulk_create(
        ClaimEntry(
            claim=claim, row=1, item=item, subject_id=person.pk, person=person, period=UNBOUNDED,
            amount_fen=claim.amount_fen, facts=found[person.pk].facts,
            calculation=found[person.pk].calculation.as_json(), open=True,
        )
        for claim, person in zip(made, people, strict=True)
    )  # fmt: skip
    for district in districts:
        waiting = [claim for claim in made if claim.region_id == district]
        if waiting:
            enter_step_together(
                waiting, rules.all_steps(city.version.content)[0], today=timezone.localdate(now)
            )
