"""The shipped policies: every type of the field, each readable, each a query that runs."""

from datetime import date

import pytest

from employment_portal.regions.models import Region
from jobs.postings.limits import limits_in_force
from subsidies.policies.content import canonical
from subsidies.policies.cost import count_and_cost
from subsidies.policies.engine import found
from subsidies.policies.models import Guard, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import parse
from subsidies.policies.reference import load_policies
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def loaded():
    return load_policies(
        region=Region.objects.get(code="5101"), made_by=UserFactory(), published_by=UserFactory()
    )


def _in_force(on):
    return set(PolicyVersion.objects.in_force(on).values_list("policy__item__code", flat=True))


def test_all_types_are_loaded_once(loaded):
    again = load_policies(
        region=Region.objects.get(code="5101"), made_by=UserFactory(), published_by=UserFactory()
    )

    assert loaded == 22
    assert again == 0
    assert SubsidyItem.objects.count() == 20
    assert set(PolicyVersion.objects.values_list("confidence", flat=True)) == {"M", "L"}


def test_what_the_state_renews_every_year_ends_with_the_year(loaded):
    every = set(SubsidyItem.objects.values_list("code", flat=True))

    assert _in_force(DAY) == every
    assert _in_force(date(2027, 1, 1)) == every - {"job-expansion", "job-retention"}


def test_an_article_of_the_example_measures_is_announced_in_the_legal_basis(loaded):
    for version in PolicyVersion.objects.all():
        assert ("示例办法第" not in str(version.content)) or ("示例办法（样例城市" in version.legal_basis)


def test_subsidies_at_the_minimum_wage_follow_the_minimum_wage(loaded):
    wage = limits_in_force(Region.objects.get(code="5101"), DAY).minimum_month_fen
    amounts = {
        version.policy.item.code: version.content["amount"]
        for version in PolicyVersion.objects.filter(policy__region__code="5101").select_related(
            "policy__item"
        )
    }

    assert amounts["public-post"]["fen"] == wage
    assert [row[-1] * 10 for row in amounts["internship"]["rows"]] == [wage * 7, wage * 6]


def test_the_exclusions_of_the_field_are_guards(loaded):
    pairs = [set(guard.items.values_list("code", flat=True)) for guard in Guard.objects.all()]

    for pair in (
        {"vocational-training", "skill-upgrade"},
        {"job-expansion", "hiring"},
        {"employer-insurance", "flexible-insurance"},
        {"public-post", "post-subsidy"},
        {"internship", "employer-insurance"},
        {"internship", "flexible-insurance", "flexible-insurance-graduates"},
        {"internship", "hiring", "job-expansion"},
    ):
        assert any(pair <= guarded for guarded in pairs), pair


def test_every_shipped_policy_is_a_query_that_runs(loaded):
    for version in PolicyVersion.objects.select_related("policy__item", "policy__region"):
        content = parse(version.content)

        assert list(found(version, on=DAY).rows()) == []
        assert count_and_cost(version.policy, content, on=DAY) == []
        assert parse(content.as_json()) == content
        assert canonical(parse(content.as_json())) == canonical(content)
