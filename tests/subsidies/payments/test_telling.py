"""Claimants hear of their money, with or without a sign-in, also where two people found what became of it."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from employment_portal.notifications.models import Notification, OutboxMessage
from subsidies.payments import actions
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import ExceptionCase
from subsidies.payments.tasks import process_return_file
from tests.factories.people import PersonFactory
from tests.factories.subsidies_payments import answers, funded_line, officers, payable, released, resolve

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def applied(file):
    content = delimited.render_answer(file, DAY)
    kept, _new = actions.keep_return_file(name="hp.txt", content=content, by=None, now=timezone.now())
    process_return_file(file_id=kept.pk)


@pytest.mark.parametrize("outcome", [LineOutcome.PAID, LineOutcome.FAILED])
def test_somebody_without_a_sign_in_hears_by_text_message(outcome):
    team, line = officers(), funded_line()
    due = payable(line, person=PersonFactory(user=None, phone="13800000001"))

    applied(answers(released(team), outcome))

    assert due.account.tail in OutboxMessage.objects.get(address="13800000001").body


@pytest.mark.parametrize(("way", "kind"), [("settle", "subsidy_paid"), ("fail", "subsidy_returned")])
def test_what_two_people_find_of_a_payment_is_told(way, kind):
    team, line = officers(), funded_line()
    due = payable(line)
    file = answers(released(team))
    applied(replace(file, lines=[replace(file.lines[0], amount_fen=1)]))
    assert not Notification.objects.exists()

    resolve(ExceptionCase.objects.get(), way, team)

    assert Notification.objects.get(user=due.person.user).kind == kind


def test_an_alarm_that_changes_nothing_is_not_told_again():
    team, line = officers(), funded_line()
    payable(line)
    batch = released(team)
    applied(answers(batch, LineOutcome.FAILED))
    applied(answers(batch, on=date(2026, 11, 30)))
    told = Notification.objects.count()

    resolve(ExceptionCase.objects.get(), "keep", team)

    assert Notification.objects.count() == told == 1
