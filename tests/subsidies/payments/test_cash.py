"""Cash that no batch explains: recorded, confirmed by a second person, and led to its account."""

import threading
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.payments import actions
from subsidies.payments.actions import cash as rules
from subsidies.payments.actions.cases import resolutions
from subsidies.payments.actions.settling import NoSuchPayment
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.queries import position
from subsidies.recovery.models import RecoveryOrder
from subsidies.recovery.queries import NoSuchOrder
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_payments import (
    answers,
    at_bank,
    funded_line,
    officers,
    payable,
    released,
    resolve,
)
from tests.factories.subsidies_recovery import Team, issued, paid

pytestmark = pytest.mark.django_db
FUNDS = 100_000_000
DAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-12-01 10:00+08:00", tick=False):
        yield


def entered(line, by, direction="in", fen=150_000, **values):
    return actions.record_cash(
        **{
            "direction": direction,
            "line": line,
            "amount_fen": fen,
            "moved_on": DAY,
            "reference": f"LS{CashMovement.objects.count()}",
            "counterparty": "成都某公司",
            "note": "转账",
            "by": by,
            "now": timezone.now(),
            **values,
        }
    )


def booked(line, team, **values):
    return actions.confirm_cash(cash_id=entered(line, team[0], **values).pk, by=team[1], now=timezone.now())


def of(line, kind):
    return balances(SUBSIDIES, [line.pk]).get((line.pk, kind), 0)


def test_nothing_is_booked_before_a_second_person_confirms():
    team, line = officers(), funded_line()
    cash = entered(line, team[0])
    assert at_bank(line) == FUNDS

    with pytest.raises(SamePersonDecides):
        actions.confirm_cash(cash_id=cash.pk, by=team[0], now=timezone.now())
    case = actions.confirm_cash(cash_id=cash.pk, by=team[1], now=timezone.now())

    assert (case.kind, case.amount_fen, case.region) == ("unexplained_cash", 150_000, line.region)
    assert (of(line, "suspense"), at_bank(line)) == (150_000, FUNDS + 150_000)
    assert list(findings()) == []
    with pytest.raises(AlreadyDecided):
        actions.confirm_cash(cash_id=cash.pk, by=team[2], now=timezone.now())
    with pytest.raises(AlreadyDecided):
        actions.remove_cash(cash_id=cash.pk, reason="", by=team[2])


def test_an_entry_that_nobody_confirmed_can_be_taken_out():
    team, line = officers(), funded_line()
    cash = entered(line, team[0])

    actions.remove_cash(cash_id=cash.pk, reason="录错", by=team[1])

    assert not CashMovement.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"fen": 0}, rules.NoAmount),
        ({"moved_on": date(2026, 12, 2)}, rules.DayInFuture),
        ({"reference": " "}, rules.ReferenceMissing),
        ({"reference": "LS9"}, rules.KnownReference),
    ],
)
def test_an_entry_that_cannot_be_is_refused(change, refusal):
    team, line = officers(), funded_line()
    entered(line, team[0], reference="LS9")

    with pytest.raises(refusal):
        entered(line, team[0], **{"reference": "LS10", **change})


def test_a_line_of_another_region_is_none_of_ours():
    with pytest.raises(rules.NotYourLine):
        entered(funded_line(RegionFactory(code="500103")), officers()[0])


@pytest.mark.parametrize(
    ("resolution", "account", "left"),
    [
        ("to_available", "available", FUNDS + 150_000),
        ("to_treasury", "treasury_surrendered", FUNDS),
        ("send_back", "available", FUNDS),
    ],
)
def test_cash_that_came_in_is_led_to_its_account(resolution, account, left):
    team, line = officers(), funded_line()
    case = booked(line, team)
    assert list(resolutions(case)) == ["repays", "belongs_to", "to_available", "to_treasury", "send_back"]

    resolve(case, resolution, team)

    assert (of(line, "suspense"), at_bank(line)) == (0, left)
    assert of(line, account) > 0
    assert list(findings()) == []


def test_cash_that_came_in_was_a_payment_of_ours_that_came_back():
    team, line = officers(), funded_line()
    due = payable(line)
    batch = released(team)
    case = booked(funded_line(RegionFactory(code="510104")), team, fen=due.amount_fen)

    with pytest.raises(NoSuchPayment):
        resolve(case, "belongs_to", team, reference="DF-nobody")
    resolve(case, "belongs_to", team, reference=batch.attempts.get().reference)

    due.refresh_from_db()
    assert (due.state, position(due)) == ("returned", {"returned_hold": due.amount_fen})
    assert at_bank(line) == FUNDS
    assert list(findings()) == []


def test_cash_that_came_in_pays_a_recovery_order_back():
    team, line = officers(), funded_line()
    due = paid(line)
    order = issued(due, team=Team(region=due.region), amount_fen=60_000)
    case = booked(line, team, fen=60_000, moved_on=date(2026, 12, 1))

    with pytest.raises(NoSuchOrder):
        resolve(case, "repays", team, reference="ZH-nobody")
    resolve(case, "repays", team, reference=order.number)

    order.refresh_from_db()
    assert (order.state, order.receipts.get().reference) == ("recovered", case.cash.reference)
    assert at_bank(line) == FUNDS - due.amount_fen + 60_000
    assert list(findings()) == []


def test_cash_that_went_out_is_shown_as_not_covered_until_it_is_explained():
    team, line = officers(), funded_line()

    case = booked(line, team, direction="out")

    assert case.kind == "cash_out"
    assert list(resolutions(case)) == ["pays", "came_in_again", "line_bears"]
    assert (of(line, "uncovered"), at_bank(line)) == (-150_000, FUNDS - 150_000)
    assert list(findings()) == []


@pytest.mark.parametrize(("resolution", "left"), [("came_in_again", FUNDS), ("line_bears", FUNDS - 150_000)])
def test_cash_that_went_out_comes_in_again_or_is_borne_by_the_line(resolution, left):
    team, line = officers(), funded_line()

    resolve(booked(line, team, direction="out"), resolution, team)

    assert (of(line, "uncovered"), at_bank(line)) == (0, left)
    assert list(findings()) == []


@pytest.mark.parametrize("before", ["exported", "failed", "paid"])
def test_cash_that_went_out_was_a_payment_of_ours(before):
    team, line = officers(), funded_line()
    due = payable(line)
    first = released(team)
    if before != "exported":
        content = delimited.render_answer(answers(first, LineOutcome.FAILED), DAY)
        actions.receive_return_file(name="hp.txt", content=content, by=None, now=timezone.now())
    if before == "paid":
        actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())
        content = delimited.render_answer(answers(released(team)), DAY)
        actions.receive_return_file(name="hp2.txt", content=content, by=None, now=timezone.now())
    case = booked(line, team, direction="out", fen=due.amount_fen)

    resolve(case, "pays", team, reference=first.attempts.get().reference)

    due.refresh_from_db()
    times = 2 if before == "paid" else 1
    assert (due.state, RecoveryOrder.objects.count()) == ("paid", times - 1)
    assert at_bank(line) == FUNDS - times * due.amount_fen
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_confirm_at_once_and_it_is_booked_once():
    team, line = officers(), funded_line()
    cash = entered(line, team[0])
    found, together = [], threading.Barrier(2)

    def confirm(by):
        try:
            together.wait()
            actions.confirm_cash(cash_id=cash.pk, by=by, now=timezone.now())
            found.append("booked")
        except AlreadyDecided:
            found.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[by]) for by in team[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == ["booked", "late"]
    assert of(line, "suspense") == 150_000
