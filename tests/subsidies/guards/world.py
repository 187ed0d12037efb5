"""One claim on every way that a subsidy can go, so that each table of the subsidies has a row to break.

``world()`` uses the portal's own actions where they lead there, and writes rows where only the row matters.
"""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.core.encryption import keyed_hash
from subsidies.budgets import actions as budgets
from subsidies.claims.actions import ask_bulk, decide_step
from subsidies.claims.entitlement_models import Entitlement
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Appeal, Bundle, Claim, ConflictOfInterest
from subsidies.claims.roster_models import Roster, RosterRow
from subsidies.matching.models import MatchRun, Offer
from subsidies.notices import actions as notices
from subsidies.opening.models import OpeningImport, OpeningRow
from subsidies.payments import actions as payments
from subsidies.payments.actions.accounts import ACCOUNT_HASH
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import ExceptionCase, PayeeAccount, PaymentAttempt
from subsidies.payments.payer_models import Payer
from subsidies.recovery.models import Instalment, Receipt, RecoveryOrder
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import (
    Officers,
    account_of,
    approved,
    at_step,
    claimant,
    policy_version,
    submitted,
)
from tests.factories.subsidies_matching import offered
from tests.factories.subsidies_payments import answers, officers, released
from tests.factories.subsidies_policies import GuardFactory, PolicyVersionFactory

WORDS = {"standard": "每人 1500 元", "contact": "成华区公共就业服务中心"}
DAY = date(2026, 11, 24)


def world() -> None:
    now, staff, version = timezone.now(), Officers(), policy_version()
    payer = officers()
    paid, returned = (approved(submitted(version=version), officers=staff) for _number in range(2))
    _notice_closed(paid, staff, now)
    noticed = approved(submitted(version=version), officers=staff)
    _notice_open(noticed, staff, now)
    _to_the_bank(payer, now)
    approved(submitted(), officers=staff)
    refused = at_step("first_review", officers=staff)
    decide_step(claim_id=refused.pk, verdict=Verdict.REFUSE, note="未满足条件", by=staff.first, now=now)
    Appeal.objects.create(
        decision=refused.decisions.get(), text="我符合条件", made_by=refused.person.user, made_at=now
    )
    open_claim = submitted()
    ask_bulk(claim_ids=[open_claim.pk], by=staff.clerk, now=now)
    _beside_claims(open_claim, now)
    _policies_and_offers()
    _budget(paid.line, payer, now)
    _recovered(paid.payable, payer, now)
    _cash(paid.line, payer, now)
    _opened(payer, now)


def _notice_closed(claim, staff, now):
    notice = notices.draft_notice(
        region=staff.street.parent, item=claim.item, by=staff.first, now=now, **WORDS
    )
    notice = notices.publish_notice(notice_id=notice.pk, by=staff.first, now=now)
    notices.close_due_notices(now=notice.closes_at + timedelta(seconds=1))


def _notice_open(claim, staff, now):
    notice = notices.draft_notice(
        region=staff.street.parent, item=claim.item, by=staff.first, now=now, **WORDS
    )
    notices.publish_notice(notice_id=notice.pk, by=staff.first, now=now)
    notices.file_objection(
        entry_id=notice.entries.get().pk, name="陈光明", phone="13912345678", text="不在本地", now=now
    )


def _to_the_bank(payer, now):
    # The factory's accounts carry no true hash; the bank's answer is compared by it.
    PayeeAccount.objects.update(number_hash=keyed_hash("6222021234567890123", ACCOUNT_HASH))
    batch = released(payer)
    outcomes = {1: LineOutcome.PAID, 2: LineOutcome.FAILED}
    content = delimited.render_answer(answers(batch, outcomes), DAY)
    payments.receive_return_file(name="hp.txt", content=content, by=payer[0], now=now)
    payments.receive_return_file(name="cut.txt", content=content[:80], by=payer[0], now=now)
    ExceptionCase.objects.update(line=batch.attempts.order_by("pk")[0].lines.get())


