"""Only months that were worked, insured or rented are paid and used up, in the policies that come with the portal."""

from datetime import date
from random import Random

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import override

from employment_portal.classifications.enums import Sex
from employment_portal.regions.models import Region
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.opening.models import OpeningRow
from subsidies.policies.engine import evaluate, found
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import parse
from subsidies.policies.reference import load_policies
from subsidies.policies.sections import amount_lines, amount_range
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import GroupFactory, PersonFactory, SpellFactory
from tests.factories.registers import InsuranceFactory, LeaseFactory, LicenceFactory
from tests.factories.subsidies_policies import (
    GuardFactory,
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)
from tests.subsidies.policies.test_limits_agreement import Past

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
QUARTER = DateRange(date(2026, 8, 1), date(2026, 11, 1))


@pytest.fixture
def shipped():
    load_policies(region=Region.objects.get(code="5101"), made_by=UserFactory(), published_by=UserFactory())
    return lambda code: PolicyVersion.objects.get(policy__item__code=code, policy__region__code="5101")


def hired(on, *, group, status="employed", ended=None, **more):
    person = PersonFactory(user=None, sex=Sex.MALE)
    GroupFactory(
        person=person, group=group, certified=True, applied_by=UserFactory(), starts_on=date(2026, 1, 1)
    )
    return SpellFactory(
        person=person, status=status, employer=OrganisationFactory(), period=DateRange(on, ended), **more
    )


def answer(version, row):
    return evaluate(version, subject_ids=[row.pk], on=DAY)[0]


@pytest.mark.parametrize(
    ("began", "months"),
    [(date(2026, 10, 31), 1), (date(2026, 10, 1), 1), (date(2026, 9, 30), 2), (date(2026, 3, 1), 3)],
)
def test_a_public_post_is_paid_from_the_month_in_which_it_began(shipped, began, months):
    result = answer(shipped("public-post"), hired(began, group="h_older", status="public_post"))

    assert (result.qualifies, result.months, result.amount_fen) == (True, months, months * 233_000)


@pytest.mark.parametrize(
    ("began", "ended", "months"),
    [(date(2026, 10, 12), None, 1), (date(2026, 5, 1), date(2026, 10, 20), 2), (date(2026, 11, 2), None, 0)],
)
def test_an_internship_is_paid_for_the_months_in_which_it_ran(shipped, began, ended, months):
    intern = hired(began, group="graduate", ended=ended, contract_until=date(2027, 3, 31))

    result = answer(shipped("internship"), intern)

    assert (result.qualifies, result.months) == (months > 0, months)
    assert result.amount_fen == months * 139_800


@pytest.mark.parametrize(("paid", "fen"), [([10], 80_000), ([8, 10], 160_000), ([8, 9, 10], 240_000)])
def test_the_cap_and_the_lifetime_count_the_months_paid(shipped, paid, fen):
    person = PersonFactory(
        user=None, with_number=True, sex=Sex.MALE, insured_region=Region.objects.get(code="510108")
    )
    GroupFactory(
        person=person, group="h_older", certified=True, applied_by=UserFactory(), starts_on=date(2026, 1, 1)
    )
    SpellFactory(person=person, status="flexible", starts_on=date(2026, 1, 5))
    for month in paid:
        InsuranceFactory(person=person, month=date(2026, month, 1), alone=True, person_fen=300_000)

    result = answer(shipped("flexible-insurance"), person)

    assert (result.qualifies, result.months, result.amount_fen) == (True, len(paid), fen)


def test_an_employment_holds_its_own_months_and_leaves_the_rest_to_the_next():
    item = SubsidyItemFactory(subject="employment", period_kind="months")
    guard = GuardFactory(items=[item], scope="person", lifetime=False)
    version = PolicyVersionFactory(
        policy=PolicyFactory(item=item),
        published=True,
        content=content(conditions=[condition("person.age", "ge", 16)], region_basis="work"),
    )
    person = PersonFactory(user=None)
    earlier, later = (
        SpellFactory(person=person, status="employed", employer=OrganisationFactory(), period=period)
        for period in (
            DateRange(date(2026, 1, 5), date(2026, 8, 20)),
            DateRange(date(2026, 9, 1), None),
        )
    )

    first, second = evaluate(version, subject_ids=[earlier.pk, later.pk], on=DAY)

    assert first.held == DateRange(date(2026, 8, 1), date(2026, 9, 1))
    assert second.held == DateRange(date(2026, 9, 1), date(2026, 11, 1))
    batch = Past(Random(1), "employment", version.policy.region).batch
    row = OpeningRow.objects.create(
        batch=batch, number=1, kind="benefit", source="旧系统", source_id="1", payload="{}", applied=True
    )
    granted = Entitlement.objects.create(
        opening=row, item=item, region=person.residence_region, person=person, organisation=earlier.employer,
        subject_id=earlier.pk, period=QUARTER, months=1, amount_fen=1, granted_at=timezone.now(),
    )  # fmt: skip
    EntitlementHold.objects.create(entitlement=granted, guard=guard, holder_id=person.pk, period=first.held)
    assert [reason.code for reason in answer(version, earlier).reasons] == ["granted"]
    assert answer(version, later).qualifies
    assert {row["subject_id"] for row in found(version, on=DAY).rows()} == {later.pk}


def test_rent_counts_from_the_start_of_the_lease(shipped):
    venture = LicenceFactory(founder=PersonFactory(user=None))
    LeaseFactory(venture=venture, starts_on=date(2026, 9, 15), monthly_rent_fen=100_000)

    result = answer(shipped("venture-rent"), venture)

    assert result.facts["venture.rent_per_month"] == 100_000
    assert result.amount_fen == 3 * 100_000 // 2


def test_an_amount_per_month_has_a_cap_of_its_own():
    amount = {"kind": "per_month", "fen": 60_000, "months_fact": None, "cap_fen": 150_000}
    said = content(amount=amount)
    policy = PolicyFactory(item=SubsidyItemFactory(period_kind="months"))
    version = PolicyVersionFactory(policy=policy, published=True, content=said)

    result = answer(version, PersonFactory(user=None))

    assert (result.amount_fen, result.months, result.calculation.capped_by) == (150_000, 3, ("cap",))
    with override("en"):
        assert amount_lines(parse(said))[1:] == ["at most 1,500 yuan in all"]
        assert "at most 1,500 yuan" in amount_range(parse(said))
