"""Claims at any point of their life, made by the actions themselves.

``policy_version()`` is a published once-only subsidy for people of 16 to 59 in 成都 (1,500 yuan; city review from 10,000 on).
``made_by(person, version)`` is a ready draft, ``submitted(…)`` a claim at acceptance, ``at_step("first_review")`` further
on, ``approved()`` granted with money. ``Officers(region)`` are the people who decide, each another one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.regions.models import Region
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims import actions
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Claim
from subsidies.payments.models import PayeeAccount
from subsidies.policies.enums import PeriodKind, VersionState
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem
from subsidies.policies.reference import lay_down_guard
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory

STREET = "510108001"
STEPS = [
    {"name": "acceptance", "role": "street_clerk", "working_days": 5},
    {"name": "first_review", "role": "district_officer", "working_days": 10},
    {"name": "second_review", "role": "district_officer", "working_days": 10},
    {"name": "city_review", "role": "city_officer", "working_days": 10, "from_fen": 1_000_000},
]
_serial = iter(range(1_000_000))


def content(**changes: Any) -> dict[str, Any]:
    """A policy's content; ``changes`` replaces parts."""
    return {
        "conditions": {
            "all": [
                {"fact": "person.age", "args": {}, "op": "ge", "value": 16, "article": "第一条"},
                {"fact": "person.age", "args": {}, "op": "lt", "value": 60, "article": "第一条"},
            ]
        },
        "region_basis": "residence",
        "amount": {"kind": "fixed", "fen": 150_000},
        "rounding": "half_up",
        "rounding_unit_fen": 1,
        "limits": {},
        "evidence": [
            {"code": "contract", "label": "劳动合同", "required": True, "commitment_allowed": True},
            {"code": "statement", "label": "情况说明", "required": False, "commitment_allowed": False},
        ],
        "steps": STEPS,
        "correction_working_days": 10,
        "notice_working_days": 5,
        "payment_working_days": 15,
        "without_application": True,
        "fund": "employment",
        **changes,
    }


def policy_version(
    *,
    region: Region | None = None,
    subject: str = "person",
    period_kind: str = PeriodKind.ONCE,
    guards: list[tuple[str, bool]] | None = None,
    **changes: Any,
) -> PolicyVersion:
    """A published version of a new item. ``guards``: pairs of scope and whether for all time."""
    number = next(_serial)
    item = SubsidyItem.objects.create(
        code=f"claims-test-{number}",
        name=f"一次性求职补贴{number}",
        name_en=f"Job-search subsidy {number}",
        notice_name=f"求职补贴{number}",
        subject=subject,
        period_kind=period_kind,
    )
    for scope, lifetime in [("person", True)] if guards is None else guards:
        lay_down_guard(code=f"claims-test-{number}-{scope}", scope=scope, lifetime=lifetime, items=[item])
    maker, publisher = UserFactory(), UserFactory()
    policy = Policy.objects.create(
        item=item, region=region or RegionFactory(code="5101"), created_at=timezone.now()
    )
    return PolicyVersion.objects.create(
        policy=policy,
        number=1,
        state=VersionState.PUBLISHED,
        title=item.name,
        summary="符合条件的人员可以申领。",
        legal_basis="川人社规〔2025〕1号",
        effective_from=date(2025, 1, 1),
        content=content(**changes),
        content_sha256="0" * 64,
        made_by=maker,
        made_at=timezone.now(),
        published_by=publisher,
        published_at=timezone.now(),
    )


def claimant(**values: Any) -> Any:
    """A person with a sign-in and a number who lives in the street of the tests."""
    load_calendar()
    region = RegionFactory(code=STREET)
    return PersonFactory(with_number=True, residence_region=region, household_region=region, **values)


def account_of(*, person: Any = None, organisation: Any = None) -> PayeeAccount:
    holder = person or organisation
    return PayeeAccount.objects.create(
        person=person,
        organisation=organisation,
        holder=holder.name,
        bank_name="成都银行",
        number="6222021234567890123",
        number_hash=f"{next(_serial):064d}",
        tail="0123",
        made_by=UserFactory(),
        made_at=timezone.now(),
    )


