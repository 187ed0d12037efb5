"""Everybody who qualifies and has nothing under way; what a draft would cost by place."""

from datetime import date

import pytest

from subsidies.policies.cost import count_and_cost
from subsidies.policies.engine import ConditionResult, evaluate, found
from subsidies.policies.parsing import parse
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import PolicyVersionFactory, condition, content

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_those_who_qualify_are_found_with_the_reasons():
    person = PersonFactory(user=None)
    PersonFactory(user=None, residence_region=RegionFactory(code="500103"))
    PersonFactory(user=None, birth_date=date(2015, 1, 1))

    [row] = found(PolicyVersionFactory(published=True), on=DAY).rows()

    assert (row["subject_id"], row["claimant_person_id"], row["claimant_organisation_id"]) == (
        person.pk,
        person.pk,
        None,
    )
    assert row["region_id"] == person.residence_region_id
    assert (row["amount_fen"], row["months"]) == (150000, 0)
    result = ConditionResult.from_json(row["explanation"][0])
    assert (result.found, result.verdict) == (31, True)


def test_a_draft_is_counted_by_district():
    PersonFactory.create_batch(2, user=None)
    PersonFactory(user=None, residence_region=RegionFactory(code="510104"))
    version = PolicyVersionFactory()

    counts = count_and_cost(version.policy, parse(version.content), on=DAY)

    assert [(row.path, row.count, row.fen) for row in counts] == [
        ("51/5101/510104/", 1, 150000),
        ("51/5101/510108/", 2, 300000),
    ]


def test_a_share_is_rounded_exactly_and_capped():
    person = PersonFactory(user=None, birth_date=date(1995, 3, 12))
    share = {
        "kind": "rate",
        "fact": "person.age",
        "args": {},
        "numerator": 5,
        "denominator": 2,
        "cap_fen": None,
        "per_month_cap_fen": None,
    }
    wanted = {"half_up": 78, "half_even": 78, "down": 77, "up": 78}

    for rounding, fen in wanted.items():
        version = PolicyVersionFactory(
            published=True,
            content=content(amount=share, rounding=rounding, conditions=[condition("person.age", "known")]),
        )
        assert evaluate(version, subject_ids=[person.pk], on=DAY)[0].amount_fen == fen
