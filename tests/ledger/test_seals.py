"""Whoever owns the tables can switch the triggers off. What they change afterwards, the seals show."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from employment_portal.ledger import sealing
from employment_portal.ledger.actions import open_epoch, post, seal_ledger
from employment_portal.ledger.models import Seal, Transfer
from employment_portal.ledger.verification import findings
from tests.ledger.postings import allotted, steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_alone_on_the_server")]


def tamper(statement, table="ledger_transfer"):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def seal():
    return seal_ledger(timezone.now())


@pytest.fixture
def sealed():
    """Three seals over 1 + 4 + 1 transfers."""
    seals = []
    for act in (lambda: allotted(1_000), lambda: post(steps(300, holder=1)), lambda: allotted(50, line=2)):
        act()
        seals.append(seal())
    return seals


def said():
    return {finding.check: finding.row for finding in findings()}


def test_a_seal_covers_what_was_posted_since_the_one_before(sealed):
    assert [found.transfers for found in sealed] == [1, 4, 1]
    assert seal() is None
    assert bytes(sealed[1].previous) == sealing.fingerprint(sealed[0])
    assert said() == {}


def test_a_changed_transfer_is_named_though_the_totals_were_changed_with_it(sealed):
    number = Transfer.objects.get(kind="allot", debit__line=2).number
    tamper("UPDATE ledger_transfer SET amount_fen = 60 WHERE amount_fen = 50")
    tamper("UPDATE ledger_account SET debits = 60 WHERE debits = 50", "ledger_account")
    tamper("UPDATE ledger_account SET credits = 60 WHERE credits = 50", "ledger_account")

    assert said() == {"sealed transfers were changed": f"seal {sealed[2].pk}: transfer {number} was changed"}


def test_a_changed_holder_is_seen_through_the_account(sealed):
    tamper("UPDATE ledger_account SET holder = 2 WHERE holder = 1", "ledger_account")

    assert "sealed transfers were changed" in said()


def test_a_removed_transfer_is_placed(sealed):
    tamper("DELETE FROM ledger_transfer WHERE kind IN ('confirm', 'dispatch')")
    left = Transfer.objects.get(kind="settle").number

    assert said()["sealed transfers were changed"].endswith(f"a transfer before number {left} is missing")


def test_a_transfer_smuggled_in_under_an_old_transaction_is_named(sealed):
    tamper(
        "INSERT INTO ledger_transfer (kind, debit_id, credit_id, amount_fen, idempotency_key, xid)"
        " SELECT kind, debit_id, credit_id, 1, 'smuggled', xid FROM ledger_transfer WHERE kind = 'commit'"
    )
    number = Transfer.objects.get(idempotency_key="smuggled").number

    assert said()["sealed transfers were changed"].endswith(f"transfer {number} was added")


def test_a_seal_signed_with_another_key_is_refused(sealed, settings):
    settings.LEDGER_SEAL_KEY = "somebody else's key"

    assert set(said()) == {"seal without a valid signature"}
    settings.LEDGER_SEAL_PUBLIC_KEYS = [bytes(sealed[0].public_key).hex()]
    assert said() == {}


def test_cutting_off_the_newest_seal_shows_against_the_fingerprint_from_the_log(sealed):
    fingerprint = sealing.fingerprint(sealed[2]).hex()
    tamper("DELETE FROM ledger_seal WHERE id = (SELECT max(id) FROM ledger_seal)", "ledger_seal")

    assert said() == {}
    assert [finding.check for finding in findings(fingerprint=fingerprint)] == ["seal missing"]


def test_a_restore_opens_an_epoch_and_transaction_ids_may_start_anew(sealed):
    allotted(5, line=3)

    open_epoch("restored from a backup")
    # as on a new server: ids lower than any that was sealed, and numbers that go on
    allotted(6, line=3)
    tamper("UPDATE ledger_transfer SET xid = '5' WHERE amount_fen = 6")

    assert [found.epoch for found in Seal.objects.all()] == [1, 1, 1, 1, 2]
    assert seal().transfers == 1
    assert said() == {}


def test_another_server_is_noticed_by_its_name_and_nothing_slips_between(sealed):
    tamper("UPDATE ledger_seal SET cluster = 'elsewhere'", "ledger_seal")
    allotted(6, line=3)
    tamper("UPDATE ledger_transfer SET xid = '5' WHERE amount_fen = 6")

    opened = seal()

    assert (opened.epoch, opened.reason) == (2, "another database server")
    assert Seal.objects.get(closing=True).transfers == 1
    # this test wrote another name over the signed one; beside that all is in order
    assert set(said()) == {"seal without a valid signature", "seal that does not follow the one before"}


def test_the_command_says_that_all_is_well_or_what_is_not(sealed):
    out, err = StringIO(), StringIO()
    call_command("verify_ledger", stdout=out)
    tamper("UPDATE ledger_account SET credits = credits + 1 WHERE kind = 'paid'", "ledger_account")

    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=out, stderr=err)

    assert "6 transfers, 6 of them under 3 seals." in out.getvalue()
    assert "The ledger is sound." in out.getvalue()
    assert ended.value.code == 1
    assert "totals that are not the sum of the transfers: account" in err.getvalue()
