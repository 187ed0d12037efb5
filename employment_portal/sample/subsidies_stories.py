"""What became of the claims of people who can sign in: paid, sent back by the bank, asked back in parts.

Told through the portal's own actions like everything of the subsidies; the days are counted back from today.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.people.models import Person
from employment_portal.regions.models import Region
from employment_portal.registers.enums import Register
from employment_portal.registers.models import SkillCertificate
from employment_portal.sample import subsidies_money as money
from employment_portal.sample.history import days_ago, happened
from employment_portal.sample.registers import deliver
from employment_portal.sample.subsidies_claims import (
    FATES,
    GRANTED,
    card,
    claim_online,
    load_claims,
    settle_claimants,
)
from subsidies.claims.models import Claim
from subsidies.payments.models import Payable
from subsidies.recovery import actions as recovery
from subsidies.recovery.models import Cause, RecoveryOrder
from subsidies.recovery.rules import even_parts

CERTIFICATE = "S000051019900000101"
CARDS = {"seeker": 9_000_001, "graduate": 9_000_002, "hardship": 9_000_003}
STEP = timedelta(days=1)
BUDGET, FIRST, LATER = 100, 95, 36  # days ago: the year's money, the claim that is asked back, the others
GRANTED_EACH = 4  # claims of neighbours that are paid, and that stand on notice
WINDOW = 20  # days in which a notice closes, holidays and all
FOUND_OUT = (
    "社会保险比对发现：申领期的后两个月已有用人单位为其缴纳社会保险，不再属于灵活就业，该两个月补贴应予退回。"
)
PAY_TO = "成华区就业补助资金专户（示例），成都银行（示例），5100000000000000000；请注明追回决定编号"


def tell(people: dict[str, Person], *, staff: dict[str, User], paper: bytes, now: datetime) -> None:
    """The budget; claims paid, sent back, asked back; claims on notice; claims at every step, in the staff's district."""
    county = Region.objects.get(code="510108")
    finance = (staff["finance"], staff["finance2"], staff["finance3"])
    clerk, keeper = staff["street"], staff["district2"]
    begin = days_ago(BUDGET, now=now)
    with happened(begin):
        years = {timezone.localdate(begin).year, timezone.localdate(now).year}
        regions = [Region.objects.get(code=settings.CITY_REGION), county]
        money.load_budget(regions, years=years, maker=finance[0], approver=finance[1], now=begin)
        money.load_payer(county, maker=finance[0], checker=finance[1], now=begin)
    settle_by_the_clerk([people["seeker"], people["graduate"]], clerk)
    deliver_what_others_know(people, now=now)

    asked_back = claim_online(
        people["hardship"],
        item="flexible-insurance",
        paper=paper,
        number=CARDS["hardship"],
        now=days_ago(FIRST, now=now),
        pace=STEP,
    )
    money.notice_and_pay(
        county,
        keeper=keeper,
        finance=finance,
        noticed_at=days_ago(FIRST - 6, now=now),
        paid_at=days_ago(FIRST - 6 - WINDOW, now=now),
    )
    ask_back(asked_back, keeper=keeper, issuer=staff["district3"], finance=finance, now=now)

    neighbours = settle_claimants(list(people.values()), county=county, day=timezone.localdate(now))
    paid, noticed, waiting = neighbours[0::3], neighbours[1::3], neighbours[2::3]
    claimed_at = days_ago(LATER, now=now)
    certificate = SkillCertificate.objects.get(number=CERTIFICATE)
    claim_online(
        people["seeker"],
        item="vocational-training",
        subject_id=certificate.pk,
        paper=paper,
        number=CARDS["seeker"],
        now=claimed_at,
        pace=STEP,
    )
    claim_online(
        people["graduate"],
        item="job-search",
        paper=paper,
        number=CARDS["graduate"],
        now=claimed_at,
        pace=STEP,
    )
    load_claims(paid, clerk=clerk, paper=paper, now=claimed_at, most=GRANTED_EACH, fates=GRANTED, pace=STEP)
    batch = money.notice_and_pay(
        county,
        keeper=keeper,
        finance=finance,
        noticed_at=days_ago(LATER - 6, now=now),
        paid_at=days_ago(LATER - 6 - WINDOW, now=now),
        closed=[card(CARDS["graduate"])],
    )
    money.return_something_unknown(batch, by=finance[0], now=days_ago(2, now=now))
    load_claims(noticed, clerk=clerk, paper=paper, now=now, most=GRANTED_EACH, fates=GRANTED)
    money.put_on_notice(county, keeper=keeper, now=now)
    load_claims(waiting, clerk=clerk, paper=paper, now=now, most=len(FATES))


def settle_by_the_clerk(people: list[Person], clerk: User) -> None:
    """They live in the street whose clerk can sign in, who accepts their claims."""
    street = clerk.current_posts()[0].agency.region
    for person in people:
        person.residence_region = street
        person.save(update_fields=["residence_region"])


def deliver_what_others_know(people: dict[str, Person], *, now: datetime) -> None:
    """The certificate that the job seeker got, and the final year of the graduate who studied on a loan."""
    seeker, graduate = people["seeker"].id_number, people["graduate"].id_number
    issued = timezone.localdate(days_ago(60, now=now)).isoformat()
    deliver(
        Register.CERTIFICATES,
        [
            [
                "JN-510108-0101",
                seeker,
                CERTIFICATE,
                "健康照护师",
                "",
                "四级",
                "成都示例职业技能评价中心",
                issued,
                "160",
            ]
        ],
        source="成都示例职业技能评价中心",
        now=now,
    )
    since = timezone.localdate(days_ago(200, now=now)).isoformat()
    deliver(
        Register.CIVIL,
        [
            ["JY-0102-1", graduate, "毕业学年", since, ""],
            ["JY-0102-2", graduate, "助学贷款", since, ""],
        ],
        source="四川示例教育考试院",
        now=now,
    )


def ask_back(
    claim: Claim, *, keeper: User, issuer: User, finance: tuple[User, User, User], now: datetime
) -> RecoveryOrder:
    """Two of three months are asked back, in three parts, of which the first has come."""
    payable = Payable.objects.get(claim=claim)
    proposed_at, issued_at, agreed_at, received_at, booked_at = (
        days_ago(days, now=now) for days in (50, 48, 46, 17, 16)
    )
    first_month = payable.claim.period.lower
    assert first_month is not None
    with happened(proposed_at):
        order = recovery.propose_order(
            payable_id=payable.pk,
            cause=Cause.NO_LONGER_QUALIFIES,
            reasons=FOUND_OUT,
            amount_fen=payable.amount_fen * 2 // 3,
            qualified_until=(first_month + timedelta(days=31)).replace(day=1) - timedelta(days=1),
            by=keeper,
            now=proposed_at,
        )
    with happened(issued_at):
        recovery.issue_order(order_id=order.pk, working_days=60, pay_to=PAY_TO, by=issuer, now=issued_at)
    parts = even_parts(order.amount_fen, 3, timezone.localdate(received_at))
    with happened(agreed_at):
        recovery.agree_plan(
            order_id=order.pk, parts=parts, note="本人申请分三期退回", by=keeper, now=agreed_at
        )
    with happened(booked_at):
        receipt = recovery.record_receipt(
            order_id=order.pk,
            amount_fen=parts[0].fen,
            received_on=timezone.localdate(received_at),
            reference="CDB-SAMPLE-0103",
            by=finance[0],
            now=received_at,
        )
        return recovery.confirm_receipt(receipt_id=receipt.pk, by=finance[1], now=booked_at)
