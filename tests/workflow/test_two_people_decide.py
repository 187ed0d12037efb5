import threading

import pytest
from django.db import IntegrityError, connection, transaction

from employment_portal.workflow import actions
from employment_portal.workflow.models import FourEyes
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def ask(subject, by):
    return actions.request_four_eyes(
        kind="people.correct", subject=subject, payload={"name": "李"}, reason="misspelt", by=by
    )


def test_whoever_asked_cannot_approve():
    subject, clerk = UserFactory(), UserFactory()
    request = ask(subject, clerk)

    with pytest.raises(actions.SamePersonDecides):
        actions.decide_four_eyes(request_id=request.pk, approve=True, note="", by=clerk)


def test_the_database_refuses_one_person_twice():
    subject, clerk = UserFactory(), UserFactory()
    request = ask(subject, clerk)

    with pytest.raises(IntegrityError, match="foureyes_two_people"), transaction.atomic():
        FourEyes.objects.filter(pk=request.pk).update(
            state="approved", decided_by=clerk, decided_at=request.requested_at
        )


def test_a_request_is_decided_once():
    subject, clerk, officer = UserFactory(), UserFactory(), UserFactory()
    request = ask(subject, clerk)
    actions.decide_four_eyes(request_id=request.pk, approve=False, note="wrong person", by=officer)

    with pytest.raises(actions.AlreadyDecided):
        actions.decide_four_eyes(request_id=request.pk, approve=True, note="", by=officer)


def test_one_request_waits_per_subject_and_kind():
    subject, clerk = UserFactory(), UserFactory()
    ask(subject, clerk)

    with pytest.raises(IntegrityError, match="foureyes_one_waiting"), transaction.atomic():
        ask(subject, clerk)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one_decision():
    subject, clerk = UserFactory(), UserFactory()
    officers = [UserFactory(), UserFactory()]
    request = ask(subject, clerk)
    start = threading.Barrier(2)
    outcomes = []

    def decide(officer):
        start.wait()
        try:
            actions.decide_four_eyes(request_id=request.pk, approve=True, note="", by=officer)
            outcomes.append("approved")
        except actions.AlreadyDecided:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "too late"]
