"""The money of the sample city: this year's budget, and claims on their way from notice to received."""

from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.regions.models import Region
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
from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats.delimited import read_payments, render_answer
from subsidies.payments.formats.records import Answer, AnswerFile
from subsidies.policies.enums import VersionState
from subsidies.policies.models import PolicyVersion

ALLOTTED_FEN = {"city": 30_000_000_00, "county": 4_000_000_00}
DOCUMENT = "成财社〔2026〕12号（示例）"
CONTACT = "成华区公共就业服务中心（示例），猛追湾街道办事处一楼，028-00000000"
PAID_BEFORE_DAYS = 20


def load_budget(regions: list[Region], *, maker: User, approver: User, now: datetime) -> int:
    """A line with money for every policy in force, in the city and its sample counties; how many."""
    day = timezone.localdate(now)
    wanted = {
        (version.policy.item, version.content["fund"])
        for version in PolicyVersion.objects.in_force(day).select_related("policy__item")
    }
    made = 0
    for region in regions:
        for item, code in sorted(wanted, key=lambda pair: pair[0].order):
            line = open_line(
                region=region, year=day.year, fund=Fund.objects.get(code=code), item=item, by=maker
            )
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


def pay_what_was_approved(
    county: Region, *, keeper: User, finance: tuple[User, User, User], now: datetime
) -> int:
    """Approved claims of a county go on notice, are paid and answered by the bank, one of them sent back."""
    earlier = now - timedelta(days=PAID_BEFORE_DAYS)
    notices = _noticed(county, keeper=keeper, now=earlier)
    close_due_notices(now=now)
    take_down_ended(now=now)
    maker, checker, releaser = finance
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
    batch = build_batch(run_key="sample", region=county, year=timezone.localdate(now).year, by=maker, now=now)
    if batch is None:
        return notices
    check_batch(batch_id=batch.pk, by=checker, now=now)
    release_batch(batch_id=batch.pk, by=releaser, now=now)
    hand_in_batch(batch_id=batch.pk, bank_reference="SAMPLE-1", by=maker, now=now)
    _name, content = bank_file(batch)
    receive_return_file(
        name="回盘-示例.txt", content=_answer(content, timezone.localdate(now)), by=maker, now=now
    )
    return notices


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


def _answer(sent: bytes, today: date) -> bytes:
    """The bank's return file: everything paid but the last, whose account is closed."""
    asked = read_payments(sent)
    last = len(asked.payments)
    lines = [
        Answer(
            number=number,
            raw="",
            reference=payment.reference,
            outcome=LineOutcome.PAID if number < last or last == 1 else LineOutcome.FAILED,
            amount_fen=payment.amount_fen,
            account=payment.number,
            holder=payment.holder,
            reason="" if number < last or last == 1 else "账户已销户",
            settled_on=today,
        )
        for number, payment in enumerate(asked.payments, start=1)
    ]
    return render_answer(AnswerFile(ReturnFormat.DELIMITED, "SAMPLE-R1", asked.batch, lines), today)
