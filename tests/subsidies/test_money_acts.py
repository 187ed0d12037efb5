"""Every act that moves money or leads to it, sent as people send it: twice, signed out, or after a colleague was faster.

Nothing happens twice, and whoever sent it reads a sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.ledger.models import Transfer
from employment_portal.ledger.verification import findings
from employment_portal.workflow.models import FourEyes, Transition
from subsidies.budgets import actions as budgets
from subsidies.budgets.models import BudgetChange
from subsidies.finance import actions as finance
from subsidies.notices import actions as notices
from subsidies.notices.models import Notice, Objection
from subsidies.payments import actions as payments
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import Batch, ExceptionCase, Payable, PayeeAccount, PaymentAttempt
from subsidies.recovery import actions as recovery
from subsidies.recovery.models import Receipt, RecoveryOrder
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import PersonFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted
from tests.factories.subsidies_payments import answers, built, funded_line, officers, payable, payer, released
from tests.factories.subsidies_recovery import PAY_TO, Team, issued, paid, proposed, recorded

pytestmark = pytest.mark.django_db
TODAY = "2026-12-03 10:00+08:00"
KEPT = (
    Transfer, Batch, PaymentAttempt, Payable, PayeeAccount, ExceptionCase, BudgetChange, FourEyes, RecoveryOrder,
    Receipt, Notice, Objection, Transition,
)  # fmt: skip


@dataclass
class Act:
    """A form as somebody is about to send it; ``meanwhile`` is what a colleague does first in another window."""

    by: Any
    name: str
    args: list[Any] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[], Any] | None = None

    def send(self, client: Any, **how: Any) -> Any:
        return client.post(reverse(f"subsidies:{self.name}", args=self.args), self.data, **how)


def now() -> Any:
    return timezone.now()


def make_batch(team: list, line: Any) -> Act:
    payable(line)
    payer()
    return Act(team[0], "make_batch", data={"year": 2026, "format": "delimited", "run_key": "once"})


def check_batch(team: list, line: Any) -> Act:
    payable(line)
    batch = built(team)
    cancel = partial(payments.cancel_batch, batch_id=batch.pk, reason="重做", by=team[0], now=now())
    return Act(team[1], "check_batch", [batch.public_id], meanwhile=cancel)


def release_batch(team: list, line: Any) -> Act:
    payable(line)
    batch = payments.check_batch(batch_id=built(team).pk, by=team[1], now=now())
    cancel = partial(payments.cancel_batch, batch_id=batch.pk, reason="重做", by=team[0], now=now())
    return Act(team[2], "release_batch", [batch.public_id], meanwhile=cancel)


def cancel_batch(team: list, line: Any) -> Act:
    payable(line)
    batch = payments.check_batch(batch_id=built(team).pk, by=team[1], now=now())
    release = partial(payments.release_batch, batch_id=batch.pk, by=team[2], now=now())
    return Act(team[0], "cancel_batch", [batch.public_id], {"reason": "重做"}, release)


def send_batch(team: list, line: Any) -> Act:
    payable(line)
    batch = released(team)
    by_hand = partial(payments.hand_in_batch, batch_id=batch.pk, bank_reference="柜台", by=team[1], now=now())
    return Act(team[0], "send_batch", [batch.public_id], meanwhile=by_hand)


def hand_in_batch(team: list, line: Any) -> Act:
    payable(line)
    batch = released(team)
    send = partial(payments.send_batch, batch_id=batch.pk, by=team[1], now=now())
    return Act(team[0], "hand_in_batch", [batch.public_id], {"bank_reference": "柜台"}, send)


def _returned(team: list, line: Any) -> Payable:
    due = payable(line)
    batch = released(team)
    content = delimited.render_answer(answers(batch, LineOutcome.FAILED), date(2026, 12, 2))
    payments.receive_return_file(name="hp", content=content, by=None, now=now())
    return due


def reissue(team: list, line: Any) -> Act:
    due = _returned(team, line)
    return Act(
        team[0],
        "reissue_payable",
        [due.public_id],
        meanwhile=partial(payments.reissue, payable_id=due.pk, by=team[1], now=now()),
    )


def ask_to_give_up(team: list, line: Any) -> Act:
    due = _returned(team, line)
    again = partial(payments.reissue, payable_id=due.pk, by=team[1], now=now())
    return Act(team[0], "cancel_payable", [due.public_id], {"reason": "本人放弃"}, again)


def give_up(team: list, line: Any) -> Act:
    due = _returned(team, line)
    payments.request_cancel(payable_id=due.pk, reason="本人放弃", by=team[0])
    again = partial(payments.reissue, payable_id=due.pk, by=team[2], now=now())
    return Act(team[1], "decide_cancel_payable", [due.public_id], {"decision": "approve"}, again)


def _case(team: list, line: Any) -> ExceptionCase:
    payable(line)
    file = answers(released(team))
    wrong = replace(file, lines=[replace(file.lines[0], amount_fen=1)])
    content = delimited.render_answer(wrong, date(2026, 12, 2))
    payments.receive_return_file(name="hp", content=content, by=None, now=now())
    return ExceptionCase.objects.get()


def decide_case(team: list, line: Any) -> Act:
    case = _case(team, line)
    payments.propose_resolution(case_id=case.pk, resolution="settle", note="已核实", by=team[0], now=now())
    refuse = partial(payments.decide_resolution, case_id=case.pk, approve=False, by=team[2], now=now())
    return Act(team[1], "decide_resolution", [case.public_id], {"decision": "approve"}, refuse)


def ask_for_money(team: list, line: Any) -> Act:
    data = {"kind": "allot", "amount": "5000", "document": "成财社〔2026〕9号", "reason": "追加"}
    return Act(team[0], "change_budget", [line.public_id], data)


def _asked(team: list, line: Any) -> BudgetChange:
    return budgets.request_change(
        kind="allot",
        line=line,
        amount_fen=100,
        document="成财社〔2026〕9号",
        reason="追加",
        by=team[0],
        now=now(),
    )


def approve_change(team: list, line: Any) -> Act:
    change = _asked(team, line)
    back = partial(budgets.withdraw_change, change_id=change.pk, by=team[0], now=now())
    return Act(team[1], "decide_budget_change", [change.public_id], {"decision": "approve"}, back)


def approve_many(team: list, line: Any) -> Act:
    return Act(team[1], "approve_budget_changes", data={"ids": [_asked(team, line).public_id]})


def ask_to_close(team: list, line: Any) -> Act:
    region = line.region.parent
    ask = partial(finance.request_close, region=region, year=2026, reason="年终", by=team[1], now=now())
    return Act(team[0], "ask_close_year", ["5101"], {"year": 2026, "reason": "年终"}, ask)


def close_year(team: list, line: Any) -> Act:
    region = line.region.parent
    finance.request_close(region=region, year=2026, reason="年终", by=team[0], now=now())
    refuse = partial(finance.decide_close, region=region, approve=False, note="", by=team[2], now=now())
    return Act(team[1], "decide_close_year", ["5101"], {"decision": "approve"}, refuse)


def propose_recovery(_team: list, line: Any) -> Act:
    due, group = paid(line), Team(region=line.region)
    data = {"cause": "our_error", "amount_fen": "100", "reasons": "计算有误"}
    first = partial(proposed, due, team=group)
    return Act(group.officer, "propose_recovery", [due.public_id], data, first)


def issue_recovery(_team: list, line: Any) -> Act:
    group = Team(region=line.region)
    order = proposed(paid(line), team=group)
    drop = partial(recovery.drop_order, order_id=order.pk, reason="无误", by=group.officer, now=now())
    return Act(
        group.cashier, "issue_recovery", [order.public_id], {"working_days": 20, "pay_to": PAY_TO}, drop
    )


def record_receipt(_team: list, line: Any) -> Act:
    group = Team(region=line.region)
    order = issued(paid(line), team=group)
    data = {"amount_fen": "100", "received_on": "2026-12-03", "reference": "SK1"}
    return Act(group.cashier, "record_receipt", [order.public_id], data)


def confirm_receipt(_team: list, line: Any) -> Act:
    group = Team(region=line.region)
    receipt = recorded(issued(paid(line), team=group), 100, team=group)
    return Act(group.second, "confirm_receipt", [receipt.public_id])


def write_off(_team: list, line: Any) -> Act:
    group = Team(region=line.region)
    order = issued(paid(line), team=group)
    recovery.request_write_off(
        order_id=order.pk, document="成财社〔2026〕3号", reason="死亡", by=group.cashier
    )
    refuse = partial(
        recovery.decide_write_off,
        order_id=order.pk,
        approve=False,
        note="材料不全",
        by=group.second,
        now=now(),
    )
    return Act(group.second, "decide_write_off", [order.public_id], {"decision": "approve"}, refuse)


def publish_notice(_team: list, _line: Any) -> Act:
    staff = Officers()
    claim = approved(submitted(claimant(), policy_version()), officers=staff)
    notice = notices.draft_notice(
        region=staff.street.parent,
        item=claim.item,
        standard="每人 1500 元",
        contact="中心",
        by=staff.first,
        now=now(),
    )
    cancel = partial(notices.cancel_notice, notice_id=notice.pk, reason="写错", by=staff.second)
    return Act(staff.first, "publish_notice", [notice.public_id], meanwhile=cancel)


def answer_objection(_team: list, _line: Any) -> Act:
    staff = Officers()
    act = publish_notice([], None)
    notice = notices.publish_notice(notice_id=Notice.objects.get().pk, by=staff.first, now=now())
    objection = notices.file_objection(
        entry_id=notice.entries.get().pk,
        name="陈光明",
        phone="13912345678",
        text="此人已在外地参保，不符合条件。",
        now=now(),
    )
    keepers = [UserFactory(district_officer=True, region=staff.street.parent) for _number in range(2)]
    decide = partial(
        notices.decide_objection,
        objection_id=objection.pk,
        uphold=False,
        answer="经核实无误",
        by=keepers[1],
        now=now(),
    )
    data = {"verdict": "uphold", "answer": "经核实，其已在外地参保。"}
    assert act.name == "publish_notice"
    return Act(keepers[0], "objection", [objection.public_id], data, decide)


def correct_account(team: list, line: Any) -> Act:
    person = PersonFactory(residence_region=line.region)
    payable(line, person=person)
    data = {
        "holder": person.name,
        "bank_name": "中国农业银行",
        "number": "6228480402564890018",
        "bank_code": "",
    }
    return Act(person.user, "my_account", data=data)


ENTERED = {"holder": "…", "bank_name": "中国农业银行", "number": "6228480402564890018", "reason": "来信"}


def enter_account(team: list, line: Any) -> Act:
    due = payable(line)
    said = {**ENTERED, "holder": due.person.name}
    asked = partial(payments.request_account, payable_id=due.pk, by=team[1], **said)
    return Act(team[0], "payable_account", [due.public_id], {**said, "bank_code": ""}, asked)


def approve_account(team: list, line: Any) -> Act:
    due = payable(line)
    payments.request_account(payable_id=due.pk, by=team[0], **{**ENTERED, "holder": due.person.name})
    refuse = partial(
        payments.decide_account, payable_id=due.pk, approve=False, note="", by=team[2], now=now()
    )
    return Act(team[1], "decide_payable_account", [due.public_id], {"number": ENTERED["number"]}, refuse)


ACTS = {
    act.__name__: act
    for act in (
        make_batch, check_batch, release_batch, cancel_batch, send_batch, hand_in_batch, reissue, ask_to_give_up, give_up,
        decide_case, ask_for_money, approve_change, approve_many, ask_to_close, close_year, propose_recovery,
        issue_recovery, record_receipt, confirm_receipt, write_off, publish_notice, answer_objection, correct_account,
        enter_account, approve_account,
    )
}  # fmt: skip


@pytest.fixture(autouse=True)
def _world(settings, tmp_path):
    settings.BANK_SPOOL = tmp_path / "bank"
    with time_machine.travel(TODAY, tick=False):
        load_calendar()
        yield


@pytest.fixture(params=ACTS)
def act(request):
    return ACTS[request.param](officers(), funded_line())


def kept() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in KEPT}


def said(response: Any) -> str:
    """The sentences on the page: messages, or the summary of a form's errors."""
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(part.get_text(" ", strip=True) for part in page.select(".messages, .error-summary"))


