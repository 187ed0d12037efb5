"""The money of the sample city: this year's budget, and claims on their way from notice to received."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import product

from django.db.models import Count
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.regions.models import Region
from employment_portal.sample.history import happened
from subsidies.budgets.actions import decide_change, open_line, request_change
from subsidies.budgets.models import ChangeKind, Fund
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.notices.actions import (
    close_due_notices,
    draft_notice,
    file_objection,
    publish_notice,
    take_down_ended,
)
from subsidies.payments.actions.building import build_batch
from subsidies.payments.actions.payers import confirm_payer, enter_payer
from subsidies.payments.actions.receiving import receive_return_file
from subsidies.payments.actions.releasing import bank_file, check_batch, release_batch
from subsidies.payments.actions.sending import hand_in_batch
from subsidies.payments.enums import BatchState, LineOutcome, PayableState, ReturnFormat
from subsidies.payments.formats.delimited import read_payments, render_answer
from subsidies.payments.formats.records import Answer, AnswerFile
from subsidies.payments.models import Batch, Payable
from subsidies.policies.enums import VersionState
from subsidies.policies.models import PolicyVersion

ALLOTTED_FEN = {"city": 30_000_000_00, "county": 4_000_000_00}
DOCUMENT = "成财社〔2026〕12号（示例）"
CONTACT = "成华区公共就业服务中心（示例），猛追湾街道办事处一楼，028-00000000"


def load_budget(
    regions: list[Region], *, years: Iterable[int], maker: User, approver: User, now: datetime
) -> int:
    """A line with money for every policy in force, in the city and its sample counties, each year; how many."""
    wanted = {
        (version.policy.item, version.content["fund"])
        for version in PolicyVersion.objects.in_force(timezone.localdate(now)).select_related("policy__item")
    }
    made = 0
    for year, region in product(sorted(years), regions):
        for item, code in sorted(wanted, key=lambda pair: pair[0].order):
            line = open_line(region=region, year=year, fund=Fund.objects.get(code=code), item=item, by=maker)
            change = request_change(
                kind=ChangeKind.ALLOT,
                line=line,
                amount_fen=ALLOTTED_FEN["city" if region is regions[0] else "county"],
                document=DOCUMENT,
                reason="年初预算下达",
                by=maker,
                now=now,
            )
            decide_change(change_id=change.pk, approve=True, note="", by=approver, now=now)
            made += 1
    return made


def load_payer(county: Region, *, maker: User, checker: User, now: datetime) -> None:
    """The account that the county pays from."""
    payer = enter_payer(
        region=county,
        name=f"{county.name}就业补助资金专户（示例）",
        account="5100000000000000000",
        bank_name="成都银行（示例）",
        effective_from=timezone.localdate(now),
        document=DOCUMENT,
        by=maker,
        now=now,
    )
    confirm_payer(payer_id=payer.pk, by=checker, now=now)


def notice_and_pay(
    county: Region,
    *,
    keeper: User,
    finance: tuple[User, User, User],
    noticed_at: datetime,
    paid_at: datetime,
    closed: Collection[str] = (),
) -> Batch:
    """Approved claims of a county go on notice and are paid; the bank answers the next day.

    Payments to the account numbers in ``closed`` fail. The window of a notice is over at ``paid_at``. The last batch.
    """
    with happened(noticed_at):
        _noticed(county, keeper=keeper, now=noticed_at)
    maker, checker, releaser = finance
    answered_at = paid_at + timedelta(days=1)
    with happened(paid_at):
        close_due_notices(now=paid_at)
        take_down_ended(now=paid_at)
        ready = Payable.objects.filter(state=PayableState.OPEN, region__path__startswith=county.path)
        for year in sorted(set(ready.values_list("line__year", flat=True))):
            batch = build_batch(
                run_key=f"sample-{paid_at:%Y%m%d}-{year}", region=county, year=year, by=maker, now=paid_at
            )
            check_batch(batch_id=batch.pk, by=checker, now=paid_at)
            release_batch(batch_id=batch.pk, by=releaser, now=paid_at)
            hand_in_batch(batch_id=batch.pk, bank_reference=f"SAMPLE-{batch.pk}", by=maker, now=paid_at)
    with happened(answered_at):
        for batch in Batch.objects.filter(region=county, state=BatchState.SENT).order_by("pk"):
            _receive(batch, _answers(batch, closed, on=timezone.localdate(answered_at)), maker, answered_at)
    return batch


def return_something_unknown(batch: Batch, *, by: User, now: datetime) -> None:
    """Days later the bank sends money back whose reference nobody knows: a case for the finance officers."""
    with happened(now):
        stranger = Answer(
            number=1,
            raw="",
            reference="CD2019-004417",
            outcome=LineOutcome.RETURNED,
            amount_fen=600_00,
            account="6217856100000004417",
            holder="周德明",
            reason="收款账户已销户",
            settled_on=timezone.localdate(now),
        )
        _receive(batch, [stranger], by, now)


def put_on_notice(county: Region, *, keeper: User, now: datetime) -> int:
    """What was approved lately stands on open notices, one line objected to; how many notices."""
    made = _noticed(county, keeper=keeper, now=now)
    noticed = Claim.objects.filter(state=ClaimState.NOTICED, region__path__startswith=county.path).first()
    if noticed is not None:
        file_objection(
            entry_id=noticed.notice_entries.get(live=True).pk,
            name="吴明",
            phone="13800000999",
            text="据了解该申领人已到外地工作，请核实是否仍符合条件。",
            now=now,
        )
    return made


def _noticed(county: Region, *, keeper: User, now: datetime) -> int:
    waiting = Claim.objects.filter(
        state=ClaimState.APPROVED, region__path__startswith=county.path, notice_entries=None
    )
    items = waiting.values_list("item", flat=True).annotate(Count("pk")).order_by("item")
    made = 0
    for item_id in items:
        version = PolicyVersion.objects.filter(policy__item=item_id, state=VersionState.PUBLISHED).first()
        notice = draft_notice(
            region=county,
            item=version.policy.item,
            standard=version.summary[:300],
            contact=CONTACT,
            by=keeper,
            now=now,
        )
        publish_notice(notice_id=notice.pk, by=keeper, now=now)
        made += 1
    return made


def _answers(batch: Batch, closed: Collection[str], *, on: date) -> list[Answer]:
    """What the bank says of each payment of a batch."""
    _name, content = bank_file(batch)
    return [
        Answer(
            number=number,
            raw="",
            reference=payment.reference,
            outcome=LineOutcome.FAILED if payment.number in closed else LineOutcome.PAID,
            amount_fen=payment.amount_fen,
            account=payment.number,
            holder=payment.holder,
            reason="账户已销户" if payment.number in closed else "",
            settled_on=on,
        )
        for number, payment in enumerate(read_payments(content).payments, start=1)
    ]


def _receive(batch: Batch, lines: list[Answer], by: User, now: datetime) -> None:
    """The bank's return file with these lines comes in."""
    day = timezone.localdate(now)
    file = AnswerFile(ReturnFormat.DELIMITED, f"SAMPLE-{batch.pk}-{day:%m%d}", batch.number, lines)
    receive_return_file(name=f"回盘-{day:%Y%m%d}.txt", content=render_answer(file, day), by=by, now=now)
