"""Money that comes back, and the plan by which it does."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from employment_portal.ledger.kinds import AccountKind
from employment_portal.notifications.models import Notification
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from employment_portal.workflow.models import WorkItem
from subsidies.recovery import actions
from subsidies.recovery.actions.plans import NoPlan, ReceiptsWaiting
from subsidies.recovery.actions.receipts import DayInFuture, KnownReference, MoreThanOwed
from subsidies.recovery.models import OrderState, RecoveryOrder
from subsidies.recovery.queries import overdue
from subsidies.recovery.rules import even_parts
from tests.factories.subsidies_payments import funded_line
from tests.factories.subsidies_recovery import (
    check_deferred,
    held,
    issued,
    paid,
    received,
    recorded,
)

pytestmark = pytest.mark.django_db


def test_money_of_this_years_line_is_available_again(team):
    order = issued(team=team)
    before = held(order, AccountKind.AVAILABLE)

    order = received(order, 50_000, team=team)

    assert (order.recovered_fen, order.outstanding_fen, order.state) == (50_000, 100_000, "issued")
    assert held(order, AccountKind.OVERPAID_RECEIVABLE) == 100_000
    assert held(order, AccountKind.AVAILABLE) == before + 50_000
    assert held(order, AccountKind.RECOVERED) == 0


def test_money_of_an_earlier_year_goes_to_the_treasury(team):
    order = issued(paid(funded_line(year=2025)), team=team)
    before = held(order, AccountKind.AVAILABLE)

    order = received(order, 150_000, team=team)

    assert order.state == OrderState.RECOVERED
    assert held(order, AccountKind.TREASURY_SURRENDERED) == 150_000
    assert held(order, AccountKind.AVAILABLE) == before


def test_a_receipt_books_nothing_before_a_second_officer_confirms(team):
    order = issued(team=team)
    receipt = recorded(order, 50_000, team=team)

    assert held(order, AccountKind.OVERPAID_RECEIVABLE) == 150_000
    with pytest.raises(SamePersonDecides):
        actions.confirm_receipt(receipt_id=receipt.pk, by=team.cashier, now=timezone.now())


def test_a_receipt_is_confirmed_once(team):
    order = issued(team=team)
    receipt = recorded(order, 50_000, team=team)
    actions.confirm_receipt(receipt_id=receipt.pk, by=team.second, now=timezone.now())

    with pytest.raises(AlreadyDecided):
        actions.confirm_receipt(receipt_id=receipt.pk, by=team.second, now=timezone.now())
    order.refresh_from_db()
    assert order.recovered_fen == 50_000


def test_no_more_is_taken_than_is_owed_counting_what_waits(team):
    order = issued(team=team)
    recorded(order, 100_000, team=team)

    with pytest.raises(MoreThanOwed):
        recorded(order, 50_001, team=team)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 22)])
def test_a_receipt_lies_between_the_order_and_today(team, day):
    with pytest.raises(DayInFuture):
        recorded(issued(team=team), 1, team=team, on=day)


def test_one_line_of_the_bank_statement_is_one_receipt(team):
    order = issued(team=team)
    receipt = recorded(order, 1, team=team)

    with pytest.raises(KnownReference):
        actions.record_receipt(
            order_id=order.pk,
            amount_fen=1,
            received_on=date(2026, 11, 23),
            reference=receipt.reference,
            by=team.second,
            now=timezone.now(),
        )


def test_a_wrong_receipt_is_taken_out_until_it_is_confirmed(team):
    order = issued(team=team)
    receipt = recorded(order, 100_000, team=team)

    actions.remove_receipt(receipt_id=receipt.pk, reason="看错行", by=team.second)

    assert not order.receipts.exists()
    assert received(order, 150_000, team=team).state == OrderState.RECOVERED


# plans


def test_a_new_plan_covers_what_is_still_owed(team):
    order = issued(team=team)
    now = timezone.now()
    actions.agree_plan(
        order_id=order.pk, parts=even_parts(150_000, 3, date(2026, 12, 1)), note="", by=team.officer, now=now
    )
    received(order, 50_000, team=team)

    order = actions.agree_plan(
        order_id=order.pk,
        parts=even_parts(100_000, 4, date(2027, 1, 1)),
        note="困难",
        by=team.officer,
        now=now,
    )

    check_deferred()
    assert order.planned_from_fen == 50_000
    assert order.instalments.count() == 4


def test_parts_that_do_not_add_up_are_no_plan(team):
    order = issued(team=team)

    with pytest.raises(NoPlan):
        actions.agree_plan(
            order_id=order.pk,
            parts=even_parts(150_001, 3, date(2026, 12, 1)),
            note="",
            by=team.officer,
            now=timezone.now(),
        )


def test_no_plan_is_agreed_while_money_waits_for_confirmation(team):
    order = issued(team=team)
    recorded(order, 1, team=team)

    with pytest.raises(ReceiptsWaiting):
        actions.agree_plan(
            order_id=order.pk,
            parts=even_parts(150_000, 3, date(2026, 12, 1)),
            note="",
            by=team.officer,
            now=timezone.now(),
        )


def test_an_overdue_part_is_chased_once_per_reminder(team):
    order = issued(team=team)
    actions.agree_plan(
        order_id=order.pk,
        parts=even_parts(150_000, 3, date(2026, 12, 1)),
        note="",
        by=team.officer,
        now=timezone.now(),
    )

    def chased(day: str) -> int:
        with time_machine.travel(f"{day} 02:00+08:00", tick=False):
            actions.chase_overdue(now=timezone.now())
        return Notification.objects.filter(kind="recovery_overdue").count()

    assert [chased("2026-12-01"), chased("2026-12-02"), chased("2026-12-03")] == [0, 1, 1]
    assert not WorkItem.objects.filter(kind="recovery_overdue").exists()
    assert chased("2026-12-16") == 2
    assert WorkItem.objects.filter(kind="recovery_overdue", subject_id=order.pk).count() == 1
    assert list(overdue(RecoveryOrder.objects.all(), date(2026, 12, 3))) == [order]

    received(order, 150_000, team=team)
    assert not WorkItem.objects.open().filter(subject_id=order.pk).exists()


# enforcement and write-off
