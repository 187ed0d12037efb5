"""Each constraint and trigger of the ledger is dropped in turn: what it refused then gets in, and is found."""

import pytest
from django.db import connection

from employment_portal.ledger.actions import open_epoch, post, reverse
from employment_portal.ledger.verification import findings
from tests.ledger.dropping import Guard, assert_holds, guards_of, refusal
from tests.ledger.postings import A, T, allotted, steps, transfer

pytestmark = pytest.mark.django_db
TABLES = ["ledger_kind", "ledger_rule", "ledger_account", "ledger_transfer", "ledger_seal"]
APPEND_ONLY = "append-only"


def sql(statement):
    def act():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return act


def place(kind):
    return f"(SELECT min(id) FROM ledger_account WHERE kind = '{kind}')"


def inserting(
    kind="allot",
    debit="appropriation",
    credit="available",
    amount=1,
    key="bad:1",
    extra="",
    values="",
    how="",
):
    return sql(
        f"INSERT INTO ledger_transfer (kind, debit_id, credit_id, amount_fen, idempotency_key{extra}) {how} "
        f"VALUES ('{kind}', {place(debit)}, {place(credit)}, {amount}, '{key}'{values})"
    )


def of_first(column):
    return (
        f", (SELECT {column} FROM ledger_transfer WHERE number = (SELECT min(number) FROM ledger_transfer))"
    )


REVERSED = ", (SELECT reverses_id FROM ledger_transfer WHERE kind = 'reversal')"
NOBODY = ", '00000000-0000-4000-8000-000000000000'::uuid"
SEAL = (
    "INSERT INTO ledger_seal SELECT {id}, 1, 0, false, '0', '0', 0, 0, '', '', {previous}, '', '', now(), '', '' "
    "FROM ledger_seal LIMIT 1"
)
FIT, TOTALS = "transfer that does not fit its accounts", "totals that are not the sum of the transfers"

