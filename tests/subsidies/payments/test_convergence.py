"""A bank's answers in any order and any number of copies end in one state; a machine of random steps obeys a model."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from employment_portal.core.errors import DomainError
from employment_portal.ledger.kinds import SOURCES, SUBSIDIES
from employment_portal.ledger.queries import balances
from subsidies.payments import actions
from subsidies.payments.actions.cases import resolutions
from subsidies.payments.actions.double_payments import SecondPaymentOut
from subsidies.payments.enums import LIVE_ATTEMPTS, LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import ExceptionCase, Payable, ReturnFile, ReturnLine
from subsidies.payments.queries import position
from subsidies.proofs.data import books_balance
from subsidies.recovery.models import RecoveryOrder
from tests.factories.subsidies_payments import (
    answers,
    at_bank,
    funded_line,
    officers,
    payable,
    released,
    resolve,
)

PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED
PAY_DAY, BACK_DAY = date(2026, 11, 24), date(2026, 11, 27)
TRUTHS = {"paid": [PAID], "failed": [FAILED], "returned": [PAID, RETURNED]}
COUNT = 4
FUNDS = 100_000_000


def deliver(file, day):
    actions.receive_return_file(
        name="hp", content=delimited.render_answer(file, day), by=None, now=timezone.now()
    )


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_copies_and_legal_orders_of_the_banks_answers_converge(data):
    truths = data.draw(st.lists(st.sampled_from(sorted(TRUTHS)), min_size=COUNT, max_size=COUNT))
    messages = [
        (sequence, outcome) for sequence, truth in enumerate(truths, start=1) for outcome in TRUTHS[truth]
    ]
    copies = data.draw(st.lists(st.sampled_from(messages), max_size=6))
    order = data.draw(st.permutations(messages + copies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    parts = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]

    with transaction.atomic():
        team, line = officers(), funded_line()
        dues = [payable(line) for _number in range(COUNT)]
        batch = released(team)
        for part in filter(None, parts):
            deliver(_file(batch, part), BACK_DAY)

        wanted = {"paid": "paid", "failed": "returned", "returned": "returned"}
        assert [Payable.objects.get(pk=due.pk).state for due in dues] == [wanted[truth] for truth in truths]
        assert [attempt.state for attempt in batch.attempts.order_by("sequence")] == truths
        kinds = {"paid": "paid", "failed": "returned_hold", "returned": "returned_hold"}
        assert [position(due) for due in dues] == [
            {kinds[truth]: due.amount_fen} for due, truth in zip(dues, truths, strict=True)
        ]
        assert not ReturnLine.objects.exclude(state__in=["applied", "duplicate"]).exists()
        assert books_balance() == []
        transaction.set_rollback(True)


def _file(batch, messages):
    by_sequence = {line.number: line for line in answers(batch).lines}
    lines = [
        replace(
            by_sequence[sequence], number=number, outcome=outcome,
            settled_on=BACK_DAY if outcome == RETURNED else PAY_DAY,
        )
        for number, (sequence, outcome) in enumerate(messages, start=1)
    ]  # fmt: skip
    return replace(answers(batch, {}), lines=lines)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_payment_that_the_bank_made_twice_ends_the_same_in_any_order(data):
    """The first try was refused and made again; then "paid" comes for both, in any order and any number of copies."""
    order = data.draw(
        st.permutations(["first", "second", *data.draw(st.lists(st.sampled_from(["first", "second"])))])
    )

    with transaction.atomic():
        team, line = officers(), funded_line()
        due = payable(line)
        first = released(team)
        deliver(_file(first, [(1, FAILED)]), PAY_DAY)
        actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())
        batches = {"first": first, "second": released(team)}
        for which in order:
            deliver(_file(batches[which], [(1, PAID)]), BACK_DAY)
        for case in ExceptionCase.objects.exclude(state="resolved"):
            resolve(case, next(iter(resolutions(case))), team)

        due.refresh_from_db()
        assert due.state == "paid"
        assert position(due) == {"paid": due.amount_fen, "overpaid_receivable": due.amount_fen}
        assert RecoveryOrder.objects.get().amount_fen == due.amount_fen
        assert at_bank(line) == FUNDS - 2 * due.amount_fen
        assert books_balance() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_payment_made_twice_of_which_the_later_try_comes_back_ends_as_paid_once(data):
    """As before, and the second try is sent back: at any moment, people at work after each file or at the end."""
    messages = [("first", PAID), ("second", PAID), ("second", RETURNED)]
    copies = data.draw(st.lists(st.sampled_from(messages), max_size=3))
    order = data.draw(st.permutations(messages + copies))
    at_once = data.draw(st.booleans())

    with transaction.atomic():
        team, line = officers(), funded_line()
        due = payable(line)
        first = released(team)
        deliver(_file(first, [(1, FAILED)]), PAY_DAY)
        actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())
        batches = {"first": first, "second": released(team)}
        for which, outcome in order:
            deliver(_file(batches[which], [(1, outcome)]), BACK_DAY)
            if at_once:
                _people_follow_the_bank(team)
        _people_follow_the_bank(team)

        due.refresh_from_db()
        assert (due.state, position(due)) == ("paid", {"paid": due.amount_fen})
        assert [batch.attempts.get().state for batch in batches.values()] == ["paid", "returned"]
        assert not RecoveryOrder.objects.filter(state__in=["proposed", "issued"]).exists()
        assert at_bank(line) == FUNDS - due.amount_fen
        assert books_balance() == []
        transaction.set_rollback(True)


def _people_follow_the_bank(team):
    """Whatever waits and can be resolved now."""
    for case in ExceptionCase.objects.exclude(state="resolved").order_by("pk"):
        ways = resolutions(case)
        way = next(name for name in ("paid_twice", "came_back", "follow", "keep") if name in ways)
        with suppress(SecondPaymentOut), transaction.atomic():
            resolve(case, way, team)


class Payments(RuleBasedStateMachine):
    """Payables beside a plain Python model of where each one's money is, and of the cash that the bank has."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.team, self.line = officers(), funded_line()
        self.where: dict[int, str] = {}
        self.fen: dict[int, int] = {}
        self.frozen: Counter = Counter()  # open alarms of each payable
        self.batches: list = []
        self.settled: Counter = Counter()
        self.returned: Counter = Counter()
        self.twice: Counter = Counter()  # second payments that are asked back
        self.said_back: set[int] = set()  # tries that the bank itself called returned

    @rule()
    def a_claim_is_handed_over(self):
        due = payable(self.line, fen=1000 + len(self.where))
        self.where[due.pk], self.fen[due.pk] = "open", due.amount_fen

    @rule()
    def a_batch_is_made_and_released(self):
        ready = [pk for pk, place in self.where.items() if place == "open" and not self.frozen[pk]]
        try:
            self.batches.append(released(self.team))
        except DomainError:
            assert not ready
            return
        assert ready
        for pk in ready:
            self.where[pk] = "in_transit"

    @precondition(lambda self: self.batches)
    @rule(data=st.data(), outcome=st.sampled_from([PAID, FAILED, RETURNED]))
    def the_bank_answers_one_payment(self, data, outcome):
        batch = data.draw(st.sampled_from(self.batches))
        attempt = data.draw(st.sampled_from(list(batch.attempts.order_by("sequence"))))
        before = attempt.state
        deliver(_file(batch, [(attempt.sequence, outcome)]), BACK_DAY)
        pk = attempt.payable_id
        if before == "exported":
            self.settled[pk] += outcome != FAILED
            self.where[pk] = "paid" if outcome == PAID else "returned"
            self.called_back(attempt, outcome)
        elif before == "paid" and outcome == RETURNED and self.twice[pk]:
            self.suspense_of(attempt)  # the second payment stands in its place
        elif before == "paid" and outcome == RETURNED:
            self.where[pk] = "returned"
            self.called_back(attempt, outcome)
        elif (before, outcome) in {("paid", FAILED), ("failed", PAID), ("paid_twice", FAILED)}:
            self.frozen[pk] += 1
        elif (before, outcome) == ("returned", PAID) and attempt.pk not in self.said_back:
            self.frozen[pk] += 1  # two people had said so, the bank has not
        elif (before, outcome) == ("paid_twice", RETURNED):
            self.suspense_of(attempt)

    def called_back(self, attempt, outcome):
        if outcome == RETURNED:
            self.returned[attempt.payable_id] += 1
            self.said_back.add(attempt.pk)

    def suspense_of(self, attempt):
        """The bank sends a second payment back: two people see to it at once."""
        case = ExceptionCase.objects.get(kind="unexplained_cash", attempt=attempt, state="open")
        resolve(case, "came_back", self.team)
        self.twice[attempt.payable_id] -= 1
        self.said_back.add(attempt.pk)

    @precondition(lambda self: any(self.frozen.values()))
    @rule(data=st.data())
    def two_people_resolve_an_alarm(self, data):
        case = data.draw(
            st.sampled_from(list(ExceptionCase.objects.filter(kind="paid_after_return", state="open")))
        )
        way = data.draw(st.sampled_from(sorted(resolutions(case))))
        attempt, pk, said = case.attempt, case.attempt.payable_id, case.line.outcome
        try:
            with transaction.atomic():
                resolve(case, way, self.team)
        except SecondPaymentOut:
            return
        self.frozen[pk] -= 1
        if way == "paid_twice":
            self.twice[pk] += 1
        elif (way, said) == ("follow", FAILED) and (
            attempt.state == "paid_twice" or (attempt.state == "paid" and self.twice[pk])
        ):
            self.twice[pk] -= 1  # where it was the first, the second stands in its place
        elif (way, said, attempt.state) == ("follow", FAILED, "paid"):
            self.returned[pk] += 1
            self.where[pk] = "returned"
        elif (way, said) == ("follow", PAID) and attempt.state in {"failed", "returned"}:
            self.settled[pk] += 1
            self.where[pk] = "paid"

    @rule(data=st.data())
    def a_returned_payment_is_made_again(self, data):
        back = [pk for pk, place in self.where.items() if place == "returned" and not self.frozen[pk]]
        if back:
            pk = data.draw(st.sampled_from(back))
            actions.reissue(payable_id=pk, by=self.team[0], now=timezone.now())
            self.where[pk] = "open"

    @precondition(lambda self: ReturnFile.objects.exists())
    @rule(data=st.data())
    def an_old_file_comes_again(self, data):
        old = data.draw(st.sampled_from(list(ReturnFile.objects.order_by("pk"))))
        actions.receive_return_file(name="again", content=bytes(old.content), by=None, now=timezone.now())

    @invariant()
    def the_portal_agrees_with_the_model(self):
        if not hasattr(self, "where"):
            return
        found = dict(Payable.objects.filter(line=self.line).values_list("pk", "state"))
        assert found == {pk: "frozen" if self.frozen[pk] else place for pk, place in self.where.items()}
        out = 0
        for due in Payable.objects.filter(line=self.line):
            held, stands = position(due), self.settled[due.pk] - self.returned[due.pk]
            assert sum(held.values()) == due.amount_fen * (1 + self.twice[due.pk])
            assert held.get("overpaid_receivable", 0) == due.amount_fen * self.twice[due.pk]
            assert 0 <= stands <= 1
            assert due.attempts.filter(state__in=LIVE_ATTEMPTS).count() <= 1
            out += due.amount_fen * (stands + self.twice[due.pk])
        assert at_bank(self.line) == FUNDS - out
        assert not ReturnLine.objects.filter(state="pending").exists()
        assert books_balance() == []
        assert all(
            fen >= 0
            for (_line, kind), fen in balances(SUBSIDIES, [self.line.pk]).items()
            if kind not in SOURCES
        )

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_random_steps_keep_to_the_model():
    run_state_machine_as_test(
        Payments,
        settings=settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