def made_by(
    person: Any, version: PolicyVersion, *, by: Any = None, now: datetime | None = None, **how: Any
) -> Claim:
    """A draft with everything filled in."""
    now, by = now or timezone.now(), by or person.user
    if not person.payee_accounts.exists():
        account_of(person=person)
    claim = actions.start_claim(version_id=version.pk, person_id=person.pk, by=by, now=now, **how)
    actions.save_declared(claim_id=claim.pk, facts={}, declared_fen=None, note="", by=by, now=now)
    actions.sign_commitment(claim_id=claim.pk, signed=True, by=by, now=now)
    return Claim.objects.get(pk=claim.pk)


def with_paper(claim: Claim, *, by: Any, now: datetime | None = None) -> None:
    from tests.factories.papers import picture

    actions.add_evidence(
        claim_id=claim.pk, code="contract", file=picture("contract.png"), by=by, now=now or timezone.now()
    )


def submitted(
    person: Any = None,
    version: PolicyVersion | None = None,
    *,
    clean: bool = True,
    now: datetime | None = None,
) -> Claim:
    """A claim that waits for acceptance; ``clean`` hands the paper in instead of the commitment."""
    person, version = person or claimant(), version or policy_version()
    claim = made_by(person, version, now=now)
    if clean:
        with_paper(claim, by=person.user, now=now)
    return actions.submit_claim(claim_id=claim.pk, by=person.user, now=now or timezone.now())


@dataclass
class Officers:
    """The staff of a street, its district and city; each attribute is another person."""

    street: Any = field(default_factory=lambda: RegionFactory(code=STREET))

    @cached_property
    def clerk(self) -> Any:
        return UserFactory(street_clerk=True, region=self.street)

    @cached_property
    def first(self) -> Any:
        return UserFactory(district_officer=True, region=self.street.parent)

    @cached_property
    def second(self) -> Any:
        return UserFactory(district_officer=True, region=self.street.parent)

    @cached_property
    def city(self) -> Any:
        return UserFactory(city_officer=True, region=self.street.parent.parent)

    def of(self, step: str) -> Any:
        return {
            "acceptance": self.clerk,
            "first_review": self.first,
            "second_review": self.second,
            "city_review": self.city,
        }[step]


def pass_step(claim: Claim, by: Any, *, note: str = "", now: datetime | None = None) -> Claim:
    return actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.PASS, note=note, by=by, now=now or timezone.now()
    )


def at_step(step: str, *, claim: Claim | None = None, officers: Officers | None = None) -> Claim:
    """A claim that stands at a step, passed before by whoever takes each."""
    claim, officers = claim or submitted(), officers or Officers()
    while claim.step != step:
        claim = pass_step(claim, officers.of(claim.step))
    return claim


def money_for(version: PolicyVersion, *, fen: int = 100_000_000, county: str = "510108") -> BudgetLine:
    """A budget line of this year for the item, with money."""
    fund, _created = Fund.objects.get_or_create(
        code="employment", defaults={"name": "就业补助资金", "name_en": "Employment subsidy fund"}
    )
    line, _created = BudgetLine.objects.get_or_create(
        region=RegionFactory(code=county),
        year=timezone.localdate().year,
        fund=fund,
        item=version.policy.item,
    )
    if fen:
        post(
            [
                NewTransfer(
                    TransferKind.ALLOT,
                    AccountRef(SUBSIDIES, line.pk, AccountKind.APPROPRIATION),
                    AccountRef(SUBSIDIES, line.pk, AccountKind.AVAILABLE),
                    fen,
                    f"test:allot:{line.pk}:{next(_serial)}",
                )
            ]
        )
    return line


def approved(claim: Claim | None = None, *, officers: Officers | None = None) -> Claim:
    """A claim that was granted: entitlement, holds and commitment stand."""
    claim, officers = claim or submitted(), officers or Officers()
    money_for(claim.version)
    while claim.step:
        claim = pass_step(claim, officers.of(claim.step))
    return claim
