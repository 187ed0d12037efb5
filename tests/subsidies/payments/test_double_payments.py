"""The bank pays twice, or sends back what was asked back: the ledger holds the cash that the bank has, to the fen."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.kinds import AccountKind
from employment_portal.ledger.verification import findings
from employment_portal.notifications.models import Notification
from subsidies.finance.queries import received_by
from subsidies.payments import actions
from subsidies.payments.actions.cases import resolutions
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import ExceptionCase, Payable
from subsidies.payments.queries import position
from subsidies.recovery import actions as recovery
from subsidies.recovery.actions.issuing import SecondPaymentStands
from subsidies.recovery.actions.plans import ReceiptsWaiting
from subsidies.recovery.letter import letter_of
from subsidies.recovery.models import RecoveryOrder
from tests.factories.subsidies_payments import (
    allot,
    answers,
    at_bank,
    funded_line,
    officers,
    payable,
    released,
    resolve,
)
from tests.factories.subsidies_recovery import Team, granted, issued, received, recorded

pytestmark = pytest.mark.django_db
PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED
FUNDS = 100_000_000


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-12-01 10:00+08:00", tick=False):
        yield


def receive(batch, outcome, on=date(2026, 11, 24)):
    content = delimited.render_answer(answers(batch, outcome, on=on), on)
    return actions.receive_return_file(name="hp.txt", content=content, by=None, now=timezone.now())[0]


class Twice:
    """One payment that was refused, made again, and paid both times."""

    def __init__(self):
        self.money, self.line = officers(), funded_line()
        self.due = payable(self.line)
        granted(self.due, fen=self.due.amount_fen)
        self.team = Team(region=self.due.region)
        self.first = released(self.money)
        receive(self.first, FAILED)
        actions.reissue(payable_id=self.due.pk, by=self.money[0], now=timezone.now())
        self.second = released(self.money)
        receive(self.second, PAID, date(2026, 11, 28))
        receive(self.first, PAID, date(2026, 11, 30))
        self.case = ExceptionCase.objects.get(kind="paid_after_return")

    def fresh(self) -> Payable:
        self.due.refresh_from_db()
        return self.due


def test_both_payments_are_booked_and_the_second_is_asked_back():
    it = Twice()
    assert list(resolutions(it.case)) == ["paid_twice", "keep"]

    resolve(it.case, "paid_twice", it.money)

    order = RecoveryOrder.objects.get()
    fen = it.due.amount_fen
    assert (order.state, order.cause, order.amount_fen) == ("proposed", "paid_twice", fen)
    assert order.attempt == it.first.attempts.get()
    assert (order.attempt.state, order.attempt.settled_on) == ("paid_twice", date(2026, 11, 30))
    assert it.fresh().state == "paid"
    assert position(it.due) == {"paid": fen, "overpaid_receivable": fen}
    assert at_bank(it.line) == FUNDS - 2 * fen
    assert received_by(person=it.due.person)[0]["received"] == 2 * fen
    assert list(findings()) == []


def test_what_comes_back_of_a_second_payment_covers_it_and_the_grant_stands():
    it = Twice()
    resolve(it.case, "paid_twice", it.money)
    order, fen = RecoveryOrder.objects.get(), it.due.amount_fen

    recovery.issue_order(
        order_id=order.pk, working_days=20, pay_to="…", by=it.team.cashier, now=timezone.now()
    )
    with override("en"):
        letter = letter_of(RecoveryOrder.objects.get())
    order = received(order, fen, team=it.team)

    assert "twice: 1,500.00 yuan on Nov. 28, 2026 and the same on Nov. 30, 2026" in letter.opening
    assert "You keep one of the two payments" in letter.result
    assert order.state == "recovered"
    assert it.due.claim.entitlements.get().live
    assert position(it.fresh()) == {"paid": fen}
    assert at_bank(it.line) == FUNDS - fen
    assert list(findings()) == []


def test_a_second_payment_that_is_written_off_is_borne_by_the_line():
    it = Twice()
    resolve(it.case, "paid_twice", it.money)
    order, fen = RecoveryOrder.objects.get(), it.due.amount_fen
    recovery.issue_order(
        order_id=order.pk, working_days=20, pay_to="…", by=it.team.cashier, now=timezone.now()
    )
    recovery.request_write_off(order_id=order.pk, document="成财〔2026〕9号", reason="", by=it.team.cashier)

    recovery.decide_write_off(order_id=order.pk, approve=True, note="", by=it.team.second, now=timezone.now())

    assert at_bank(it.line) == FUNDS - 2 * fen
    assert list(findings()) == []


def test_a_proposal_that_asks_a_second_payment_back_cannot_be_dropped():
    it = Twice()
    resolve(it.case, "paid_twice", it.money)

    with pytest.raises(SecondPaymentStands):
        recovery.drop_order(
            order_id=RecoveryOrder.objects.get().pk, reason="", by=it.team.officer, now=timezone.now()
        )


@pytest.mark.parametrize("told", [False, True])
def test_the_bank_takes_the_second_payment_back_and_the_order_ends(told):
    it = Twice()
    resolve(it.case, "paid_twice", it.money)
    order, fen = RecoveryOrder.objects.get(), it.due.amount_fen
    if told:
        recovery.issue_order(
            order_id=order.pk, working_days=20, pay_to="…", by=it.team.cashier, now=timezone.now()
        )

    receive(it.first, RETURNED, date(2026, 12, 1))
    resolve(ExceptionCase.objects.get(kind="unexplained_cash"), "came_back", it.money)

    order.refresh_from_db()
    assert (order.state, order.returned_fen) == ("returned" if told else "dropped", fen)
    assert Notification.objects.filter(kind="recovery_returned").exists() is told
    assert (it.fresh().state, position(it.due)) == ("paid", {"paid": fen})
    assert at_bank(it.line) == FUNDS - fen
    assert list(findings()) == []


def test_a_second_payment_that_was_refused_after_all_is_undone():
    it = Twice()
    resolve(it.case, "paid_twice", it.money)
    receive(it.first, FAILED, date(2026, 12, 1))
    case = ExceptionCase.objects.get(kind="paid_after_return", state="open")
    assert list(resolutions(case)) == ["keep", "follow"]

    resolve(case, "follow", it.money)

    assert (it.fresh().state, position(it.due)) == ("paid", {"paid": it.due.amount_fen})
    assert at_bank(it.line) == FUNDS - it.due.amount_fen
    assert list(findings()) == []


class Asked:
    """A paid payment of which 600 of 1,500 yuan are asked back, 200 of them paid."""

    def __init__(self, *, ask=60_000, repaid=20_000):
        self.money, self.line = officers(), funded_line()
        self.due = payable(self.line)
        granted(self.due, fen=self.due.amount_fen)
        self.team = Team(region=self.due.region)
        self.batch = released(self.money)
        receive(self.batch, PAID)
        self.due.refresh_from_db()
        self.order = issued(self.due, team=self.team, amount_fen=ask)
        if repaid:
            self.order = received(self.order, repaid, team=self.team)

    def sent_back(self):
        receive(self.batch, RETURNED, date(2026, 12, 1))
        self.case = ExceptionCase.objects.get(kind="unexplained_cash")
        return self.case


@pytest.mark.parametrize(
    ("ask", "repaid", "state", "still_due"),
    [
        (60_000, 20_000, "returned", 90_000),
        (60_000, 0, "returned", 90_000),
        (60_000, 60_000, "returned", 90_000),
        (150_000, 20_000, "cancelled", 0),
        (150_000, 150_000, "cancelled", 0),
    ],
)
def test_a_payment_that_is_asked_back_comes_back_and_nobody_repays_it(ask, repaid, state, still_due):
    it = Asked(ask=ask, repaid=repaid)

    resolve(it.sent_back(), "came_back", it.money)

    order = it.order
    order.refresh_from_db()
    it.due.refresh_from_db()
    assert (order.state, order.outstanding_fen) == ("recovered" if repaid == ask else "returned", 0)
    assert order.returned_fen == ask - repaid
    assert (it.due.state, it.due.due_fen) == (state, still_due)
    assert position(it.due) == ({"returned_hold": still_due} if still_due else {})
    assert it.batch.attempts.get().state == "returned"
    assert at_bank(it.line) == FUNDS + repaid
    rest = ExceptionCase.objects.filter(state="open")
    assert [case.amount_fen for case in rest] == ([repaid] if repaid else [])
    assert list(findings()) == []

    for case in rest:
        resolve(case, "send_back", it.money)

    assert at_bank(it.line) == FUNDS
    assert list(findings()) == []


def test_what_is_still_due_is_paid_again_at_the_smaller_amount():
    it = Asked()
    resolve(it.sent_back(), "came_back", it.money)

    actions.reissue(payable_id=it.due.pk, by=it.money[0], now=timezone.now())
    second = released(it.money)
    receive(second, PAID, date(2026, 12, 1))

    it.due.refresh_from_db()
    assert (second.total_fen, it.due.state, position(it.due)) == (90_000, "paid", {"paid": 90_000})
    assert list(findings()) == []


def test_a_receipt_that_nobody_confirmed_is_settled_first():
    it = Asked(repaid=0)
    receipt = recorded(it.order, 100, team=it.team)
    case = it.sent_back()

    with pytest.raises(ReceiptsWaiting):
        resolve(case, "came_back", it.money)
    recovery.remove_receipt(receipt_id=receipt.pk, reason="录错", by=it.team.second)
    actions.decide_resolution(case_id=case.pk, approve=True, by=it.money[1], now=timezone.now())

    assert list(findings()) == []


def test_a_line_without_money_cannot_bear_a_loss():
    it = Twice()
    resolve(it.case, "paid_twice", it.money)
    order = RecoveryOrder.objects.get()
    recovery.issue_order(
        order_id=order.pk, working_days=20, pay_to="…", by=it.team.cashier, now=timezone.now()
    )
    recovery.request_write_off(order_id=order.pk, document="成财〔2026〕9号", reason="", by=it.team.cashier)
    payable(it.line, fen=FUNDS - it.due.amount_fen)

    def decide():
        return recovery.decide_write_off(
            order_id=order.pk, approve=True, note="", by=it.team.second, now=timezone.now()
        )

    with pytest.raises(InsufficientFunds):
        decide()
    allot(it.line)
    assert decide().state == "written_off"
    assert AccountKind.UNCOVERED not in position(it.fresh())
