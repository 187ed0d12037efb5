from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment_portal.core.money import (
    MAX_FEN,
    InvalidAmount,
    Rounding,
    format_yuan,
    round_fen,
    share_fen,
    yuan_to_fen,
)


@pytest.mark.parametrize(
    ("fen", "decimals", "text"),
    [
        (150050, None, "1,500.50"),
        (150000, None, "1,500"),
        (150000, 2, "1,500.00"),
        (150050, 0, "1,501"),
        (-5, None, "-0.05"),
        (0, None, "0"),
        (None, None, ""),
    ],
)
def test_fen_are_written_as_yuan(fen, decimals, text):
    assert format_yuan(fen, decimals) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1500", 150000),
        ("1,500.5", 150050),
        ("￥1500.50 元", 150050),
        ("１５００", 150000),
        ("1.2万", 1200000),
        ("0.01", 1),
        ("12.", 1200),
    ],
)
def test_amounts_are_read_as_people_write_them(text, fen):
    assert yuan_to_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "  ", "-5", "1.005", "1,50", "abc", "1e9", "99999999999999999", "1" * 30, "nan", "０x1"]
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidAmount) as error:
        yuan_to_fen(text)

    assert str(error.value.message)


@given(st.integers(0, MAX_FEN))
def test_what_is_written_reads_back(fen):
    assert yuan_to_fen(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("rounding", "whole_yuan"),
    [(Rounding.HALF_UP, 300), (Rounding.HALF_EVEN, 200), (Rounding.DOWN, 200), (Rounding.UP, 300)],
)
def test_a_rounding_is_named(rounding, whole_yuan):
    assert round_fen(Decimal("250"), rounding, unit_fen=100) == whole_yuan


def test_a_share_is_rounded_once():
    assert share_fen(100_000, 2, 3) == 66_667
    assert share_fen(100_000, 2, 3, Rounding.DOWN) == 66_666
