from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.claims.models import ConflictOfInterest
from subsidies.policies.models import Guard
from subsidies.recovery import actions
from subsidies.recovery.actions.issuing import NoTerm, NoWayToPay
from subsidies.recovery.actions.plans import NoPlan, ReceiptsWaiting, TermRuns, ToWhomMissing
from subsidies.recovery.actions.proposing import (
    AskedAlready,
    NoSuchDay,
    NotPaid,
    NotSoMuch,
    NotYours,
    ReasonsMissing,
    WholeRoster,
)
from subsidies.recovery.actions.receipts import DayInFuture, KnownReference, MoreThanOwed
from subsidies.recovery.actions.writing_off import AmountChanged, DocumentMissing, WriteOffAsked
from subsidies.recovery.models import Cause, OrderState, RecoveryOrder
from subsidies.recovery.queries import orders_visible_to, overdue, sums
from subsidies.recovery.rules import even_parts
from subsidies.recovery.workflow import RECOVERY
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import budget_line, funded_line, payable, subsidy_item
from tests.factories.subsidies_recovery import (
    PAY_TO,
    Team,
    granted,
    issued,
    paid,
    proposed,
    received,
    recorded,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return Team(region=budget_line().region)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-23 10:00+08:00", tick=False):
        yield


def held(order, kind: AccountKind) -> int:
    line = order.payable.line_id
    return balances(SUBSIDIES, [line]).get((line, kind), 0)


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


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
    guard = Guard.objects.create(code="guarded-person", scope="person")
    guard.items.add(item)
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

    RecoveryOrder.objects.filter(pk=order.pk).update(recovered_fen=1)

    with pytest.raises(IntegrityError, match="its receipts"), transaction.atomic():
        check_deferred()


def test_instalments_add_up_in_the_database_too(team):
    order = issued(team=team)
    actions.agree_plan(
        order_id=order.pk,
        parts=even_parts(150_000, 3, date(2026, 12, 1)),
        note="",
        by=team.officer,
        now=timezone.now(),
    )

    order.instalments.filter(sequence=1).update(amount_fen=1)

    with pytest.raises(IntegrityError, match="no plan"), transaction.atomic():
        check_deferred()


def test_a_confirmed_receipt_never_changes(team):
    order = issued(team=team)
    received(order, 1, team=team)

    with pytest.raises(IntegrityError), transaction.atomic():
        order.receipts.update(amount_fen=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.receipts.get().delete()


# receipts


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


def test_an_order_without_a_plan_is_overdue_after_its_day(team):
    order = issued(team=team)

    assert not overdue(RecoveryOrder.objects.all(), order.due_on).exists()
    assert overdue(RecoveryOrder.objects.all(), order.due_on + timedelta(days=1)).exists()


# enforcement and write-off


def later():
    return timezone.now() + timedelta(days=60)


def referred(team):
    order = issued(team=team)
    return actions.refer_order(order_id=order.pk, to="武侯区人民法院", note="", by=team.cashier, now=later())


def test_an_order_is_referred_after_its_term_and_money_may_still_come(team):
    order = issued(team=team)
    with pytest.raises(TermRuns):
        actions.refer_order(order_id=order.pk, to="法院", note="", by=team.cashier, now=timezone.now())
    with pytest.raises(ToWhomMissing):
        actions.refer_order(order_id=order.pk, to=" ", note="", by=team.cashier, now=later())

    order = actions.refer_order(order_id=order.pk, to="法院", note="", by=team.cashier, now=later())

    assert order.state == OrderState.REFERRED
    assert received(order, 150_000, team=team).state == OrderState.RECOVERED


@pytest.mark.parametrize("start", [issued, referred])
def test_a_write_off_takes_two_people_and_a_document(team, start):
    order = start(team=team)
    with pytest.raises(DocumentMissing):
        actions.request_write_off(order_id=order.pk, document=" ", reason="查无财产", by=team.cashier)
    actions.request_write_off(
        order_id=order.pk, document="成财〔2026〕8号", reason="查无财产", by=team.cashier
    )
    with pytest.raises(WriteOffAsked):
        actions.request_write_off(order_id=order.pk, document="x", reason="x", by=team.second)
    with pytest.raises(SamePersonDecides):
        actions.decide_write_off(
            order_id=order.pk, approve=True, note="", by=team.cashier, now=timezone.now()
        )

    order = actions.decide_write_off(
        order_id=order.pk, approve=True, note="", by=team.second, now=timezone.now()
    )

    assert (order.state, order.written_off_fen) == (OrderState.WRITTEN_OFF, 150_000)
    assert held(order, AccountKind.WRITTEN_OFF) == 150_000
    assert held(order, AccountKind.OVERPAID_RECEIVABLE) == 0


def test_a_refused_write_off_changes_nothing(team):
    order = issued(team=team)
    actions.request_write_off(order_id=order.pk, document="8号", reason="…", by=team.cashier)

    order = actions.decide_write_off(
        order_id=order.pk, approve=False, note="再查", by=team.second, now=timezone.now()
    )

    assert order.state == OrderState.ISSUED
    assert actions.waiting_write_off(order) is None


def test_a_write_off_is_of_the_sum_that_was_asked_for(team):
    order = issued(team=team)
    actions.request_write_off(order_id=order.pk, document="8号", reason="…", by=team.cashier)
    received(order, 1, team=team)

    with pytest.raises(AmountChanged):
        actions.decide_write_off(order_id=order.pk, approve=True, note="", by=team.second, now=timezone.now())


# every transition × state × role

STATES = list(OrderState.values)
FROM = {
    "issue": {"proposed"},
    "drop": {"proposed"},
    "agree_plan": {"issued"},
    "refer": {"issued"},
    "write_off": {"issued", "referred"},
}
ROLES = {
    "issue": {"cashier", "second"},
    "drop": {"officer", "cashier", "second"},
    "agree_plan": {"officer", "cashier", "second"},
    "refer": {"cashier", "second"},
    "write_off": {"cashier", "second"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", FROM)
def test_each_move_leaves_its_states_only_and_belongs_to_its_people(team, move, state):
    order = proposed(team=team)
    order.state = state
    people = {
        "officer": team.officer,
        "cashier": team.cashier,
        "second": team.second,
        "city": UserFactory(city_officer=True, agency=AgencyFactory(region=team.region)),
        "clerk": UserFactory(street_clerk=True, agency=AgencyFactory(region=team.region)),
        "policy": UserFactory(policy_officer=True, agency=AgencyFactory(region=team.region)),
        "debtor": order.payable.person.user,
        "stranger": Team(region=RegionFactory(code="500103")).cashier,
    }

    allowed = {name for name, user in people.items() if user and RECOVERY.can(order, move, user)}

    assert allowed == (ROLES[move] if state in FROM[move] else set())


@pytest.mark.parametrize("move", sorted(FROM))
def test_an_ended_order_moves_no_more(team, move):
    order = issued(team=team)
    received(order, 150_000, team=team)
    now = later()
    calls = {
        "issue": lambda: actions.issue_order(
            order_id=order.pk, working_days=5, pay_to=PAY_TO, by=team.second, now=now
        ),
        "drop": lambda: actions.drop_order(order_id=order.pk, reason="", by=team.second, now=now),
        "agree_plan": lambda: actions.agree_plan(
            order_id=order.pk, parts=[], note="", by=team.second, now=now
        ),
        "refer": lambda: actions.refer_order(order_id=order.pk, to="x", note="", by=team.second, now=now),
        "write_off": lambda: actions.request_write_off(
            order_id=order.pk, document="x", reason="x", by=team.second
        ),
    }

    with pytest.raises(TransitionNotAllowed):
        calls[move]()


def test_the_sums_of_a_list_leave_proposals_out(team):
    first = issued(team=team)
    received(first, 50_000, team=team)
    proposed(paid(), team=team)

    assert sums(orders_visible_to(team.officer)) == {
        "count": 2,
        "asked": 150_000,
        "recovered": 50_000,
        "written_off": 0,
        "owed": 100_000,
    }
