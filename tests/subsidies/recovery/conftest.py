import pytest
import time_machine

from tests.factories.subsidies_payments import budget_line
from tests.factories.subsidies_recovery import Team


@pytest.fixture
def team():
    return Team(region=budget_line().region)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-23 10:00+08:00", tick=False):
        yield
