"""Paid twice, and then the first comes back: the second stands in its place. The ledger holds the bank's cash, to the fen."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from employment_portal.core.errors import DomainError
from employment_portal.ledger.verification import findings
from subsidies.payments import actions
from subsidies.payments.actions.cases import resolutions
from subsidies.payments.enums import LineOutcome
from subsidies.payments.models import ExceptionCase
from subsidies.payments.queries import position
from subsidies.recovery import actions as recovery
from subsidies.recovery.actions.plans import ReceiptsWaiting
from subsidies.recovery.models import RecoveryOrder
from tests.factories.subsidies_payments import at_bank, resolve
from tests.factories.subsidies_recovery import received, recorded
from tests.subsidies.payments.test_double_payments import FUNDS, Twice, receive

pytestmark = pytest.mark.django_db
PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-12-01 10:00+08:00", tick=False):
        yield


class SentBack(Twice):
    """Paid twice, the second is asked back, and now the bank sends the first back: the try that stood."""

    def __init__(self, *, repaid=0, told=True):
        super().__init__()
        resolve(self.case, "paid_twice", self.money)
        self.order, self.fen = RecoveryOrder.objects.get(), self.due.amount_fen
        if told or repaid:
            recovery.issue_order(
                order_id=self.order.pk, working_days=20, pay_to="…", by=self.team.cashier, now=timezone.now()
            )
        if repaid:
            self.order = received(RecoveryOrder.objects.get(), repaid, team=self.team)
        assert at_bank(self.line) == FUNDS - 2 * self.fen + repaid

    def send_back(self):
        receive(self.second, RETURNED, date(2026, 12, 1))
        return ExceptionCase.objects.get(state="open")

    def states(self):
        self.order.refresh_from_db()
        tries = [batch.attempts.get().state for batch in (self.first, self.second)]
        return (self.fresh().state, *tries, self.order.state)


@pytest.mark.parametrize("told", [False, True])
def test_when_the_first_comes_back_the_second_stands_and_nothing_is_asked_back_or_paid_again(told):
    it = SentBack(told=told)

    case = it.send_back()
    with override("en"):
        assert "the second one stands in its place" in str(resolutions(case)["came_back"])
    waiting = (at_bank(it.line), it.states(), list(findings()))
    resolve(case, "came_back", it.money)

    ended = "returned" if told else "dropped"
    assert waiting == (FUNDS - it.fen, ("paid", "paid_twice", "paid", "issued" if told else "proposed"), [])
    assert it.states() == ("paid", "paid", "returned", ended)
    assert (it.due.paid_on, position(it.due)) == (date(2026, 11, 30), {"paid": it.fen})
    assert it.order.returned_fen == it.fen
    assert at_bank(it.line) == FUNDS - it.fen
    assert not ExceptionCase.objects.exclude(state="resolved").exists()
    assert list(findings()) == []
    with pytest.raises(DomainError):
        actions.reissue(payable_id=it.due.pk, by=it.money[0], now=timezone.now())


def test_what_the_payee_had_repaid_of_the_second_goes_back_to_the_payee():
    it = SentBack(repaid=50_000)

    resolve(it.send_back(), "came_back", it.money)
    [rest] = ExceptionCase.objects.filter(state="open")
    between = (rest.amount_fen, at_bank(it.line), list(findings()))
    resolve(rest, "send_back", it.money)

    assert between == (50_000, FUNDS - it.fen + 50_000, [])
    assert it.states() == ("paid", "paid", "returned", "returned")
    assert position(it.due) == {"paid": it.fen}
    assert at_bank(it.line) == FUNDS - it.fen
    assert list(findings()) == []


def test_a_second_payment_that_was_wholly_repaid_does_not_stand_for_the_first():
    it = SentBack(repaid=150_000)

    receive(it.second, RETURNED, date(2026, 12, 1))

    assert it.states() == ("returned", "paid_twice", "returned", "recovered")
    assert position(it.due) == {"returned_hold": it.fen}
    assert at_bank(it.line) == FUNDS
    assert list(findings()) == []


def test_what_the_line_bore_of_a_second_payment_comes_back_to_it_when_the_first_is_sent_back():
    it = SentBack()
    recovery.request_write_off(
        order_id=it.order.pk, document="成财〔2026〕9号", reason="", by=it.team.cashier
    )
    recovery.decide_write_off(
        order_id=it.order.pk, approve=True, note="", by=it.team.second, now=timezone.now()
    )

    resolve(it.send_back(), "came_back", it.money)
    [rest] = ExceptionCase.objects.filter(state="open")
    resolve(rest, "to_available", it.money)

    assert it.states() == ("paid", "paid", "returned", "written_off")
    assert position(it.due) == {"paid": it.fen, "written_off": it.fen}
    assert at_bank(it.line) == FUNDS - it.fen
    assert list(findings()) == []


def test_a_receipt_that_nobody_confirmed_is_settled_before_the_second_stands():
    it = SentBack()
    recorded(it.order, 100, team=it.team)
    case = it.send_back()

    with pytest.raises(ReceiptsWaiting):
        resolve(case, "came_back", it.money)


def test_the_first_was_refused_after_all_and_the_second_stands():
    it = SentBack()
    receive(it.second, FAILED, date(2026, 12, 1))

    resolve(ExceptionCase.objects.get(state="open"), "follow", it.money)

    assert it.states() == ("paid", "paid", "returned", "returned")
    assert position(it.due) == {"paid": it.fen}
    assert at_bank(it.line) == FUNDS - it.fen
    assert list(findings()) == []


def test_the_second_that_stands_may_come_back_too_and_the_first_may_arrive_after_all():
    it = SentBack()
    resolve(it.send_back(), "came_back", it.money)

    receive(it.second, PAID, date(2026, 12, 2))
    resolve(ExceptionCase.objects.get(state="open"), "paid_twice", it.money)
    twice = (it.states()[:3], position(it.due), at_bank(it.line), list(findings()))
    receive(it.first, RETURNED, date(2026, 12, 3))
    resolve(ExceptionCase.objects.get(state="open"), "came_back", it.money)
    swapped = (it.states()[:3], position(it.due), at_bank(it.line), list(findings()))
    receive(it.second, RETURNED, date(2026, 12, 4))

    both = {"paid": it.fen, "overpaid_receivable": it.fen}
    assert twice == (("paid", "paid", "paid_twice"), both, FUNDS - 2 * it.fen, [])
    assert swapped == (("paid", "returned", "paid"), {"paid": it.fen}, FUNDS - it.fen, [])
    assert it.states()[:3] == ("returned", "returned", "returned")
    assert position(it.due) == {"returned_hold": it.fen}
    assert at_bank(it.line) == FUNDS
    assert list(findings()) == []