GUARDS = [
    Guard(
        "ledger_kind", "ledger_kind_pkey", "ledger_kind_pkey",
        sql("INSERT INTO ledger_kind VALUES ('subsidies', 'available', true, false)"),
        "account of an unknown kind or with a wrong holder",
    ),
    Guard(
        "ledger_kind", "ledger_kind_words", "ledger_kind_words",
        sql("INSERT INTO ledger_kind VALUES ('subsidies', 'a|b', false, false)"),
    ),
    Guard(
        "ledger_kind", "ledger_kind_no_change", APPEND_ONLY,
        sql("UPDATE ledger_kind SET source = true WHERE kind = 'available'"),
        "account of an unknown kind or with a wrong holder",
    ),
    Guard("ledger_kind", "ledger_kind_no_truncate", "ledger_kind is append-only", sql("TRUNCATE ledger_kind, ledger_rule")),
    Guard("ledger_kind", "ledger_kind_in_use", "has accounts", sql("DELETE FROM ledger_kind WHERE kind = 'suspense'")),
    Guard(
        "ledger_rule", "ledger_rule_pkey", "ledger_rule_pkey",
        sql("INSERT INTO ledger_rule VALUES ('subsidies', 'allot', 'appropriation', 'available')"),
    ),
    Guard(
        "ledger_rule", "ledger_rule_debit", "ledger_rule_debit",
        sql("INSERT INTO ledger_rule VALUES ('subsidies', 'allot', 'nowhere', 'available')"),
    ),
    Guard(
        "ledger_rule", "ledger_rule_credit", "ledger_rule_credit",
        sql("INSERT INTO ledger_rule VALUES ('subsidies', 'allot', 'available', 'nowhere')"),
    ),
    Guard(
        "ledger_rule", "ledger_rule_words", "ledger_rule_words",
        sql("INSERT INTO ledger_rule VALUES ('subsidies', 'reversal', 'paid', 'available')"),
    ),
    Guard(
        "ledger_rule", "ledger_rule_no_change", APPEND_ONLY,
        sql("UPDATE ledger_rule SET credit_kind = 'committed' WHERE kind = 'allot'"), FIT,
    ),
    Guard("ledger_rule", "ledger_rule_no_truncate", APPEND_ONLY, sql("TRUNCATE ledger_rule")),
    Guard(
        "ledger_rule", "ledger_rule_in_use", "has accounts",
        sql("DELETE FROM ledger_rule WHERE kind = 'allot'"), FIT,
    ),
    Guard(
        "ledger_account", "ledger_account_pkey", "ledger_account_pkey",
        sql(
            "INSERT INTO ledger_account (id, book, line, kind, source) "
            "SELECT id, book, 99, kind, source FROM ledger_account WHERE kind = 'available'"
        ),
        TOTALS,
    ),
    Guard(
        "ledger_account", "ledger_account_identity", "ledger_account_identity",
        sql(
            "INSERT INTO ledger_account (book, line, kind, source) "
            "SELECT book, line, kind, source FROM ledger_account WHERE kind = 'available'"
        ),
        "two accounts for one place",
    ),
    Guard(
        "ledger_account", "ledger_account_balance", "ledger_account_balance",
        inserting("commit", "available", "committed", 10_000), "balance below zero",
    ),
    Guard(
        "ledger_account", "ledger_account_no_change", APPEND_ONLY,
        sql("UPDATE ledger_account SET credits = credits + 1"), TOTALS,
    ),
    Guard(
        "ledger_account", "ledger_account_no_delete", APPEND_ONLY,
        sql("DELETE FROM ledger_account WHERE kind = 'available'"), FIT,
    ),
    Guard("ledger_account", "ledger_account_no_truncate", APPEND_ONLY, sql("TRUNCATE ledger_account"), FIT),
    Guard(
        "ledger_account", "ledger_account_opens", "ledger_account_opens",
        sql(
            "INSERT INTO ledger_account (book, line, kind, source, credits) "
            "VALUES ('subsidies', 9, 'available', false, 900)"
        ),
        TOTALS,
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_pkey", "ledger_transfer_pkey",
        inserting(extra=", id", values=of_first("id")),
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_number", "ledger_transfer_number",
        inserting(extra=", number", values=of_first("number"), how="OVERRIDING SYSTEM VALUE"), "one number twice",
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_amount", "ledger_transfer_amount",
        inserting(amount=0), "transfer without an amount or between one account",
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_key", "ledger_transfer_key",
        inserting(key="allot:1"), "one key posted twice",
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_key_printable", "ledger_transfer_key_printable", inserting(key="a|b")
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_reversed_once", "ledger_transfer_reversed_once",
        inserting("reversal", "available", "appropriation", 5, extra=", reverses_id", values=REVERSED),
        "transfer reversed twice",
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_reverses", "ledger_transfer_reverses",
        inserting("reversal", "available", "appropriation", extra=", reverses_id", values=NOBODY),
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_two_accounts", "ledger_transfer_two_accounts",
        inserting(credit="appropriation"),
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_reversal", "ledger_transfer_reversal",
        inserting(extra=", reverses_id", values=of_first("id")), "reversal that does not mirror its transfer",
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_no_change", APPEND_ONLY,
        sql("UPDATE ledger_transfer SET amount_fen = amount_fen + 1"), TOTALS,
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_no_truncate", APPEND_ONLY, sql("TRUNCATE ledger_transfer"), TOTALS
    ),
    Guard(
        "ledger_transfer", "ledger_transfer_posts", "ledger_transfer_fits",
        inserting("settle", "appropriation", "paid"), FIT,
    ),
    Guard(
        "ledger_seal", "ledger_seal_pkey", "ledger_seal_pkey", sql(SEAL.format(id="id", previous="'\\x01'")),
        "seal without a valid signature",
    ),
    Guard(
        "ledger_seal", "ledger_seal_one_chain", "ledger_seal_one_chain",
        sql(SEAL.format(id="id + 10", previous="previous")), "seal that does not follow the one before",
    ),
    Guard(
        "ledger_seal", "ledger_seal_no_change", APPEND_ONLY,
        sql("UPDATE ledger_seal SET reason = 'tidied up'"), "seal without a valid signature",
    ),
    Guard("ledger_seal", "ledger_seal_no_truncate", APPEND_ONLY, sql("TRUNCATE ledger_seal")),
]  # fmt: skip


@pytest.fixture
def _busy():
    """A ledger in which every kind of row exists. The seal covers nothing: its rows are of a running transaction."""
    post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, 1_000, key="allot:1")])
    post(steps(500, holder=1))
    reverse(allotted(5).pk, "undo:1")
    open_epoch("a test")


def test_every_constraint_and_trigger_of_the_ledger_has_a_case():
    assert guards_of(*TABLES) == {(guard.table, guard.name) for guard in GUARDS}


@pytest.mark.usefixtures("_busy")
@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_each_guard_is_the_one_that_holds(guard):
    assert list(findings()) == []

    assert_holds(guard)

    assert not guard.found or guard.found in {finding.check for finding in findings()}


@pytest.mark.parametrize(("column", "value"), [("xid", "'5'"), ("posted_at", "'2020-01-01'")])
def test_nobody_posts_under_another_transaction_or_another_time(column, value):
    allotted(1)

    assert "ledger_transfer_fits" in refusal(inserting(extra=f", {column}", values=f", {value}"))
