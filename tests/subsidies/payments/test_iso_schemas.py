"""The messages that go to the bank, and those by which the bank is simulated, are valid by ISO 20022's schemas."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats import iso20022
from subsidies.payments.formats.records import Answer, AnswerFile, Payment, PaymentFile
from tests.subsidies.payments.iso_schemas import schema_problems

DAY = date(2026, 11, 24)
PAYMENT = Payment(
    1,
    "DF20261124ABCDEFGHJK-000001",
    "6222021234567890123",
    "王丽",
    "中国工商银行",
    "102651000015",
    150_000,
    "求职补贴",
)
FILE = PaymentFile("DF20261124ABCDEFGHJK", DAY, "成都市就业补助资金专户", "5100000000000000000", [PAYMENT])
PAID = Answer(1, "", PAYMENT.reference, LineOutcome.PAID, 150_000, PAYMENT.number, PAYMENT.holder, "", DAY)
BACK = replace(PAID, number=2, outcome=LineOutcome.FAILED, reason="账号户名不符")
ANSWER = AnswerFile(ReturnFormat.PAIN002, "HP20261124001", FILE.batch, [PAID, BACK])


def returned(line: Answer) -> AnswerFile:
    return replace(ANSWER, format=ReturnFormat.PACS004, lines=[replace(line, outcome=LineOutcome.RETURNED)])


@pytest.mark.parametrize("bank_code", ["", "313651000015"])
@pytest.mark.parametrize("payment", [PAYMENT, replace(PAYMENT, bank_code="")])
def test_a_pain_001_is_valid(bank_code, payment):
    file = replace(FILE, payments=[payment, replace(payment, sequence=2)], payer_bank_code=bank_code)

    content = iso20022.render(file)

    assert schema_problems(content) == []
    assert iso20022.read_payments(content).payments == file.payments


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        replace(ANSWER, lines=[PAID]),
        replace(
            ANSWER, lines=[replace(BACK, outcome=LineOutcome.UNCLEAR, settled_on=None, account="", holder="")]
        ),
        replace(ANSWER, lines=[], whole=replace(BACK, reason="付款账户余额不足", amount_fen=None)),
        replace(ANSWER, lines=[replace(BACK, reason="退" * 200)]),
        returned(BACK),
        returned(replace(BACK, reason="", settled_on=None, holder="", account="")),
        replace(returned(BACK), batch=""),
        returned(replace(BACK, reason="退" * 200)),
    ],
)
def test_what_a_bank_answers_is_valid_and_is_read_as_it_was_written(answer):
    content = iso20022.render_answer(answer, DAY)

    assert schema_problems(content) == []
    found = iso20022.read(content)
    assert [line.reason for line in found.lines] == [line.reason for line in answer.lines]
    assert (found.whole.reason if found.whole else None) == (answer.whole.reason if answer.whole else None)


texts = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["Cs", "Cc"]), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(
    holder=texts.map(lambda name: name[:120]),
    purpose=texts.map(lambda name: name[:80]),
    fen=st.integers(1, 10**14),
)
def test_any_name_and_amount_that_an_account_may_have_stays_valid(holder, purpose, fen):
    payment = replace(PAYMENT, holder=holder, purpose=purpose, amount_fen=fen)

    assert schema_problems(iso20022.render(replace(FILE, payments=[payment]))) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (b"<TxSts>ACCC</TxSts>", b"", ""),
        (b"<OrgnlMsgId>", b"<Nonsense/><OrgnlMsgId>", "is not an element"),
        (b"<TxSts>ACCC</TxSts>", b"<TxSts>ACCCC</TxSts>", "5 characters"),
        (b'Ccy="CNY"', b'Ccy="yuan"', "does not match"),
        (b'CNY">1500.00', b'CNY">1500.000001', "too many digits"),
        (b"2026-11-24T20:00:00", b"yesterday", "is no XmlDateTime"),
        (b"<MsgId>HP20261124001</MsgId>", b"", "MsgId is missing"),
    ],
)
def test_the_check_sees_what_is_wrong(before, after, problem):
    content = iso20022.render_answer(replace(ANSWER, lines=[PAID]), DAY)

    found = schema_problems(content.replace(before, after, 1))

    assert any(problem in line for line in found) if problem else found == []
