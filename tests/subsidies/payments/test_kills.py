"""Three boundaries of each act, and competing processes; every boundary: ``manage.py prove_ledger``.

In a process of its own: where a browser test ran before, an event loop is running in this one, and Django keeps other
connections inside a loop than outside. A fork is outside, and would share the open ones of before with its parent.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def proved(expression: str) -> str:
    """What an expression over ``kills`` comes to, on the database of this test."""
    name = connections["default"].settings_dict["NAME"]
    connections.close_all()
    here = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    code = f"import django; django.setup(); from subsidies.proofs import kills; print('proved', {expression})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DATABASE_URL": here, "DJANGO_SETTINGS_MODULE": "employment_portal.settings_test"},
        capture_output=True, text=True, timeout=150,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.rpartition("proved ")[2].strip()


def test_a_kill_at_a_boundary_leaves_all_or_nothing_and_a_repetition_ends_the_same():
    assert proved("kills.prove(only=[30, 75, 100]).kills") == "15"


def test_competing_processes_share_nothing_and_keep_one_file_once():
    assert proved("kills.compete(2)") == "2"
