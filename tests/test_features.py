"""The table of features tells the truth: every address in it answers, every test file is there."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs/features.md").read_text().splitlines()
    if re.match(r"\| [A-Z]\d", line)
]


def test_there_is_one_row_for_each_service_that_is_in():
    ids = [row[0] for row in ROWS]

    assert set(ids) >= {"C1", "C2", "C3", "J1"}
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_row_names_addresses_that_answer_and_tests_that_exist(row):
    addresses = re.findall(r"`(/[^`]*)`", row[2])
    tests = re.findall(r"`(tests/[^`]*)`", row[3])

    assert addresses
    assert tests
    for address in addresses:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{address} leads nowhere")
    assert [path for path in tests if not (ROOT / path).exists()] == []
