"""What a job page says of the subsidies that a hire may bring: read from the policies' conditions."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from employment_portal.people.enums import HARDSHIP_GROUPS
from subsidies.policies.hires import known_of, may_follow, unlocked_by
from subsidies.policies.parsing import parse
from tests.factories.jobs import PostingFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)

pytestmark = pytest.mark.django_db

HIRED = condition("employment.kind", "eq", "employed")
GRADUATE = condition("employment.groups_at_hire", "any_of", ["graduate"])


@pytest.fixture(autouse=True)
def _no_kept_pages():
    cache.clear()


def version(*conditions, subject="employment", region=None, **more):
    item = SubsidyItemFactory(subject=subject)
    policy = PolicyFactory(item=item, region=region or RegionFactory(code="5101"))
    basis = "work" if subject == "employment" else "residence"
    return PolicyVersionFactory(
        published=True,
        policy=policy,
        content=content(conditions=list(conditions), region_basis=basis),
        **more,
    )


def names(posting):
    return [row.name for row in unlocked_by(posting, timezone.localdate())]


def test_a_job_page_leads_to_the_policy_that_pays_for_the_hire(client):
    posting = PostingFactory()
    hiring = version(HIRED, GRADUATE)

    page = client.get(posting.get_absolute_url()).content.decode()

    assert f"/subsidies/policies/{hiring.policy.public_id}/" in page
    assert "这份工作可带来的补贴" in page
    assert "高校毕业生" in page


def test_without_such_a_policy_the_page_says_nothing(client):
    posting = PostingFactory()
    version(condition("person.age", "ge", 16), subject="person")

    page = client.get(posting.get_absolute_url()).content.decode()

    assert "这份工作可带来的补贴" not in page


def test_a_policy_of_another_place_or_time_is_not_shown():
    posting = PostingFactory(region=RegionFactory(code="510108"))
    version(HIRED, region=RegionFactory(code="510104"))
    version(HIRED, effective_until=timezone.localdate() - timedelta(days=1))

    assert names(posting) == []


def test_the_districts_own_wording_stands_for_the_citys():
    district = RegionFactory(code="510108")
    posting = PostingFactory(region=district)
    city = version(HIRED)
    own = PolicyVersionFactory(
        published=True,
        policy=PolicyFactory(item=city.policy.item, region=district),
        content=content(conditions=[HIRED], region_basis="work", amount={"kind": "fixed", "fen": 200_000}),
    )

    [row] = unlocked_by(posting, timezone.localdate())

    assert own.policy.public_id in row.url
    assert "2,000" in row.amount


def test_what_the_advert_rules_out_is_left_out():
    short = PostingFactory(contract_type="fixed", contract_months=6, insurances=["pension"])

    version(HIRED, condition("employment.contract_months", "ge", 12))
    version(condition("employment.kind", "eq", "public_post"))
    version(condition("employment.insured_months", "eq", 0, kind="pension"))
    kept = version(HIRED, condition("employment.contract_months", "between", [3, 12]))

    assert names(short) == [kept.policy.item.label]


def test_what_nobody_knows_before_the_hire_keeps_a_policy():
    posting = PostingFactory(employment_type="full_time")
    wording = {"any": [GRADUATE, condition("person.age", "between", [16, 24])]}

    kept = version({"all": [HIRED, wording]})

    assert names(posting) == [kept.policy.item.label]


def test_a_person_is_told_what_speaks_of_the_groups_of_those_hired():
    posting = PostingFactory()
    groups = condition("person.groups", "any_of", ["graduate"])

    kept = version(groups, condition("person.status", "eq", "employed"), subject="person")
    version(groups, condition("person.status", "eq", "flexible"), subject="person")
    version(condition("person.age", "ge", 16), subject="person")

    [row] = unlocked_by(posting, timezone.localdate())
    assert (row.name, row.is_employers) == (kept.policy.item.label, False)


def test_not_turns_a_verdict_round():
    posting = PostingFactory()

    refused = parse(
        content(
            conditions={
                "all": [{"not": HIRED}],
            },
            region_basis="work",
        )
    )
    open_still = parse(content(conditions={"all": [{"not": GRADUATE}]}, region_basis="work"))

    assert not may_follow(refused, known_of(posting))
    assert may_follow(open_still, known_of(posting))


def test_the_job_page_asks_the_same_few_queries_however_many_policies(client, django_assert_max_num_queries):
    posting = PostingFactory()
    for _number in range(8):
        version(HIRED, GRADUATE)

    with django_assert_max_num_queries(12):
        client.get(posting.get_absolute_url())


def test_the_job_page_with_its_subsidies_is_not_sent_again_unchanged(client):
    posting = PostingFactory()
    version(HIRED, GRADUATE)

    first = client.get(posting.get_absolute_url())
    again = client.get(posting.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)


def test_all_kinds_of_hardship_are_told_as_one():
    kinds = sorted(group.value for group in HARDSHIP_GROUPS)
    posting = PostingFactory()
    version(HIRED, condition("employment.groups_at_hire", "any_of", [*kinds, "graduate"]))

    [row] = unlocked_by(posting, timezone.localdate())

    assert row.whom.count("就业困难") == 1
    assert "高校毕业生" in row.whom
