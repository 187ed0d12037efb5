"""The self-check: without an account, nothing stored, the questions that the policies ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subsidies.matching.questions import AUDIENCES, checked_versions, questions_of
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import policy_version
from tests.factories.subsidies_policies import condition

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording():
    RegionFactory(code="510108")
    return policy_version(
        conditions={
            "all": [
                condition("person.age", "ge", 16),
                condition("person.status", "eq", "unemployed"),
                condition("person.groups", "any_of", ["h_long_term", "graduate"]),
                condition("person.identity_confirmed", "eq", True),
            ]
        }
    )


def asked():
    rows = questions_of(checked_versions(AUDIENCES["seeker"], timezone.localdate()))
    return {question.ref.fact: question.name for group in rows.values() for question in group}


def ask(client, **answers):
    names = asked()
    posted = {names[key.replace("__", ".")]: value for key, value in answers.items() if key != "at"}
    return client.post(
        "/subsidies/check/seeker/", {**posted, "at_residence": answers.get("at", "51/5101/510108/")}
    )


def test_only_what_the_policies_ask_is_asked(wording):
    assert set(asked()) == {"person.age", "person.status", "person.groups"}


def test_the_doors_lead_to_the_questions(client, wording):
    for audience in AUDIENCES:
        assert client.get(f"/subsidies/check/{audience}/").status_code == 200
    assert 'href="/subsidies/check/seeker/"' in client.get("/subsidies/check/").content.decode()


def test_somebody_who_fits_is_told_the_amount_and_how_to_go_on(client, wording):
    answer = ask(client, person__age=30, person__status="unemployed", person__groups=["graduate"])

    [card] = answer.context["cards"]
    page = answer.content.decode()
    assert (answer.status_code, card.verdict, card.fen) == (200, "yes", 150_000)
    assert f"/subsidies/policies/{wording.policy.public_id}/" in page
    assert 'href="/subsidies/for-me/"' in page


def test_what_is_missing_comes_with_the_way_to_get_there(client, wording):
    answer = ask(client, person__age=30, person__status="employed", person__groups=["none"])

    [card] = answer.context["cards"]
    missing = [row.fact for row in card.rows if row.blocks]
    assert card.verdict == "no"
    assert missing == ["person.status", "person.groups"]
    assert all(row.how in answer.content.decode() for row in card.rows if row.blocks)


def test_an_open_answer_is_not_held_against_anybody(client, wording):
    answer = ask(client, person__age=30, person__status="unemployed")

    [card] = answer.context["cards"]
    assert (card.verdict, card.fen) == ("open", 0)


def test_another_city_is_said_to_be_outside(client, wording):
    answer = ask(client, at="-", person__age=30, person__status="unemployed", person__groups=["graduate"])

    [card] = answer.context["cards"]
    assert (card.verdict, card.judged.here) == ("no", False)


def test_nothing_answered_gets_a_sentence(client, wording):
    answer = client.post("/subsidies/check/seeker/", {})

    assert answer.status_code == 422


def test_contradictory_ticks_get_a_sentence(client, wording):
    answer = ask(client, person__age=30, person__groups=["none", "graduate"])

    assert answer.status_code == 422


def test_nothing_is_stored_and_no_answer_stands_in_an_address(client, wording):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = ask(client, person__age=30, person__status="unemployed", person__groups=["graduate"])

    assert not [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert 'method="post"' in answer.content.decode()


def test_a_long_list_is_cut_to_what_the_policies_speak_of(wording):
    version = policy_version(
        subject="certificate", conditions={"all": [condition("certificate.level", "in", ["20", "30"])]}
    )
    rows = questions_of(checked_versions(AUDIENCES["seeker"], timezone.localdate()))

    assert [question.ref.fact for question in rows["certificate"]] == ["certificate.level"]
    assert version.policy.item.subject == "certificate"


def test_an_unknown_door_is_not_found(client):
    assert client.get("/subsidies/check/nobody/").status_code == 404
