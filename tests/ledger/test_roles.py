"""In production the portal's role owns nothing: it posts, and can neither change a posting nor switch a guard off."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from employment_portal.core import ownership
from employment_portal.ledger.actions import post, post_from_query, seal_ledger
from employment_portal.ledger.checks import check_ownership
from employment_portal.ledger.errors import InsufficientFunds
from employment_portal.ledger.queries import balance
from tests.ledger.postings import A, T, account, allotted, steps, transfer

pytestmark = pytest.mark.django_db
ROLE = "portal_application_of_a_test"


@pytest.fixture
def _as_application():
    """The test's transaction goes on as a role with the rights that ``migrate`` hands out; it ends with the test."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        ownership.grant(ROLE)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("_as_application")
def test_the_role_posts_and_seals():
    allotted(1_000)
    post(steps(400, holder=1))
    post_from_query(
        "SELECT 'q:1', 'commit', 'subsidies', 1, 'available', 0, 'committed', 0, 10, NULL::uuid", {}
    )
    seal_ledger(timezone.now())

    assert balance(account(A.PAID, 1)) == 400
    with pytest.raises(InsufficientFunds):
        post([transfer(T.COMMIT, A.AVAILABLE, A.COMMITTED, 5_000)])


@pytest.mark.usefixtures("_as_application")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount_fen = 1",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_transfer_posts ON ledger_transfer",
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_balance",
        "CREATE OR REPLACE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "UPDATE ledger_account SET credits = credits + 1",
        "DELETE FROM ledger_account",
        "UPDATE ledger_seal SET reason = ''",
        "DELETE FROM ledger_seal",
        "TRUNCATE ledger_seal",
        "INSERT INTO ledger_rule VALUES ('subsidies', 'gift', 'appropriation', 'paid')",
        "INSERT INTO ledger_kind VALUES ('subsidies', 'gifts', true, false)",
    ],
)
def test_the_role_cannot(statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_deployment_whose_role_owns_the_ledger_is_refused():
    assert [message.id for message in check_ownership(None)] == ["portal.E008"]


@pytest.mark.usefixtures("_as_application")
def test_a_deployment_whose_role_owns_nothing_passes():
    assert check_ownership(None) == []


def test_the_owner_comes_from_its_own_address_and_the_database_stays(settings, monkeypatch):
    before = dict(connection.settings_dict)
    monkeypatch.setattr(connection, "close", lambda: None)
    settings.DATABASE_OWNER_URL = "postgres://owner:secret@db.internal/other"

    try:
        role = ownership.become_owner()
        owner = dict(connection.settings_dict)
    finally:
        connection.settings_dict.update(before)

    assert role == before["USER"]
    assert (owner["USER"], owner["HOST"], owner["NAME"]) == ("owner", "db.internal", before["NAME"])