def test_sent_twice_it_happens_once(client, act):
    sign_in(client, act.by)
    first = act.send(client, follow=True)
    assert first.status_code == 200, said(first)
    once = kept()

    second = act.send(client, follow=True)

    assert second.status_code in {200, 422}
    assert kept() == once or act.name == "my_account"
    assert list(findings()) == []


def test_a_colleague_was_faster_and_the_page_says_so(client, act):
    if act.meanwhile is None:
        pytest.skip("nobody else can do or undo this one")
    sign_in(client, act.by)
    act.meanwhile()
    before = kept()

    late = act.send(client, follow=True)

    assert late.status_code in {200, 422}
    assert said(late), "a sentence says why nothing was done"
    assert kept() == before
    assert list(findings()) == []


def test_signed_out_nothing_is_done_and_the_way_leads_back_to_the_page(client, act):
    before = kept()

    answer = act.send(client, headers={"referer": "http://testserver/staff/payments/?state=open"})

    assert answer.status_code == 302
    assert answer.url.endswith("?next=/staff/payments/%3Fstate%3Dopen")
    assert kept() == before
    assert "没有执行" in client.get(answer.url).content.decode()


def test_a_page_of_elsewhere_is_not_where_signing_in_leads(client):
    answer = client.post(reverse("subsidies:make_batch"), headers={"referer": "https://evil.example.org/x"})

    assert answer.url.endswith("?next=/")
