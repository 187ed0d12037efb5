"""Bank layouts: what is written is what is read, and no damage goes unnoticed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats import delimited, iso20022
from subsidies.payments.formats.layouts import read_answer, read_payments, render
from subsidies.payments.formats.records import Answer, AnswerFile, Damaged, Payment, PaymentFile, fen, yuan

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
NAMES = (
    st.text("陈芳李四欧阳娜成都锦和养老服务有限公司·（）𠮷龘 abcXYZ", min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
AMOUNTS = st.integers(1, 10**11)
REFERENCES = st.integers(1, 10**6).map(lambda number: f"DF20261123ABCDEFGHJK-{number:06d}")

payments = st.builds(
    Payment,
    sequence=st.integers(1, 10**6),
    reference=REFERENCES,
    number=st.from_regex(r"[0-9]{16,19}", fullmatch=True),
    holder=NAMES,
    bank_name=NAMES,
    bank_code=st.sampled_from(["", "102651000018"]),
    amount_fen=AMOUNTS,
    purpose=NAMES,
)
files = st.builds(
    PaymentFile,
    batch=st.just("DF20261123ABCDEFGHJK"),
    made_on=DAYS,
    payer_name=NAMES,
    payer_account=st.just("5100000000000000000"),
    payments=st.lists(payments, min_size=1, max_size=8),
)


def answer_files(format, outcomes):
    line = st.builds(
        Answer,
        number=st.just(1),
        raw=st.just(""),
        reference=REFERENCES,
        outcome=st.sampled_from(outcomes),
        amount_fen=AMOUNTS,
        account=st.from_regex(r"[0-9]{16,19}", fullmatch=True),
        holder=NAMES,
        reason=st.sampled_from(["", "账号户名不符"]),
        settled_on=DAYS,
    )
    return st.builds(
        AnswerFile,
        format=st.just(format),
        reference=st.just("HP1"),
        batch=st.just("DF20261123ABCDEFGHJK"),
        lines=st.lists(line, min_size=1, max_size=8).map(
            lambda lines: [replace(line, number=number) for number, line in enumerate(lines, start=1)]
        ),
    )


@pytest.mark.parametrize("format", ["delimited", "pain001"])
@settings(max_examples=60, deadline=None)
@given(file=files)
def test_a_payment_file_reads_back_as_it_was_written(format, file):
    content = render(file, format)

    assert read_payments(content, format) == file
    assert render(file, format) == content


@pytest.mark.parametrize(
    ("writer", "format", "outcomes"),
    [
        (delimited, ReturnFormat.DELIMITED, [LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED]),
        (iso20022, ReturnFormat.PAIN002, [LineOutcome.PAID, LineOutcome.FAILED]),
        (iso20022, ReturnFormat.PACS004, [LineOutcome.RETURNED]),
    ],
)
def test_an_answer_reads_back_as_it_was_written(writer, format, outcomes):
    @settings(max_examples=60, deadline=None)
    @given(file=answer_files(format, outcomes), made_on=DAYS)
    def holds(file, made_on):
        read = read_answer(writer.render_answer(file, made_on))

        assert [replace(line, raw="") for line in read.lines] == file.lines
        assert (read.format, read.reference, read.batch, read.whole) == (
            format,
            file.reference,
            file.batch,
            None,
        )

    holds()


@pytest.mark.parametrize("writer", [delimited, iso20022])
@settings(max_examples=60, deadline=None)
@given(
    file=answer_files(ReturnFormat.PAIN002, [LineOutcome.PAID, LineOutcome.FAILED]), share=st.floats(0, 0.999)
)
def test_a_file_cut_anywhere_is_refused(writer, file, share):
    content = writer.render_answer(file, date(2026, 11, 24))
    cut = content[: int(len(content.rstrip()) * share)]

    with pytest.raises(Damaged):
        read_answer(cut)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    for start in (b"", b"H|HP10|", b"<?xml version='1.0'?>"):
        with pytest.raises(Damaged):
            read_answer(start + content)


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>',
    ],
)
def test_entities_and_document_types_are_refused(content):
    with pytest.raises(Damaged):
        read_answer(content)


@pytest.mark.parametrize("sign", ["|", "\n", "\r"])
def test_a_separator_inside_a_field_is_never_written(sign):
    payment = Payment(1, "r", "6222020000000000", f"陈{sign}芳", "银行", "", 100, "补贴")
    file = PaymentFile("DF", date(2026, 11, 23), "付款人", "51", [payment])

    with pytest.raises(ValueError, match="separator"):
        render(file, "delimited")


@given(st.integers(0, 10**14))
def test_fen_survive_their_way_through_a_bank(amount):
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize(
    "written", ["", "1,500.00", "-1", "1.005", "1e3", "１", "12345678901234567.00", "NaN"]
)
def test_an_amount_that_is_none_is_refused(written):
    with pytest.raises(ValueError, match=r".*"):
        fen(written)
