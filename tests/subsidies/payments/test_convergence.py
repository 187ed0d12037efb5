"""A bank's answers in any order and any number of copies end in one state; a machine of random steps obeys a model."""

from collections import Counter
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
from employment_portal.ledger.kinds import SUBSIDIES
from employment_portal.ledger.queries import balances
from subsidies.payments import actions
from subsidies.payments.enums import LIVE_ATTEMPTS, LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import Payable, ReturnFile, ReturnLine
from subsidies.payments.queries import position
from subsidies.proofs.data import books_balance
from tests.factories.subsidies_payments import answers, funded_line, officers, payable, released

PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED
PAY_DAY, BACK_DAY = date(2026, 11, 24), date(2026, 11, 27)
TRUTHS = {"paid": [PAID], "failed": [FAILED], "returned": [PAID, RETURNED]}
COUNT = 4


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


class Payments(RuleBasedStateMachine):
    """Payables beside a plain Python model of where each one's money is."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.team, self.line = officers(), funded_line()
        self.where: dict[int, str] = {}
        self.batches: list = []
        self.settled: Counter = Counter()
        self.returned: Counter = Counter()

    @rule()
    def a_claim_is_handed_over(self):
        due = payable(self.line, fen=1000 + len(self.where))
        self.where[due.pk] = "open"

    @rule()
    def a_batch_is_made_and_released(self):
        ready = [pk for pk, place in self.where.items() if place == "open"]
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
            if outcome == FAILED:
                self.where[pk] = self._unless_frozen(pk, "returned")
            else:
                self.settled[pk] += 1
                self.returned[pk] += outcome == RETURNED
                self.where[pk] = self._unless_frozen(pk, "paid" if outcome == PAID else "returned")
        elif before == "paid" and outcome == RETURNED:
            self.returned[pk] += 1
            self.where[pk] = self._unless_frozen(pk, "returned")
        elif (before, outcome) in {("paid", FAILED), ("failed", PAID)}:
            self.where[pk] = "frozen"

    def _unless_frozen(self, pk, place):
        return "frozen" if self.where[pk] == "frozen" else place

    @rule(data=st.data())
    def a_returned_payment_is_made_again(self, data):
        back = [pk for pk, place in self.where.items() if place == "returned"]
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
        assert found == self.where
        for due in Payable.objects.filter(line=self.line):
            assert sum(position(due).values()) == due.amount_fen
            assert 0 <= self.settled[due.pk] - self.returned[due.pk] <= 1
            assert due.attempts.filter(state__in=LIVE_ATTEMPTS).count() <= 1
        assert not ReturnLine.objects.filter(state="pending").exists()
        assert books_balance() == []
        assert all(
            fen >= 0
            for (_line, kind), fen in balances(SUBSIDIES, [self.line.pk]).items()
            if kind != "appropriation"
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
