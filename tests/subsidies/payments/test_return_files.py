"""Each row of the return table of the design: what a bank may answer, and what becomes of it."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances, transfers_of
from subsidies.payments import actions
from subsidies.payments.actions.double_payments import SecondPaymentOut
from subsidies.payments.actions.settling import NoSuchPayment
from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats import delimited, iso20022
from subsidies.payments.formats.records import Answer
from subsidies.payments.models import ExceptionCase, ReturnFile, ReturnLine
from subsidies.payments.queries import position
from tests.factories.subsidies_payments import (
    answers,
    built,
    funded_line,
    officers,
    payable,
    released,
    resolve,
)

pytestmark = pytest.mark.django_db
PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED
DAY = date(2026, 11, 24)


def receive(file, by=None, writer=delimited):
    content = file if isinstance(file, bytes) else writer.render_answer(file, DAY)
    return actions.receive_return_file(name="hp.txt", content=content, by=by, now=timezone.now())[0]


def sent(count=1, **values):
    team, line = officers(), funded_line()
    dues = [payable(line) for _ in range(count)]
    batch = released(team, **values)
    batch = actions.hand_in_batch(batch_id=batch.pk, bank_reference="柜台", by=team[0], now=timezone.now())
    return team, dues, batch


def fresh(row):
    row.refresh_from_db()
    return row


def held(due):
    return {AccountKind(kind): fen for kind, fen in position(due).items()}


def test_a_paid_line_settles_and_the_batch_closes():
    _team, [due], batch = sent()

    file = receive(answers(batch))

    assert file.report["verdicts"] == {"settle": 1}
    assert (fresh(due).state, due.paid_on) == ("paid", DAY)
    assert held(due) == {AccountKind.PAID: due.amount_fen}
    assert fresh(batch).state == "closed"
    assert fresh(due.account).state == "good"


def test_a_failed_line_comes_back_with_its_reason():
    _team, [due], batch = sent()

    receive(answers(batch, FAILED))

    assert (fresh(due).state, due.return_reason) == ("returned", "账号户名不符")
    assert held(due) == {AccountKind.RETURNED_HOLD: due.amount_fen}
    assert fresh(due.account).state == "bad"


@pytest.mark.parametrize("format", [ReturnFormat.PAIN002, ReturnFormat.PACS004])
def test_iso_answers_mean_the_same(format):
    _team, [due], batch = sent(format="pain001")
    outcome = RETURNED if format == ReturnFormat.PACS004 else FAILED

    receive(answers(batch, outcome, format=format), writer=iso20022)

    assert held(fresh(due)) == {AccountKind.RETURNED_HOLD: due.amount_fen}


def test_the_same_bytes_again_show_the_first_report():
    _team, [due], batch = sent()
    content = delimited.render_answer(answers(batch), DAY)
    first = receive(content)

    again, new = actions.receive_return_file(name="other.txt", content=content, by=None, now=timezone.now())

    assert (again, new) == (first, False)
    assert ReturnFile.objects.count() == 1
    assert held(due) == {AccountKind.PAID: due.amount_fen}


def test_the_same_reference_with_other_bytes_is_quarantined():
    team, dues, batch = sent(2)
    receive(answers(batch, {1: PAID}, reference="HP1"))

    file = receive(answers(batch, {1: FAILED, 2: FAILED}, reference="HP1"))

    assert (file.state, file.problem) == ("quarantined", "reference_again")
    assert [fresh(due).state for due in dues] == ["paid", "in_transit"]
    assert ExceptionCase.objects.get().kind == "quarantine"


@pytest.mark.parametrize("damage", ["count", "sum", "cut", "half", "encoding", "layout"])
def test_a_damaged_file_is_quarantined_and_nothing_applied(damage):
    _team, dues, batch = sent(3)
    whole = delimited.render_answer(answers(batch), DAY)
    damaged = {
        "count": whole.replace(b"|3|", b"|4|", 1),
        "sum": whole.replace(b"4500.00", b"4500.01", 1),
        "cut": whole[: whole.rindex(b"T|")],
        "half": whole[: len(whole) // 2],
        "encoding": whole[:-2] + b"\xff\xff\r\n",
        "layout": b"%PDF-1.7 nothing that a bank sends",
    }[damage]

    file = receive(damaged)

    assert file.state == "quarantined"
    assert not ReturnLine.objects.exists()
    assert {fresh(due).state for due in dues} == {"in_transit"}


def test_a_partial_answer_settles_what_it_names_and_leaves_the_batch_open():
    _team, dues, batch = sent(3)

    receive(answers(batch, {2: PAID}))

    assert [fresh(due).state for due in dues] == ["in_transit", "paid", "in_transit"]
    assert fresh(batch).state == "sent"

    receive(answers(batch, {1: PAID, 3: FAILED}))

    assert fresh(batch).state == "closed"


@pytest.mark.parametrize("writer", [delimited, iso20022])
def test_a_package_returned_whole_comes_back_for_every_payment(writer):
    _team, dues, batch = sent(3)
    whole = replace(
        answers(batch, {}),
        format=ReturnFormat.PAIN002 if writer is iso20022 else ReturnFormat.DELIMITED,
        whole=Answer(1, "", batch.number, FAILED, None, reason="付款账户余额不足"),
    )

    receive(whole, writer=writer)

    assert {(fresh(due).state, due.return_reason) for due in dues} == {("returned", "付款账户余额不足")}
    assert fresh(batch).state == "closed"


def test_an_unknown_reference_is_a_case_and_no_money_moves():
    _team, [due], batch = sent()
    file = answers(batch)
    strange = replace(file, lines=[replace(file.lines[0], reference="DF-nobody")])

    receive(strange)

    case = ExceptionCase.objects.get()
    assert (case.kind, case.data) == ("unknown_reference", {})
    assert held(fresh(due)) == {AccountKind.IN_TRANSIT: due.amount_fen}


def test_unknown_money_that_came_in_waits_in_suspense_until_it_is_explained():
    team, [due], batch = sent()
    receive(answers(batch))
    file = answers(batch, RETURNED)
    receive(replace(file, lines=[replace(file.lines[0], reference="DF-nobody")]))
    case = ExceptionCase.objects.get()
    assert balances(SUBSIDIES, [due.line_id])[due.line_id, AccountKind.SUSPENSE] == due.amount_fen

    with pytest.raises(NoSuchPayment):
        resolve(case, "belongs_to", team, reference="DF-nobody")
    resolve(case, "belongs_to", team, reference=batch.attempts.get().reference)

    assert balances(SUBSIDIES, [due.line_id])[due.line_id, AccountKind.SUSPENSE] == 0
    assert held(fresh(due)) == {AccountKind.RETURNED_HOLD: due.amount_fen}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"amount_fen": 1}, "wrong_amount"),
        ({"holder": "别人"}, "wrong_payee"),
        ({"account": "6222000000000000000"}, "wrong_payee"),
    ],
)
def test_a_wrong_amount_or_payee_settles_nothing_until_two_people_say_so(change, kind):
    team, [due], batch = sent()
    file = answers(batch)

    receive(replace(file, lines=[replace(file.lines[0], **change)]))

    case = ExceptionCase.objects.get()
    assert case.kind == kind
    assert held(fresh(due)) == {AccountKind.IN_TRANSIT: due.amount_fen}

    resolve(case, "settle", team)

    assert held(fresh(due)) == {AccountKind.PAID: due.amount_fen}
    assert fresh(batch).state == "closed"


def test_a_masked_account_number_is_compared_by_its_tail():
    _team, [due], batch = sent()
    file = answers(batch)
    masked = f"6222****{file.lines[0].account[-4:]}"

    receive(replace(file, lines=[replace(file.lines[0], account=masked)]))

    assert fresh(due).state == "paid"


def test_paid_and_later_returned_comes_back():
    _team, [due], batch = sent()
    receive(answers(batch))

    receive(answers(batch, RETURNED, on=date(2026, 11, 27)))

    assert (fresh(due).state, due.paid_on) == ("returned", None)
    assert held(due) == {AccountKind.RETURNED_HOLD: due.amount_fen}
    assert batch.attempts.get().state == "returned"


def test_a_return_that_overtakes_its_payment_ends_the_same():
    _team, [due], batch = sent()

    receive(answers(batch, RETURNED, on=date(2026, 11, 27)))
    late = receive(answers(batch, PAID, on=date(2026, 11, 24)))

    assert late.report["verdicts"] == {"duplicate": 1}
    assert held(fresh(due)) == {AccountKind.RETURNED_HOLD: due.amount_fen}
    assert (batch.attempts.get().state, batch.attempts.get().settled_on) == ("returned", DAY)


@pytest.mark.parametrize("first", [FAILED, RETURNED])
def test_returned_and_later_paid_raises_an_alarm_and_freezes(first):
    team, [due], batch = sent()
    receive(answers(batch, first))

    receive(answers(batch, PAID, on=date(2026, 11, 30)))

    case = ExceptionCase.objects.get()
    assert case.kind == "paid_after_return"
    assert fresh(due).state == "frozen"

    resolve(case, "follow", team)

    assert (fresh(due).state, due.paid_on) == ("paid", date(2026, 11, 30))
    assert held(due) == {AccountKind.PAID: due.amount_fen}
    assert batch.attempts.get().state == "paid"


def test_an_alarm_that_was_the_banks_mistake_thaws_to_where_the_money_is():
    team, [due], batch = sent()
    receive(answers(batch, FAILED))
    receive(answers(batch, PAID))

    resolve(ExceptionCase.objects.get(), "keep", team)

    assert fresh(due).state == "returned"


def test_paid_after_all_is_refused_while_a_second_payment_is_out():
    team, [due], batch = sent()
    receive(answers(batch, FAILED))
    actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())
    released(team)
    receive(answers(batch, PAID, on=date(2026, 11, 30)))

    with pytest.raises(SecondPaymentOut):
        resolve(ExceptionCase.objects.get(), "follow", team)


def test_paid_after_all_takes_a_reissue_back():
    team, [due], batch = sent()
    receive(answers(batch, FAILED))
    actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())
    receive(answers(batch, PAID, on=date(2026, 11, 30)))

    resolve(ExceptionCase.objects.get(), "follow", team)

    assert held(fresh(due)) == {AccountKind.PAID: due.amount_fen}


def test_a_corrected_account_is_paid_again_in_the_next_batch():
    team, [due], batch = sent()
    receive(answers(batch, FAILED))

    corrected = actions.set_account(
        person=due.person,
        holder=due.person.name,
        bank_name="中国农业银行",
        number="6228480402564890018",
        by=due.person.user,
        now=timezone.now(),
    )
    second = built(team)

    assert fresh(due).state == "queued"
    assert second.attempts.get().account == corrected
    assert held(due) == {AccountKind.PAYABLE: due.amount_fen}
    kinds = [transfer.kind for transfer in transfers_of(SUBSIDIES, holder=due.pk)]
    assert kinds == ["confirm", "dispatch", "fail", "reissue"]


def test_a_late_return_of_money_that_recovery_moved_on_waits_in_suspense():
    from employment_portal.ledger.actions import post
    from employment_portal.ledger.kinds import NewTransfer, TransferKind
    from subsidies.payments.actions.payables import account_of

    _team, [due], batch = sent()
    receive(answers(batch))
    post(
        [
            NewTransfer(
                TransferKind.OVERPAY,
                account_of(due, AccountKind.PAID),
                account_of(due, AccountKind.OVERPAID_RECEIVABLE),
                1,
                "test:overpay",
            )
        ]
    )

    receive(answers(batch, RETURNED))

    assert ExceptionCase.objects.get().kind == "unexplained_cash"
    assert balances(SUBSIDIES, [due.line_id])[due.line_id, AccountKind.SUSPENSE] == due.amount_fen


def test_a_reference_twice_in_one_file_counts_once():
    _team, dues, batch = sent(2)
    file = answers(batch)

    received = receive(replace(file, lines=[*file.lines, replace(file.lines[0], number=3)]))

    assert received.report["verdicts"] == {"settle": 2, "duplicate": 1}
    assert {fresh(due).state for due in dues} == {"paid"}


def test_an_answer_of_another_region_is_quarantined_for_who_brings_it():
    from tests.factories.regions import RegionFactory

    _team, [due], batch = sent()
    stranger = officers(RegionFactory(code="500103"))[0]

    file = receive(answers(batch), by=stranger)

    assert (file.state, file.problem) == ("quarantined", "not_yours")
    assert fresh(due).state == "in_transit"


def test_an_answer_proves_that_a_lost_file_arrived():
    from subsidies.payments.models import Batch

    team, line = officers(), funded_line()
    due = payable(line)
    batch = released(team)
    Batch.objects.filter(pk=batch.pk).update(state="unknown")
    batch.attempts.update(state="unknown")

    receive(answers(batch))

    assert fresh(batch).state == "closed"
    assert fresh(due).state == "paid"


def test_giving_up_needs_two_people_and_frees_the_budget():
    team, [due], batch = sent()
    receive(answers(batch, FAILED))
    before = balances(SUBSIDIES, [due.line_id])[due.line_id, AccountKind.AVAILABLE]

    actions.request_cancel(payable_id=due.pk, reason="本人书面放弃", by=team[0])
    actions.decide_cancel(payable_id=due.pk, approve=True, note="", by=team[1], now=timezone.now())

    assert fresh(due).state == "cancelled"
    assert balances(SUBSIDIES, [due.line_id])[due.line_id, AccountKind.AVAILABLE] == before + due.amount_fen
