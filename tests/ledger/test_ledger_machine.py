"""The ledger against a plain Python model, driven at random. ``HYPOTHESIS_PROFILE=deep`` goes on for long."""

import os
from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from employment_portal.ledger.actions import post, post_from_query, reverse, seal_ledger
from employment_portal.ledger.errors import LedgerError
from employment_portal.ledger.kinds import HELD, RULES, SOURCES, AccountRef, NewTransfer
from employment_portal.ledger.models import Account
from employment_portal.ledger.verification import findings

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
PROFILE = settings(
    max_examples=1_000 if DEEP else 15,
    stateful_step_count=60 if DEEP else 15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LINES, HOLDERS = st.integers(1, 2), st.integers(1, 3)
AMOUNTS = st.integers(1, 50)
MOVES = st.sampled_from(sorted(RULES))
VALUES = "(%(k{0})s, %(m)s, 'subsidies', %(l)s, %(d)s, %(h{0})s, %(c)s, %(g{0})s, %(a{0})s)"


class LedgerMachine(RuleBasedStateMachine):
    """The model: a balance per account, and what each key was posted with."""

    posted = Bundle("posted")

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.balances = Counter()
        self.keys = {}
        self.reversed = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def attempt(self, moves):
        """What the model says of posting these: the new balances, or None when they must be refused."""
        after = Counter(self.balances)
        for new in moves:
            after[new.debit] -= new.amount_fen
            after[new.credit] += new.amount_fen
        lacking = [ref for ref, fen in after.items() if fen < 0 and ref.kind not in SOURCES]
        return None if lacking else after

    def check(self, after, act):
        try:
            result = act()
        except LedgerError:
            assert after is None
            return None
        assert after is not None
        self.balances = after
        return result

    def move(self, step, line, holder, amount):
        kind, debit, credit = step
        giver, taker = (
            AccountRef("subsidies", line, place, holder if place in HELD else 0) for place in (debit, credit)
        )
        return NewTransfer(kind, giver, taker, amount, f"k:{len(self.keys)}:{holder}")

    @rule(target=posted, line=LINES, amount=st.integers(50, 500))
    def allot(self, line, amount):
        step = next(step for step in RULES if step[0] == "allot")
        return self.post_one(self.move(step, line, 0, amount))

    @rule(target=posted, step=MOVES, line=LINES, holder=HOLDERS, amount=AMOUNTS)
    def post_any(self, step, line, holder, amount):
        return self.post_one(self.move(step, line, holder, amount))

    def post_one(self, new):
        found = self.check(self.attempt([new]), lambda: post([new]))
        if found is None:
            return multiple()
        self.keys[new.key] = new
        return (new, found[0].pk)

    @rule(done=posted)
    def post_again(self, done):
        new, pk = done
        assert post([new])[0].pk == pk

    @rule(done=posted, more=AMOUNTS)
    def post_the_key_with_another_amount(self, done, more):
        new, _ = done
        other = NewTransfer(new.kind, new.debit, new.credit, new.amount_fen + more, new.key)
        with pytest.raises(LedgerError):
            post([other])

    @rule(done=consumes(posted))
    def reverse_it(self, done):
        new, pk = done
        back = NewTransfer("reversal", new.credit, new.debit, new.amount_fen, f"r:{pk}")
        if self.check(self.attempt([back]), lambda: reverse(pk, back.key)):
            self.keys[back.key] = back
            with pytest.raises(LedgerError):
                reverse(pk, f"{back.key}:again")

    @rule(step=MOVES, line=LINES, amounts=st.lists(AMOUNTS, min_size=3, max_size=3))
    def post_a_query(self, step, line, amounts):
        moves = [self.move(step, line, holder, amount) for holder, amount in enumerate(amounts, start=1)]
        params = {"m": str(step[0]), "l": line, "d": str(step[1]), "c": str(step[2])}
        for index, new in enumerate(moves):
            params |= {
                f"k{index}": new.key,
                f"h{index}": new.debit.holder,
                f"g{index}": new.credit.holder,
                f"a{index}": new.amount_fen,
            }
        values = ", ".join(VALUES.format(index) for index in range(3))
        sql = f"SELECT *, NULL::uuid FROM (VALUES {values}) AS wanted"
        if self.check(self.attempt(moves), lambda: post_from_query(sql, params)):
            self.keys |= {new.key: new for new in moves}

    @rule()
    def seal(self):
        seal_ledger(timezone.now())

    @invariant()
    def the_accounts_are_as_the_model_says(self):
        found = {
            AccountRef(account.book, account.line, account.kind, account.holder): account.balance_fen
            for account in Account.objects.all()
        }
        assert {ref: fen for ref, fen in found.items() if fen} == {
            ref: fen for ref, fen in self.balances.items() if fen
        }
        assert sum(found.values()) == 0

    @invariant()
    def everything_verifies(self):
        assert list(findings()) == []


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.timeout(0 if DEEP else 180)
def test_the_ledger_does_what_the_model_does():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(LedgerMachine, settings=PROFILE)
