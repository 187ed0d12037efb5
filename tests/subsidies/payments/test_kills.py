"""Three boundaries of each act, and competing processes; every boundary: ``manage.py prove_ledger``."""

import pytest

from subsidies.proofs import kills

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_kill_at_a_boundary_leaves_all_or_nothing_and_a_repetition_ends_the_same():
    tally = kills.prove(only=[30, 75, 100])

    assert tally.kills == 15


def test_competing_processes_share_nothing_and_keep_one_file_once():
    assert kills.compete(2) == 2
