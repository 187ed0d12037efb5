"""Why one does or does not qualify: each condition with the value found, limits, guards, place, amount."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import override

from employment_portal.classifications.enums import Sex
from employment_portal.facts.catalogue import fact
from subsidies.policies.engine import evaluate
from subsidies.policies.words import value_words
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory, SpellFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def answer(version, person, **more):
    return evaluate(version, subject_ids=[person.pk], on=DAY, **more)[0]


def test_a_person_who_meets_every_condition_qualifies_for_the_amount():
    person = PersonFactory(user=None)

    result = answer(PolicyVersionFactory(published=True), person)

    assert result.qualifies
    assert result.amount_fen == 150000
    assert result.person_id == result.claimant_id == person.pk
    assert result.facts == {"person.age": 31}


def test_each_condition_shows_what_was_found_and_what_is_not_known():
    person = PersonFactory(user=None, sex=Sex.UNSTATED)
    wanted = [condition("person.age", "ge", 40), condition("person.sex", "eq", "2")]

    result = answer(PolicyVersionFactory(published=True, content=content(conditions=wanted)), person)

    assert [(row.found, row.verdict, row.blocks) for row in result.conditions] == [
        (31, False, True),
        (None, None, True),
    ]
    assert [reason.code for reason in result.reasons] == ["condition", "not_known"]
    assert "40" in result.conditions[0].label
    assert result.conditions[0].article == "Article 1"


def test_a_satisfied_alternative_does_not_block():
    person = PersonFactory(user=None)
    tree = {
        "all": [
            {"any": [condition("person.age", "ge", 40), condition("person.age", "lt", 35)]},
            {"not": condition("person.age", "ge", 60)},
        ]
    }

    result = answer(PolicyVersionFactory(published=True, content=content(conditions=tree)), person)

    assert result.qualifies
    assert [row.path for row in result.conditions] == ["all.0.any.0", "all.0.any.1", "all.1.not.0"]
    assert not any(row.blocks for row in result.conditions)


def test_somebody_outside_the_region_does_not_qualify():
    person = PersonFactory(user=None, residence_region=RegionFactory(code="500103"))

    result = answer(PolicyVersionFactory(published=True), person)

    assert [reason.code for reason in result.reasons] == ["region"]


def test_a_district_with_a_version_of_its_own_is_left_to_it():
    city = PolicyVersionFactory(published=True)
    district = PolicyVersionFactory(
        published=True, policy=PolicyFactory(item=city.policy.item, region=RegionFactory())
    )
    person = PersonFactory(user=None)

    in_city, in_district = answer(city, person), answer(district, person)

    assert [reason.code for reason in in_city.reasons] == ["other_policy"]
    assert in_district.qualifies


@pytest.mark.parametrize(
    ("contract", "found", "words", "longer"),
    [
        ({"contract_open_ended": True}, 999, "open-ended", True),
        ({"contract_until": date(2026, 12, 31)}, 12, "12 full months", True),
        ({"contract_until": date(2026, 12, 30)}, 11, "11 full months", False),
        ({}, None, "—", None),
    ],
)
def test_an_open_ended_contract_is_longer_than_any_term_and_nobody_guesses_one_that_is_not_known(
    contract, found, words, longer
):
    spell = SpellFactory(
        status="employed",
        period=DateRange(date(2026, 1, 1), None),
        employer=OrganisationFactory(),
        **contract,
    )
    asked = content(conditions=[condition("employment.contract_months", "ge", 12)], region_basis="work")
    policy = PolicyFactory(item=SubsidyItemFactory(subject="employment"))

    [term] = answer(PolicyVersionFactory(policy=policy, published=True, content=asked), spell).conditions

    assert (term.found, term.verdict) == (found, longer)
    with override("en"):
        assert value_words(fact("employment.contract_months"), term.found) == words


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [("en", 1, "1 full month"), ("en", 3, "3 full months"), ("zh-hans", 1, "1 个整月")],
)
def test_a_unit_follows_its_number(language, value, words):
    with override(language):
        assert value_words(fact("employment.contract_months"), value) == words
