"""The pages of payments in Chromium: batches, return files, exceptions of every kind, a payment given up, an account."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from subsidies.payments import actions
from subsidies.payments.enums import CaseKind, LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import Batch, ExceptionCase, Payable
from tests.browser.acting import ask, confirm, press, said, scan, submit
from tests.browser.scan import assert_accessible
from tests.factories.people import PersonFactory
from tests.factories.subsidies_payments import answers, funded_line, officers, payable, payer, released

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
PAID, FAILED, RETURNED = LineOutcome.PAID, LineOutcome.FAILED, LineOutcome.RETURNED
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    settings.BANK_SPOOL = tmp_path / "bank"


def content_of(file):
    return delimited.render_answer(file, date(2026, 11, 24))


def receive(file, by=None):
    content = file if isinstance(file, bytes) else content_of(file)
    return actions.receive_return_file(name="回盘.txt", content=content, by=by, now=timezone.now())[0]


def sent(team, line, count=1):
    for _number in range(count):
        payable(line)
    return actions.hand_in_batch(
        batch_id=released(team).pk, bank_reference="柜台", by=team[0], now=timezone.now()
    )


@WIDTHS
def test_three_people_take_a_batch_to_the_bank(page_as, looks, wide):
    team, line = officers(), funded_line()
    payer()
    maker, checker, releaser = (page_as(user, wide=wide, **looks) for user in team)
    scan(maker, url("payables"), url("batches"), url("return_files"), url("cases"))
    payable(line)
    payable(line, with_account=False)

    scan(maker, url("payables"))
    press(maker, f"form[action='{url('make_batch')}'] button")
    maker.wait_for_url("**/batches/*/")
    batch = Batch.objects.get()
    assert_accessible(maker)
    assert maker.locator("#check").count() == 0, "the maker does not check"
    scan(checker, url("batch", batch.public_id))
    ask(checker, "check")
    assert_accessible(checker)
    press(checker, "#check button[type=submit]")
    assert said(checker)
    scan(releaser, url("batch", batch.public_id))
    confirm(releaser, "release")
    assert said(releaser)
    assert_accessible(releaser)
    with releaser.expect_download() as file:
        releaser.click(f"a[href='{url('batch_file', batch.public_id)}']")
    assert file.value.path().read_bytes() == bytes(Batch.objects.get().file.content)
    releaser.fill("input[name=bank_reference]", "柜台回执 2026-118")
    press(releaser, f"form[action='{url('hand_in_batch', batch.public_id)}'] button")
    assert said(releaser)
    scan(
        maker,
        url("batches"),
        f"{url('batches')}?text={batch.number}&sort=-total",
        f"{url('batches')}?text=none",
    )

    batch.refresh_from_db()
    assert (batch.state, batch.count) == ("sent", 1)


@WIDTHS
def test_a_batch_is_cancelled_with_a_reason(page_as, looks, wide):
    team, line = officers(), funded_line()
    payer()
    payable(line)
    desk = page_as(team[0], wide=wide, **looks)
    desk.goto(url("payables"))
    press(desk, f"form[action='{url('make_batch')}'] button")
    desk.wait_for_url("**/batches/*/")

    ask(desk, "cancel")
    assert_accessible(desk)
    desk.fill("#cancel textarea", "金额需要重新核对")
    press(desk, "#cancel button[type=submit]")

    assert said(desk)
    assert Payable.objects.get().state == "open"
    assert_accessible(desk)


def _unknown_send(team, line):
    payable(line)
    batch = released(team)
    Batch.objects.filter(pk=batch.pk).update(state="unknown")
    batch.attempts.update(state="unknown")
    return ExceptionCase.objects.create(
        kind=CaseKind.UNKNOWN_SEND, batch=batch, region=batch.region, amount_fen=batch.total_fen, opened_at=timezone.now()
    )  # fmt: skip


def _answered(team, line, **changes):
    file = answers(sent(team, line))
    receive(replace(file, lines=[replace(file.lines[0], **changes)]), by=team[0])


def _paid_after_return(team, line):
    batch = sent(team, line)
    receive(answers(batch, FAILED))
    receive(answers(batch, PAID, on=date(2026, 11, 30)), by=team[0])


def _unplaced(team, line):
    batch = sent(team, line)
    receive(answers(batch))
    file = answers(batch, RETURNED)
    receive(replace(file, lines=[replace(file.lines[0], reference="DF-nobody")]), by=team[0])


OPENED = {
    CaseKind.UNKNOWN_SEND: _unknown_send,
    CaseKind.UNKNOWN_REFERENCE: lambda team, line: _answered(team, line, reference="DF-nobody"),
    CaseKind.WRONG_AMOUNT: lambda team, line: _answered(team, line, amount_fen=1),
    CaseKind.WRONG_PAYEE: lambda team, line: _answered(team, line, holder="别人"),
    CaseKind.PAID_AFTER_RETURN: _paid_after_return,
    CaseKind.UNREADABLE: lambda team, line: _answered(team, line, outcome=LineOutcome.UNCLEAR),
    CaseKind.QUARANTINE: lambda team, line: receive("半个文件".encode("gb18030"), by=team[0]),
    CaseKind.UNEXPLAINED_CASH: _unplaced,
}


@WIDTHS
def test_every_kind_of_exception_is_opened_and_resolved(page_as, looks, wide):
    # Cash that went out without a batch has its way in test_money_otherwise.py.
    assert set(OPENED) == set(CaseKind) - {CaseKind.CASH_OUT}
    team, line = officers(), funded_line()
    proposer, decider = (page_as(user, wide=wide, **looks) for user in team[:2])
    for kind, happens in OPENED.items():
        happens(team, line)
        case = ExceptionCase.objects.exclude(state="resolved").latest("pk")
        address = url("case", case.public_id)
        scan(proposer, address)
        proposer.locator("input[name=resolution]").last.check()
        submit(proposer)
        proposer.wait_for_selector(".error-summary")
        assert_accessible(proposer)
        proposer.locator("input[name=resolution]").last.check()
        proposer.fill("textarea[name=note]", "11月26日电话核实，经办人王")
        submit(proposer)
        assert said(proposer), kind
        assert proposer.locator("#approve").count() == 0, "whoever proposes does not decide"
        scan(decider, address)
        confirm(decider, "approve")
        assert said(decider)
        case.refresh_from_db()
        assert case.state == "resolved", (kind, case.kind)
        assert_accessible(decider)
    scan(proposer, url("cases") + "?state=", url("cases"), url("cases") + "?state=resolved&sort=-opened")


@WIDTHS
def test_a_return_file_is_uploaded_and_a_broken_one_says_why(page_as, looks, wide, tmp_path):
    team, line = officers(), funded_line()
    batch = sent(team, line, 3)
    whole = content_of(answers(batch, {1: PAID, 2: FAILED, 3: PAID}))
    desk = page_as(team[0], wide=wide, **looks)
    desk.goto(url("return_files"))
    submit(desk)
    desk.wait_for_selector(".error-summary")
    assert_accessible(desk)
    for name, content in (("half.txt", whole[: len(whole) // 2]), ("whole.txt", whole)):
        (tmp_path / name).write_bytes(content)
        desk.goto(url("return_files"))
        desk.set_input_files("input[type=file]", tmp_path / name)
        submit(desk)
        desk.wait_for_url("**/returns/*/")
        assert_accessible(desk)

    states = sorted(Payable.objects.values_list("state", flat=True))
    assert states == ["paid", "paid", "returned"]
    returned = Payable.objects.get(state="returned")
    scan(desk, url("return_files"), url("batch", batch.public_id), url("payable", returned.public_id))


@WIDTHS
def test_a_payment_that_came_back_is_corrected_paid_again_or_given_up(page_as, looks, wide):
    team, line = officers(), funded_line()
    person = PersonFactory(residence_region=line.region)
    payable(line, person=person)
    phone, desk, other = (page_as(user, wide=wide, **looks) for user in (person.user, team[0], team[1]))
    scan(phone, url("my_payments"))
    receive(answers(sent(team, line), FAILED))
    scan(phone, url("my_payments"), url("my_account"))
    phone.fill("input[name=number]", "123")
    submit(phone)
    phone.wait_for_selector(".error-summary")
    assert_accessible(phone)
    phone.fill("input[name=number]", "6217003810012345670")
    submit(phone)
    phone.wait_for_url(f"**{url('my_payments')}")
    assert_accessible(phone)
    mine, theirs = Payable.objects.get(person=person), Payable.objects.exclude(person=person).get()
    assert (mine.state, theirs.state) == ("open", "returned")

    scan(desk, url("payable_account", theirs.public_id), url("payable", theirs.public_id))
    ask(desk, "cancel")
    assert_accessible(desk)
    desk.fill("#cancel textarea", "本人书面放弃")
    press(desk, "#cancel button[type=submit]")
    assert said(desk)
    assert desk.locator("#give-up").count() == 0, "whoever asks does not decide"
    scan(other, url("payable", theirs.public_id))
    confirm(other, "give-up")
    assert said(other)
    theirs.refresh_from_db()
    assert theirs.state == "cancelled"

    receive(answers(sent(team, line), FAILED))
    mine.refresh_from_db()
    scan(desk, url("payable", mine.public_id))
    confirm(desk, "reissue")
    assert said(desk)
    mine.refresh_from_db()
    assert mine.state == "open"
