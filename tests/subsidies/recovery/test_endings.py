"""How an order ends, and who may move it where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.ledger.kinds import AccountKind
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.recovery import actions
from subsidies.recovery.actions.plans import TermRuns, ToWhomMissing
from subsidies.recovery.actions.writing_off import AmountChanged, DocumentMissing, WriteOffAsked
from subsidies.recovery.models import OrderState
from subsidies.recovery.queries import orders_visible_to, sums
from subsidies.recovery.workflow import RECOVERY
from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_recovery import (
    PAY_TO,
    Team,
    held,
    issued,
    paid,
    proposed,
    received,
)

pytestmark = pytest.mark.django_db


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
