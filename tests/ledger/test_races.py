"""Real transactions in real threads: the last fen is spent once, one key is posted once, nothing deadlocks."""

import threading
from itertools import permutations

import pytest
from django.db import transaction
from django.utils import timezone

from employment_portal.core.retrying import retrying
from employment_portal.ledger.actions import post, post_from_query, seal_ledger
from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.models import Account, Transfer
from employment_portal.ledger.queries import balance
from employment_portal.ledger.verification import findings
from tests.ledger.postings import A, T, account, allotted, transfer
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_race_for_the_last_fen_do_not_both_get_it():
    allotted(1_000)
    wanted = [transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 1_000) for _ in range(4)]

    results = at_once(*[lambda new=new: post([new]) for new in wanted])

    assert sum(isinstance(result, InsufficientFunds) for result in results) == 3
    assert balance(account(A.COMMITTED)) == 1_000
    assert list(findings()) == []


def test_one_key_posted_by_several_at_once_is_one_transfer():
    new = transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 700, key="allot:1")

    results = at_once(*[lambda: post([new])[0].pk for _ in range(4)])

    assert len(set(results)) == 1
    assert balance(account(A.AVAILABLE)) == 700


QUERY = """
SELECT 'confirm:' || i, 'confirm', 'subsidies', 1, 'committed', 0, 'payable', i, 1, NULL::uuid
  FROM generate_series(1, 400) i ORDER BY CASE WHEN %(backwards)s THEN -i ELSE i END
"""


def test_two_workers_with_the_same_query_post_each_row_once():
    allotted(1_000)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 1_000)])

    results = at_once(
        *[
            lambda way=way: retrying(lambda: post_from_query(QUERY, {"backwards": way}))
            for way in (False, True, False)
        ]
    )

    assert sorted(results) == [0, 0, 400]
    assert Account.objects.filter(kind="payable", credits=1).count() == 400
    assert list(findings()) == []


def test_postings_that_need_the_same_accounts_in_opposite_order_all_come_through():
    for line in (1, 2, 3):
        allotted(10_000, line=line)

    def worker(order, name):
        def several():
            for turn in range(10):
                new = [
                    transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 1, line=line, key=f"{name}:{turn}:{line}")
                    for line in order
                ]
                retrying(lambda new=new: post(new))
            return True

        return several

    orders = [(1, 2, 3), (3, 2, 1), (2, 3, 1)]
    results = at_once(*[worker(order, f"w{index}") for index, order in enumerate(orders)])

    assert results == [True] * 3
    assert [balance(account(A.COMMITTED, line=line)) for line in (1, 2, 3)] == [30, 30, 30]


def test_two_transactions_that_lock_against_each_other_are_run_again():
    for line in (1, 2):
        allotted(1_000, line=line)
    barrier = threading.Barrier(2)
    tries = []

    def worker(first, second):
        def both():
            tries.append(first)
            with transaction.atomic():
                for line in (first, second):
                    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 1, line=line, key=f"{first}:{line}")])
                    if line == first and len(tries) <= 2:
                        barrier.wait(timeout=10)
            return True

        return lambda: retrying(both)

    results = at_once(worker(1, 2), worker(2, 1))

    assert results == [True, True]
    assert len(tries) > 2
    assert [balance(account(A.COMMITTED, line=line)) for line in (1, 2)] == [2, 2]


@pytest.mark.usefixtures("_alone_on_the_server")
def test_a_seal_waits_for_a_transaction_that_has_not_ended_and_then_takes_it():
    allotted(1)
    begun, sealed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            allotted(2)
            begun.set()
            assert sealed.wait(timeout=20)

    def sealer():
        assert begun.wait(timeout=20)
        allotted(3, line=2)
        first = seal_ledger(timezone.now())
        sealed.set()
        return first

    _, first = at_once(slow, sealer)
    second = seal_ledger(timezone.now())

    assert first.transfers == 1
    assert second.transfers == 2
    assert list(findings()) == []


@pytest.mark.usefixtures("_alone_on_the_server")
def test_a_second_sealer_leaves_it_to_the_first():
    allotted(1)
    holding, done = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            sealed = seal_ledger(timezone.now())
            holding.set()
            assert done.wait(timeout=20)
            return sealed

    def second():
        assert holding.wait(timeout=20)
        try:
            return seal_ledger(timezone.now())
        finally:
            done.set()

    results = at_once(first, second)

    assert results[0].transfers == 1
    assert results[1] is None


def test_the_same_postings_in_any_lawful_order_leave_the_same_balances():
    states = set()
    for line, order in enumerate(permutations(range(4)), start=1):
        allotted(100, line=line)
        post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 100, line=line)])
        moves = [
            [transfer(T.CONFIRM, A.COMMITTED, A.PAYABLE, 30, holder=line * 10, line=line)],
            [transfer(T.RELEASE, A.COMMITTED, A.AVAILABLE, 20, line=line)],
            [transfer(T.CONFIRM, A.COMMITTED, A.PAYABLE, 25, holder=line * 10 + 1, line=line)],
            [transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 7, line=line)],
        ]
        for index in order:
            post(moves[index])
        found = Account.objects.filter(line=line).values_list("kind", "holder", "debits", "credits")
        states.add(frozenset((kind, holder % 10, out, into) for kind, holder, out, into in found))

    assert len(states) == 1
    assert Transfer.objects.count() == 24 * 6
