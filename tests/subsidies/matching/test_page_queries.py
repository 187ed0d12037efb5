"""The pages of what is found: no more queries with more policies, offers or groups, and none over twelve."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subsidies.matching.candidates import candidates_of
from subsidies.policies.engine import evaluate
from subsidies.policies.models import PolicyVersion
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.people import PersonFactory
from tests.factories.subsidies_claims import account_of, claimant, policy_version
from tests.factories.subsidies_matching import hiring_version, offered, offered_roster
from tests.factories.subsidies_policies import condition

pytestmark = pytest.mark.django_db
MOST = 12


def queries_of(client, address, **data):
    client.get(address, data)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, data).status_code == 200
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [row["sql"] for row in asked if not row["sql"].startswith(marks)]


def assert_bound(few, many):
    assert len(many) <= len(few), "\n".join(sql[:200] for sql in many)
    assert len(many) <= MOST, "\n".join(sql[:200] for sql in many)


@pytest.fixture
def person(client):
    person = claimant()
    account_of(person=person)
    client.force_login(person.user)
    return person


@pytest.mark.parametrize("page", ["", "fill/"])
def test_one_form_for_several_asks_no_more_with_more_policies(client, person, page):
    def asked():
        keys = [row.key for row in candidates_of(person, timezone.localdate())]
        return queries_of(client, f"/subsidies/bundle/{page}", claim=keys)

    policy_version()
    few = asked()
    for _number in range(4):
        policy_version()

    assert_bound(few, asked())
    assert len(candidates_of(person, timezone.localdate())) == 5


def test_the_list_of_a_person_asks_no_more_with_more_offers(client, person):
    offered(person)
    few = queries_of(client, "/subsidies/for-me/")
    for _number in range(4):
        offered(person)

    assert_bound(few, queries_of(client, "/subsidies/for-me/"))


def test_the_list_of_an_employer_asks_no_more_with_more_groups(client):
    member = MemberFactory()
    act_for(client, member)
    offered_roster(member.organisation, 1)
    few = queries_of(client, "/subsidies/for-me/")
    for _number in range(4):
        offered_roster(member.organisation, 1, hiring_version())

    assert_bound(few, queries_of(client, "/subsidies/for-me/"))


def test_what_is_asked_together_is_what_the_engine_says_of_each():
    person = PersonFactory(with_number=True, residence_region=claimant().residence_region)
    versions = [
        policy_version(),
        policy_version(period_kind="months", period_months=3, amount={"kind": "per_month", "fen": 10_000}),
        policy_version(conditions={"all": [condition("person.age", "ge", 90)]}),
        policy_version(limits={"lifetime_count": 1}),
        hiring_version(),
    ]
    today = timezone.localdate()

    found = {row.version: row.qualified for row in candidates_of(person, today)}

    for version in PolicyVersion.objects.filter(pk__in=[version.pk for version in versions[:4]]):
        (answer,) = evaluate(version, subject_ids=[person.pk], on=today)
        assert (version in found) == answer.qualifies
        if answer.qualifies:
            row = found[version]
            assert (row.subject_id, row.name, row.period) == (answer.subject_id, answer.name, answer.period)
            assert (row.amount_fen, row.holders) == (answer.amount_fen, answer.holders)
            assert row.conditions == answer.conditions
    assert len(found) == 3
