import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.imports.pay import PayNotUnderstood, PayRange, parse_pay

UNDERSTOOD = {
    "7千-1.4万": PayRange(700_000, 1_400_000),
    "1-1.5万·13薪": PayRange(1_000_000, 1_500_000, "month", 13),
    "1万-1.5万·14薪": PayRange(1_000_000, 1_500_000, "month", 14),
    "6001-8000": PayRange(600_100, 800_000),
    "8千-1.2万/月": PayRange(800_000, 1_200_000),
    "8-9千": PayRange(800_000, 900_000),
    "15-20万/年": PayRange(15_000_000, 20_000_000, "year"),
    "年薪20万": PayRange(20_000_000, 20_000_000, "year"),
    "200元/天": PayRange(20_000, 20_000, "day"),
    "1千/天": PayRange(100_000, 100_000, "day"),
    "20元/小时": PayRange(2_000, 2_000, "hour"),
    "20-30元/小时": PayRange(2_000, 3_000, "hour"),
    "2.5元/件": PayRange(250, 250, "piece"),
    "3千及以下·13薪": PayRange(None, 300_000, "month", 13),
    "1.5千以下/月": PayRange(None, 150_000),
    "50000元以上": PayRange(5_000_000, None),
    "底薪3000+提成": PayRange(300_000, None),
    "8000-1.2万": PayRange(800_000, 1_200_000),
    "８Ｋ～１２Ｋ": PayRange(800_000, 1_200_000),
    "￥3,000-5,000元/月": PayRange(300_000, 500_000),
    "面议": PayRange(None, None),
}


@pytest.mark.parametrize(("text", "pay"), UNDERSTOOD.items())
def test_pay_is_read_as_adverts_write_it(text, pay):
    assert parse_pay(text) == pay


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "五险一金",
        "5-8",
        "9-5千",
        "0",
        "日薪200元/月",
        "6000-8000·40薪",
        "999999999万",
        "٣٠٠٠",
        "1-2-3千",
    ],
)
def test_pay_that_needs_a_guess_is_refused_with_a_sentence(text):
    with pytest.raises(PayNotUnderstood) as refused:
        parse_pay(text)

    assert len(str(refused.value)) > 5


@given(
    st.text(max_size=60)
    | st.text(alphabet="0123456789.-~千万kKwW元/月年天日小时薪·以上下及面议+ ", max_size=24)
)
def test_any_text_is_pay_or_a_sentence(text):
    try:
        pay = parse_pay(text)
    except PayNotUnderstood:
        return

    assert pay.is_negotiable or (pay.min_fen or pay.max_fen) > 0
    assert pay.min_fen is None or pay.max_fen is None or pay.min_fen <= pay.max_fen
    assert 12 <= pay.months_per_year <= 24


@given(
    st.integers(300, 900_000),
    st.integers(0, 900_000),
    st.sampled_from(["{}-{}", "{}~{}元/月", "月薪{}至{}元"]),
)
def test_a_range_in_yuan_comes_back_as_it_was_written(low, more, form):
    pay = parse_pay(form.format(low, low + more))

    assert (pay.min_fen, pay.max_fen, pay.unit) == (low * 100, (low + more) * 100, "month")
