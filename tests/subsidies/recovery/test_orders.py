"""An order to pay back: proposed by one, issued by another, never an edit of the payment."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.ledger.kinds import AccountKind
from employment_portal.notifications.models import OutboxMessage
from employment_portal.workflow.actions import SamePersonDecides
from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.claims.models import ConflictOfInterest
from subsidies.policies.reference import lay_down_guard
from subsidies.recovery import actions
from subsidies.recovery.actions.issuing import NoTerm, NoWayToPay
from subsidies.recovery.actions.proposing import (
    AskedAlready,
    NoSuchDay,
    NotPaid,
    NotSoMuch,
    NotYours,
    ReasonsMissing,
    WholeRoster,
)
from subsidies.recovery.models import Cause, OrderState, RecoveryOrder
from subsidies.recovery.queries import orders_visible_to
from subsidies.recovery.rules import even_parts
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import funded_line, payable, subsidy_item
from tests.factories.subsidies_policies import GuardFactory
from tests.factories.subsidies_recovery import (
    PAY_TO,
    Team,
    check_deferred,
    granted,
    held,
    issued,
    paid,
    proposed,
    received,
)

pytestmark = pytest.mark.django_db


def changed(rows, **values) -> None:
    """Change rows past every action, as far as a commit."""
    with transaction.atomic():
        rows.update(**values)
        check_deferred()


def test_a_proposal_moves_no_money_and_tells_nobody(team):
    order = proposed(team=team)

    assert order.state == OrderState.PROPOSED
    assert held(order, AccountKind.PAID) == 150_000
    assert not OutboxMessage.objects.exists()


def test_issuing_books_the_debt_beside_the_payment_and_tells_the_debtor(team):
    order = issued(team=team, amount_fen=60_000)

    assert held(order, AccountKind.PAID) == 90_000
    assert held(order, AccountKind.OVERPAID_RECEIVABLE) == 60_000
    order.payable.refresh_from_db()
    assert (order.payable.state, order.payable.amount_fen) == ("paid", 150_000)
    assert order.due_on == date(2026, 12, 21)
    assert OutboxMessage.objects.filter(kind="recovery_issued").exists()


def test_whoever_proposed_never_issues(team):
    order = proposed(team=team)

    with pytest.raises(SamePersonDecides):
        actions.issue_order(
            order_id=order.pk, working_days=20, pay_to=PAY_TO, by=team.officer, now=timezone.now()
        )


def test_the_database_itself_refuses_an_order_of_one_person(team):
    order = proposed(team=team)

    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryOrder.objects.filter(pk=order.pk).update(issued_by=order.proposed_by)


@pytest.mark.parametrize(("values", "error"), [({"working_days": 0}, NoTerm), ({"pay_to": " "}, NoWayToPay)])
def test_an_order_needs_a_term_and_a_way_to_pay(team, values, error):
    order = proposed(team=team)

    with pytest.raises(error):
        actions.issue_order(
            order_id=order.pk,
            **{"working_days": 20, "pay_to": PAY_TO, **values},
            by=team.cashier,
            now=timezone.now(),
        )


@pytest.mark.parametrize("fen", [0, -1, 150_001])
def test_no_more_is_asked_back_than_was_paid(team, fen):
    with pytest.raises(NotSoMuch):
        proposed(team=team, amount_fen=fen)


def test_what_was_asked_back_before_cannot_be_asked_again(team):
    first = issued(team=team, amount_fen=100_000)
    received(first, 100_000, team=team)

    with pytest.raises(NotSoMuch):
        proposed(first.payable, team=team, amount_fen=50_001)
    assert proposed(first.payable, team=team, amount_fen=50_000).state == OrderState.PROPOSED


def test_only_one_order_of_a_payment_is_open(team):
    order = proposed(team=team, amount_fen=1)

    with pytest.raises(AskedAlready):
        proposed(order.payable, team=team, amount_fen=1)


def test_money_that_was_not_paid_cannot_be_asked_back(team):
    due = payable()

    with pytest.raises(NotPaid):
        proposed(due, team=team)


def test_a_reason_is_needed(team):
    with pytest.raises(ReasonsMissing):
        proposed(team=team, reasons="  ")


@pytest.mark.parametrize("who", ["street_clerk", "city_officer", "policy_officer"])
def test_only_district_and_finance_officers_propose(team, who):
    stranger = UserFactory(**{who: True}, agency=AgencyFactory(region=team.region))

    with pytest.raises(NotYours):
        actions.propose_order(
            payable_id=paid().pk,
            cause=Cause.OUR_ERROR,
            reasons="…",
            amount_fen=1,
            by=stranger,
            now=timezone.now(),
        )


def test_an_officer_of_another_district_proposes_and_sees_nothing(team):
    order = issued(team=team)
    other = Team(region=RegionFactory(code="500103"))

    with pytest.raises(NotYours):
        proposed(paid(), team=other)
    assert list(orders_visible_to(team.officer)) == [order]
    assert not orders_visible_to(other.officer).exists()


def test_nobody_asks_back_from_a_relative(team):
    due = paid()
    ConflictOfInterest.objects.create(
        user=team.officer,
        person=due.person,
        relation="配偶",
        declared_by=team.officer,
        declared_at=timezone.now(),
    )

    with pytest.raises(NotYours):
        proposed(due, team=team)


def test_a_dropped_proposal_leaves_everything_as_it_was(team):
    order = proposed(team=team)

    actions.drop_order(order_id=order.pk, reason="已核实无误", by=team.officer, now=timezone.now())

    assert held(order, AccountKind.PAID) == 150_000
    assert order.payable.claim.entitlements.get().live


# what becomes of the grant


def guarded_line():
    item = subsidy_item("guarded")
    item.period_kind = "months"
    item.save()
    lay_down_guard(code="guarded-person", scope="person", items=[item])
    return funded_line(item=item)


QUARTER = DateRange(date(2026, 1, 1), date(2026, 4, 1))


def test_months_after_the_last_day_that_counts_are_free_again(team):
    due = paid(guarded_line(), fen=90_000, period=QUARTER, months=3)

    issued(
        due,
        team=team,
        cause=Cause.NO_LONGER_QUALIFIES,
        amount_fen=60_000,
        qualified_until=date(2026, 1, 31),
    )

    entitlement = due.claim.entitlements.get()
    assert entitlement.live
    assert (entitlement.period, entitlement.months, entitlement.amount_fen) == (
        DateRange(date(2026, 1, 1), date(2026, 2, 1)),
        1,
        30_000,
    )
    free = EntitlementHold.objects.filter(live=True, period__contains=date(2026, 2, 1))
    assert not free.exists()


@pytest.mark.parametrize(("starts", "kept"), [(1, (1, 3)), (2, (2, 3)), (3, None)])
def test_a_hold_that_began_behind_an_older_grant_is_shortened_too(team, starts, kept):
    """When an exclusion came into force, an older grant held the first months already."""
    due = paid(guarded_line(), fen=90_000, period=QUARTER, months=3)
    granted = due.claim.entitlements.get()
    later = GuardFactory(items=[granted.item], lifetime=False, grants_before=granted.pk)
    held_from = DateRange(date(2026, starts, 1), QUARTER.upper)
    EntitlementHold.objects.create(entitlement=granted, guard=later, holder_id=1, period=held_from)

    issued(
        due, team=team, cause=Cause.NO_LONGER_QUALIFIES, amount_fen=30_000, qualified_until=date(2026, 2, 28)
    )

    periods = [DateRange(*(date(2026, month, 1) for month in kept))] if kept else []
    assert list(later_holds(later)) == periods


def later_holds(guard):
    return EntitlementHold.objects.filter(guard=guard).values_list("period", flat=True)


def test_a_false_statement_holds_the_time_for_good(team):
    due = paid(guarded_line(), fen=90_000, period=QUARTER, months=3)

    issued(due, team=team, cause=Cause.FALSE_STATEMENT)

    entitlement = due.claim.entitlements.get()
    assert (entitlement.live, entitlement.amount_fen) == (True, 90_000)
    assert EntitlementHold.objects.filter(live=True, period=QUARTER).exists()


def test_an_error_of_the_agency_returned_in_whole_frees_the_time(team):
    due = paid(guarded_line(), fen=90_000, period=QUARTER, months=3)

    issued(due, team=team, cause=Cause.OUR_ERROR)

    assert not due.claim.entitlements.live().exists()
    assert not EntitlementHold.objects.filter(live=True).exists()


def test_the_last_day_that_counts_is_needed_and_lies_in_the_time(team):
    due = paid(guarded_line(), fen=90_000, period=QUARTER, months=3)

    for day in (None, date(2026, 4, 1)):
        with pytest.raises(NoSuchDay):
            proposed(due, team=team, cause=Cause.NO_LONGER_QUALIFIES, amount_fen=1, qualified_until=day)


def test_of_a_roster_somebody_is_named_or_all_is_asked_back(team):
    due = paid(fen=150_000)
    due.claim.entitlements.update(amount_fen=100_000)
    other = granted(due, fen=50_000, person=PersonFactory())

    with pytest.raises(WholeRoster):
        proposed(due, team=team, amount_fen=50_000)
    with pytest.raises(NotSoMuch):
        proposed(due, team=team, amount_fen=50_001, entitlement=other)
    issued(due, team=team, amount_fen=50_000, entitlement=other)

    other.refresh_from_db()
    assert not other.live
    assert due.claim.entitlements.live().count() == 1


# what the database holds


@pytest.mark.parametrize("field", [{"amount_fen": 1}, {"reasons": "x"}, {"due_on": date(2030, 1, 1)}])
def test_what_was_issued_never_changes(team, field):
    order = issued(team=team)

    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryOrder.objects.filter(pk=order.pk).update(**field)


def test_an_order_is_never_deleted(team):
    order = proposed(team=team)

    with pytest.raises(IntegrityError), transaction.atomic():
        order.delete()


def test_recovered_is_the_sum_of_confirmed_receipts(team):
    order = issued(team=team)

    with pytest.raises(IntegrityError, match="its receipts"):
        changed(RecoveryOrder.objects.filter(pk=order.pk), recovered_fen=1)


def test_instalments_add_up_in_the_database_too(team):
    order = issued(team=team)
    actions.agree_plan(
        order_id=order.pk,
        parts=even_parts(150_000, 3, date(2026, 12, 1)),
        note="",
        by=team.officer,
        now=timezone.now(),
    )

    with pytest.raises(IntegrityError, match="no plan"):
        changed(order.instalments.filter(sequence=1), amount_fen=1)


def test_a_confirmed_receipt_never_changes(team):
    order = issued(team=team)
    received(order, 1, team=team)

    with pytest.raises(IntegrityError), transaction.atomic():
        order.receipts.update(amount_fen=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.receipts.get().delete()


# receipts
