"""The benches run and judge. What they measure is in docs/evidence; nothing here looks at a time."""

from contextlib import nullcontext

import pytest
from django.db import connection

from employment_portal.bench import pages, search
from employment_portal.bench.frame import as_json

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
ROWS = 300


@pytest.fixture(autouse=True)
def _in_the_test_database(monkeypatch):
    for bench in (pages, search):
        monkeypatch.setattr(bench, "database_of_its_own", lambda name: nullcontext())
        monkeypatch.setattr(bench, "DATABASE", connection.settings_dict["NAME"])


def test_the_bench_of_pages_holds_every_bar_but_the_clock(settings):
    settings.USE_SIMULATORS = True
    results = pages.run(ROWS, say=lambda text: None, rounds=1)

    missed = [result.name for result in results if not result.ok and result.unit != "ms"]

    assert missed == []
    assert {result.name for result in results} >= {
        "visitor: every job",
        "job seeker: one job",
        "district officer: cases",
    }
    assert '"bench": "pages"' in as_json("pages", ROWS, results)


def test_the_bench_of_search_finds_what_a_scan_finds(monkeypatch):
    monkeypatch.setattr(search, "ROUNDS", 1)

    results = search.run(ROWS, say=lambda text: None)

    assert next(result for result in results if result.name == "results unlike a scan").value == 0
