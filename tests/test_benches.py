"""The benches run and judge. What they measure is in docs/evidence; nothing here looks at a time."""

from contextlib import nullcontext

import pytest
from django.db import connection

from employment_portal.bench import batch, pages, policies, search
from employment_portal.bench.frame import as_json

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
ROWS = 300


@pytest.fixture(autouse=True)
def _in_the_test_database(monkeypatch):
    for bench in (batch, pages, policies, search):
        monkeypatch.setattr(bench, "database_of_its_own", lambda name: nullcontext())
    for bench in (pages, search):
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


def test_the_bench_of_policies_finds_whom_the_loop_finds():
    results = policies.run(3_000, say=lambda text: None, rounds=1)

    values = {result.name: result.value for result in results}
    assert values["people found by one and not the other"] == 0
    assert values["people who qualify"] > 0
    assert values["tables that are read"] >= 9


def test_the_bench_of_batches_claims_everything_once_and_the_books_balance(monkeypatch):
    monkeypatch.setattr(batch, "ROUNDS", 2)
    monkeypatch.setattr(batch, "SAVED", 20)

    results = {result.name: result for result in batch.run(ROWS, say=lambda text: None)}

    assert results["accounts that do not balance"].value == 0
    assert results["payments a second against COPY"].value > 0
    assert results["payments a second against save()"].ratio > 1
