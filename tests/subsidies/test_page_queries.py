"""The pages of money: no more queries with more rows, and none over twelve."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import sign_in
from tests.factories.subsidies_pages import PAGES, World

pytestmark = pytest.mark.django_db
MOST = 12
TODAY = "2026-12-03 10:00+08:00"


def queries_of(client: Any, user: Any, address: str) -> list[str]:
    """What the page asks the second time it is opened, without what only marks the place in a transaction."""
    if user is not None:
        sign_in(client, user)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [row["sql"] for row in asked if not row["sql"].startswith(marks)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_more_queries_with_more_rows(client, name):
    with time_machine.travel(TODAY, tick=False):
        world = World()
        few = queries_of(client, *PAGES[name](world, 2))
        many = queries_of(client, *PAGES[name](world, 6))

    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= MOST, "\n".join(sql[:300] for sql in many)
