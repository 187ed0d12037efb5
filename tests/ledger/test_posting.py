import pytest
from django.db import connection

from employment_portal.ledger.actions import post, post_from_query, reverse
from employment_portal.ledger.errors import (
    AlreadyPosted,
    AlreadyReversed,
    InsufficientFunds,
    InvalidTransfer,
    NotAllowed,
)
from employment_portal.ledger.kinds import (
    HELD,
    RULES,
    SOURCES,
    AccountKind,
    AccountRef,
    NewTransfer,
    TransferKind,
)
from employment_portal.ledger.models import Account, Transfer
from employment_portal.ledger.queries import balance, balances, transfers_of
from tests.ledger.postings import A, T, account, allotted, steps, transfer

pytestmark = pytest.mark.django_db


def rows_of(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_database_and_the_code_know_the_same_kinds_and_rules():
    kinds = rows_of("SELECT kind, source, held FROM ledger_kind WHERE book = 'subsidies'")
    rules = rows_of("SELECT kind, debit_kind, credit_kind FROM ledger_rule WHERE book = 'subsidies'")

    assert {row[0]: row[1:] for row in kinds} == {
        kind.value: (kind in SOURCES, kind in HELD) for kind in AccountKind
    }
    assert set(rules) == {tuple(str(part) for part in rule) for rule in RULES}
    assert {kind for kind, _, _ in RULES} == set(TransferKind) - {TransferKind.REVERSAL}


def test_money_passes_from_the_appropriation_to_a_paid_payment():
    allotted(10_000)

    posted = post(steps(4_000, holder=7))

    assert [row.kind for row in posted] == ["commit", "confirm", "dispatch", "settle"]
    assert balance(account(A.AVAILABLE)) == 6_000
    assert balance(account(A.PAID, 7)) == 4_000
    assert balance(account(A.APPROPRIATION)) == -10_000
    assert balances("subsidies", [1]) == {
        (1, "appropriation"): -10_000,
        (1, "available"): 6_000,
        (1, "committed"): 0,
        (1, "payable"): 0,
        (1, "in_transit"): 0,
        (1, "paid"): 4_000,
    }
    assert [row.kind for row in transfers_of("subsidies", line=1, holder=7)] == [
        "confirm",
        "dispatch",
        "settle",
    ]


def test_more_than_a_line_holds_is_refused_to_the_fen_and_nothing_of_it_is_written():
    allotted(1_000)

    with pytest.raises(InsufficientFunds):
        post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, amount) for amount in (600, 401)])

    assert balance(account(A.AVAILABLE)) == 1_000
    assert Transfer.objects.count() == 1


def test_a_payment_settles_once_though_the_key_differs():
    allotted(1_000)
    post(steps(500, holder=1) + steps(500, holder=2)[:3])

    with pytest.raises(InsufficientFunds):
        post([transfer(T.SETTLE, A.IN_TRANSIT, A.PAID, 500, holder=1)])

    assert balance(account(A.IN_TRANSIT, 2)) == 500


def test_an_overpayment_is_recovered_once():
    allotted(1_000)
    post(steps(500, holder=1))
    post([transfer(T.OVERPAY, A.PAID, A.OVERPAID_RECEIVABLE, 200, holder=1)])
    post([transfer(T.RECOVER, A.OVERPAID_RECEIVABLE, A.RECOVERED, 200, holder=1)])

    with pytest.raises(InsufficientFunds):
        post([transfer(T.RECOVER, A.OVERPAID_RECEIVABLE, A.RECOVERED, 1, holder=1)])


def test_the_same_key_again_is_the_first_transfer():
    first = post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 500, key="allot:1")])

    again = post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 500, key="allot:1")])

    assert again == first
    assert balance(account(A.AVAILABLE)) == 500


@pytest.mark.parametrize("other", [{"amount_fen": 501}, {"line": 2}])
def test_the_same_key_with_other_content_is_refused(other):
    content = {"amount_fen": 500, "line": 1}
    post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, key="allot:1", **content)])

    with pytest.raises(AlreadyPosted, match="allot:1"):
        post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, key="allot:1", **content | other)])


@pytest.mark.parametrize("debit", AccountKind)
@pytest.mark.parametrize("kind", TransferKind)
def test_a_kind_of_transfer_moves_money_only_where_its_rule_says(kind, debit):
    allowed = {rule for rule in RULES if rule[:2] == (kind, debit)}
    refused = []

    for credit in AccountKind:
        try:
            post([transfer(kind, debit, credit, 1, holder=3)])
        except InsufficientFunds:
            continue
        except (NotAllowed, InvalidTransfer):
            refused.append(credit)

    assert set(refused) == set(AccountKind) - {rule[2] for rule in allowed}


