import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from employment_portal.audit.actions import record
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

STATEMENTS = [
    "UPDATE audit_auditentry SET reason = 'another'",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_what_was_recorded(statement):
    record(action="people.reveal_id_number", by=UserFactory(), reason="at the counter")
    connection.check_constraints()  # TRUNCATE would stumble over the foreign key that is still to be checked

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