def _beside_claims(claim, now):
    officer, organisation = UserFactory(), OrganisationFactory()
    Bundle.objects.create(person=claim.person, made_by=claim.person.user, made_at=now)
    ConflictOfInterest.objects.create(
        user=officer, person=claim.person, relation="配偶", declared_by=officer, declared_at=now
    )
    roster = Roster.objects.create(
        claim=claim, name="名单.xlsx", sha256="1" * 64, total=1, made_by=officer, made_at=now
    )
    RosterRow.objects.create(
        roster=roster, row=1, name="王芳", number="510108199001011234", entry=claim.entries.get()
    )
    account_of(organisation=organisation)


def _policies_and_offers():
    item = PolicyVersionFactory().policy.item
    GuardFactory(draft=True, items=[item], replaces=GuardFactory(items=[item]))
    published = PolicyVersionFactory(published=True)
    PolicyVersionFactory(policy=published.policy, number=2)
    offered(claimant())
    assert MatchRun.objects.exists()
    Claim.objects.filter(state="submitted").update(offer=Offer.objects.first())


def _budget(line, payer, now):
    change = budgets.request_change(
        kind="allot", line=line, amount_fen=500, document="成财社〔2026〕1号", reason="", by=payer[0], now=now
    )
    budgets.decide_change(change_id=change.pk, approve=True, note="", by=payer[1], now=now)


def _cash(line, payer, now):
    """Cash without a batch, booked and not yet; a paying account that waits; a payment made twice."""
    for number, confirmed in enumerate((True, False)):
        cash = CashMovement.objects.create(
            direction="in", line=line, amount_fen=100, moved_on=DAY, reference=f"LS{number}", recorded_by=payer[0],
            recorded_at=now, confirmed_by=payer[1] if confirmed else None, confirmed_at=now if confirmed else None,
        )  # fmt: skip
        if confirmed:
            ExceptionCase.objects.update(cash=cash)
    Payer.objects.create(
        region=line.region, name="专户", account="510000", effective_from=DAY, made_by=payer[0], made_at=now
    )
    paid = PaymentAttempt.objects.filter(state="paid").first()
    RecoveryOrder.objects.create(
        number="ZH2", payable=paid.payable, attempt=paid, region=paid.payable.region, cause="paid_twice",
        reasons="重复到账", amount_fen=paid.amount_fen, proposed_by=payer[0], proposed_at=now,
    )  # fmt: skip


def _recovered(payable, payer, now):
    order = RecoveryOrder.objects.create(
        number="ZH1",
        payable=payable,
        entitlement=Entitlement.objects.get(claim=payable.claim),
        region=payable.region,
        cause="our_error",
        reasons="多发",
        amount_fen=1000,
        recovered_fen=500,
        planned_from_fen=500,
        state="issued",
        due_on=DAY,
        proposed_by=payer[0],
        proposed_at=now,
        issued_by=payer[1],
        issued_at=now,
    )
    Instalment.objects.create(order=order, sequence=1, due_on=DAY, amount_fen=500)
    Receipt.objects.create(
        order=order,
        amount_fen=500,
        received_on=DAY,
        reference="SK1",
        recorded_by=payer[0],
        recorded_at=now,
        confirmed_by=payer[1],
        confirmed_at=now,
    )


def _opened(payer, now):
    opening = OpeningImport.objects.create(
        region=RegionFactory(code="5101"),
        source="旧系统",
        name="历史.xlsx",
        sha256="2" * 64,
        state="applied",
        made_by=payer[0],
        made_at=now,
        approved_by=payer[1],
        applied_at=now,
    )
    row = OpeningRow.objects.create(
        batch=opening, number=1, kind="benefit", source="旧系统", source_id="1", payload="{}", applied=True
    )
    granted = Entitlement.objects.order_by("pk").first()
    Entitlement.objects.create(
        opening=row,
        item=granted.item,
        region=granted.region,
        period=DateRange(date(2020, 1, 1), date(2020, 2, 1)),
        amount_fen=1,
        granted_at=now,
    )
