import pytest
from django.db import connection

from employment_portal.ledger import sealing

OWN_HORIZON = """
WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
SELECT coalesce(min(running.xid), (SELECT pg_snapshot_xmax(snapshot) FROM now)::text::bigint)
  FROM (SELECT xid::text::bigint AS xid FROM now, pg_snapshot_xip(snapshot) AS xid) running
  JOIN pg_stat_activity a
    ON a.backend_xid::text::bigint = running.xid % 4294967296 AND a.datname = current_database()
"""


@pytest.fixture
def _alone_on_the_server(monkeypatch):
    """The horizon of this test's own database: tests of other workers keep transactions open beside it."""

    def horizon():
        with connection.cursor() as cursor:
            cursor.execute(OWN_HORIZON)
            return cursor.fetchone()[0]

    monkeypatch.setattr(sealing, "horizon", horizon)