def test_money_of_one_payment_does_not_pass_to_another():
    allotted(1_000)
    post(steps(500, holder=1)[:3])

    with pytest.raises(NotAllowed):
        post([transfer(T.SETTLE, A.IN_TRANSIT, A.PAID, 500, holder=1, to=2)])


def test_money_of_one_line_or_book_does_not_pass_to_another():
    allotted(1_000)
    here, there = account(A.AVAILABLE), account(A.COMMITTED, line=2)

    with pytest.raises(NotAllowed):
        post([NewTransfer(T.COMMIT, here, there, 1, "x:1")])
    with pytest.raises(NotAllowed):
        post([NewTransfer(T.COMMIT, AccountRef("vouchers", 1, "available"), here, 1, "x:2")])


@pytest.mark.parametrize(
    ("kind", "holder"), [(A.PAYABLE, 0), (A.AVAILABLE, 5), (A.PAYABLE, -1), ("piggy_bank", 0)]
)
def test_an_account_of_no_known_shape_is_not_opened(kind, holder):
    with pytest.raises(NotAllowed):
        post([NewTransfer("commit", account(A.COMMITTED), account(kind, holder), 1, "x:1")])

    assert not Account.objects.exists()


@pytest.mark.parametrize("amount", [0, -5, 2**63])
def test_an_amount_is_positive_and_fits(amount):
    with pytest.raises(InvalidTransfer):
        post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, amount)])


@pytest.mark.parametrize("key", ["two words", "a|b", "报销", "x" * 121, " "])
def test_a_key_is_short_and_printable(key):
    with pytest.raises(InvalidTransfer):
        post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 1, key=key)])


def test_a_commitment_is_carried_over_by_a_pair_through_the_source():
    allotted(1_000, line=2025)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 300, line=2025)])

    post(
        [
            transfer(T.CARRY_OUT, A.COMMITTED, A.APPROPRIATION, 300, line=2025),
            transfer(T.CARRY_IN, A.APPROPRIATION, A.COMMITTED, 300, line=2026),
        ]
    )

    assert balance(account(A.COMMITTED, line=2025)) == 0
    assert balance(account(A.COMMITTED, line=2026)) == 300


def test_a_transfer_is_reversed_once_and_repeating_the_key_gives_the_same_reversal():
    first = allotted(1_000)

    reversal = reverse(first.pk, "undo:1")

    assert reverse(first.pk, "undo:1") == reversal
    assert balance(account(A.AVAILABLE)) == 0
    with pytest.raises(AlreadyReversed):
        reverse(first.pk, "undo:2")


def test_a_reversal_needs_the_money_to_be_there_still():
    first = allotted(1_000)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 1, key="c:1")])

    with pytest.raises(InsufficientFunds):
        reverse(first.pk, "undo:1")


def test_a_reversal_is_not_reversed_and_mirrors_its_transfer_exactly():
    first = allotted(1_000)
    reversal = reverse(first.pk, "undo:1")
    second = allotted(1_000)

    with pytest.raises(NotAllowed):
        reverse(reversal.pk, "undo:2")
    with pytest.raises(NotAllowed):
        post([transfer(T.REVERSAL, A.AVAILABLE, A.APPROPRIATION, 999, reverses=second.pk)])


QUERY = """
SELECT %(kind)s || ':' || i, %(kind)s, 'subsidies', 1, %(debit)s, %(from)s * i, %(credit)s, i, 10, NULL::uuid
  FROM generate_series(1, %(count)s) i
"""
CONFIRM = {"kind": "confirm", "debit": "committed", "from": 0, "credit": "payable", "count": 50}
DISPATCH = {"kind": "dispatch", "debit": "payable", "from": 1, "credit": "in_transit", "count": 50}


def test_a_query_posts_all_its_rows_once():
    allotted(500)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 500)])

    counts = [post_from_query(QUERY, params) for params in (CONFIRM, DISPATCH, CONFIRM, DISPATCH)]

    assert counts == [50, 50, 0, 0]
    assert balances("subsidies", [1])[1, "in_transit"] == 500
    assert Account.objects.filter(kind="in_transit", debits=0, credits=10).count() == 50


def test_a_query_that_wants_more_than_there_is_posts_nothing():
    allotted(499)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 499)])

    with pytest.raises(InsufficientFunds):
        post_from_query(QUERY, CONFIRM)

    assert not Account.objects.filter(kind="payable").exists()


def test_a_query_with_an_unknown_kind_of_account_is_refused():
    allotted(500)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 500)])

    with pytest.raises(NotAllowed):
        post_from_query(QUERY, CONFIRM | {"credit": "piggy_bank"})


def test_posting_the_same_query_in_part_again_posts_the_rest():
    allotted(500)
    post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 500)])
    post_from_query(QUERY, CONFIRM | {"count": 20})

    assert post_from_query(QUERY, CONFIRM) == 30
