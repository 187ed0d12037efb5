"""Two hundred claims the whole way; a hundred thousand: ``manage.py prove_claims``."""

import pytest

from subsidies.proofs import claims
from subsidies.proofs.reckoning import fold

pytestmark = pytest.mark.django_db


def test_two_hundred_claims_are_paid_once_and_to_the_fen(tmp_path):
    figures = claims.prove(200, seed=1, spool=tmp_path, say=lambda _line: None)

    assert figures.came_back > 0
    assert figures.corrected > 0
    assert figures.tried_again > 0


SENT = "H|DF10|B|20261123|2|2500.00|51|付款人\r\nD|1|B-1|6222|陈芳|银行||1500.00|补贴\r\nD|2|B-2|6223|李四|银行||1000.00|补贴\r\nT|2|2500.00\r\n"


@pytest.mark.parametrize(
    ("answers", "fen"),
    [
        ([("B-1", "S"), ("B-2", "S")], {"B-1": 150_000, "B-2": 100_000}),
        ([("B-1", "S"), ("B-1", "S")], {"B-1": 150_000, "B-2": 0}),
        ([("B-1", "S"), ("B-1", "R"), ("B-2", "F")], {"B-1": 0, "B-2": 0}),
        ([], {"B-1": 0, "B-2": 0}),
    ],
)
def test_the_reckoning_counts_what_reached_the_payee(answers, fen):
    yuan = {"B-1": "1500.00", "B-2": "1000.00"}
    lines = [
        f"D|1|{reference}|6222|陈芳|{yuan[reference]}|{status}||20261124\r\n" for reference, status in answers
    ]

    assert fold([SENT.encode("gb18030")], ["".join(lines).encode("gb18030")]) == fen


def test_the_reckoning_refuses_an_answer_that_nobody_asked_for():
    with pytest.raises(ValueError, match="never asked"):
        fold([SENT.encode("gb18030")], ["D|1|B-9|6222|陈芳|1.00|S||20261124\r\n".encode("gb18030")])
