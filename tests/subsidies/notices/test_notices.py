from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.core.calendar import add_working_days, import_calendar, invalidate
from employment_portal.ledger import queries as ledger
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.notifications.models import OutboxMessage
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.notices import actions
from subsidies.notices.enums import NoticeState, ObjectionState
from subsidies.notices.models import Notice, NoticeEntry, Objection
from subsidies.payments.models import Payable
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import Officers, approved, policy_version, submitted

pytestmark = pytest.mark.django_db
WORDS = {"standard": "每人 1500 元", "contact": "武侯区公共就业服务中心 028-00000000"}


@pytest.fixture
def officers():
    return Officers()


@pytest.fixture
def keeper(officers):
    return UserFactory(district_officer=True, region=officers.street.parent)


def drafted(claim, keeper) -> Notice:
    return actions.draft_notice(
        region=RegionFactory(code="510108"), item=claim.item, by=keeper, now=timezone.now(), **WORDS
    )


def published(claim, keeper) -> Notice:
    return actions.publish_notice(notice_id=drafted(claim, keeper).pk, by=keeper, now=timezone.now())


def objection_to(notice: Notice, *, phone: str = "13912345678", row: int = 1) -> Objection:
    entry = notice.entries.get(row=row)
    return actions.file_objection(
        entry_id=entry.pk,
        name="陈光明",
        phone=phone,
        text="此人已在外地参保，不符合条件。",
        now=timezone.now(),
    )


def balance(claim, kind: str) -> int:
    return ledger.balances(SUBSIDIES, [claim.line_id]).get((claim.line_id, kind), 0)


def test_a_draft_masks_everybody_and_names_the_item_without_its_category(officers, keeper):
    claim = approved(officers=officers)

    notice = drafted(claim, keeper)

    line = notice.entries.get()
    assert claim.person.name not in line.masked_name
    assert claim.person.id_number[4:-4] not in line.masked_number
    assert notice.item.notice_name in notice.title
    assert notice.state == NoticeState.DRAFT


@pytest.mark.parametrize(
    ("holidays", "last_day"), [(["04,0", "05,0"], "2027-01-11"), (["02,1"], "2027-01-07")]
)
def test_a_window_into_a_year_without_a_calendar_is_settled_and_never_shortened(officers, holidays, last_day):
    with time_machine.travel("2026-12-31 10:00+08:00"):
        claim = approved(officers=officers)
        keeper = UserFactory(district_officer=True, region=officers.street.parent)
        notice = published(claim, keeper)
    roster = notice.roster_sha256
    waiting = (notice.closes_provisional, actions.settle_provisional_windows())

    days = [f"2027-01-{day},元旦,test" for day in holidays]
    import_calendar(["day,is_working,name,source", *days, "2027-10-01,0,国庆节,test"])
    invalidate()
    settled = actions.settle_provisional_windows()

    notice.refresh_from_db()
    invalidate()
    assert waiting == (True, 0)
    assert settled == 1
    assert (notice.closes_provisional, notice.roster_sha256) == (False, roster)
    assert notice.last_day == date.fromisoformat(last_day)


def test_approved_claims_are_work_until_a_notice_shows_them(officers, keeper):
    claim = approved(officers=officers)
    Claim.objects.filter(pk=claim.pk).update(decided_at=timezone.now() - timedelta(days=1))

    assert (actions.ask_for_notices(), actions.ask_for_notices()) == (1, 1)
    item = WorkItem.objects.open().get(kind="subsidy_notice")
    published(claim, keeper)
    left = actions.ask_for_notices()

    item.refresh_from_db()
    assert list(WorkItem.objects.visible_to(keeper).filter(kind="subsidy_notice")) == [item]
    assert item.due_on == add_working_days(timezone.localdate() - timedelta(days=1), 5)
    assert (left, item.outcome) == (0, "published")


def test_an_officer_of_another_district_drafts_nothing(officers):
    claim = approved(officers=officers)
    stranger = UserFactory(district_officer=True, region=RegionFactory(code="510104"))

    with pytest.raises(TransitionNotAllowed):
        drafted(claim, stranger)


def test_a_claim_stands_on_one_notice_only(officers, keeper):
    claim = approved(officers=officers)
    drafted(claim, keeper)

    with pytest.raises(actions.NothingToNotice):
        drafted(claim, keeper)


@time_machine.travel("2026-11-23 10:00+08:00")
def test_publishing_freezes_the_roster_and_counts_working_days(officers):
    claim = approved(officers=officers)
    keeper = UserFactory(district_officer=True, region=officers.street.parent)

    notice = published(claim, keeper)

    claim.refresh_from_db()
    assert claim.state == ClaimState.NOTICED
    assert notice.last_day.isoformat() == "2026-11-30"
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeEntry.objects.filter(notice=notice).update(amount_fen=1)


def test_nothing_is_handed_over_before_the_window_ends(officers, keeper):
    claim = approved(officers=officers)
    published(claim, keeper)

    assert actions.close_due_notices(now=timezone.now()) == 0

    claim.refresh_from_db()
    assert claim.state == ClaimState.NOTICED
    assert not Payable.objects.exists()


def test_after_the_window_the_claim_becomes_payable_once(officers, keeper):
    claim = approved(officers=officers)
    notice = published(claim, keeper)
    later = notice.closes_at + timedelta(minutes=1)

    first, second = actions.close_due_notices(now=later), actions.close_due_notices(now=later)

    payable = Payable.objects.get()
    assert (first, second) == (1, 0)
    assert payable.amount_fen == claim.amount_fen
    assert balance(claim, AccountKind.PAYABLE) == claim.amount_fen
    assert balance(claim, AccountKind.COMMITTED) == 0


def test_the_database_refuses_a_payable_while_the_notice_is_open(officers, keeper):
    claim = approved(officers=officers)
    notice = published(claim, keeper)
    line = notice.entries.get()

    with pytest.raises(IntegrityError, match="its notice is not closed"), transaction.atomic():
        Payable.objects.create(
            claim=claim,
            notice_entry=line,
            line_id=claim.line_id,
            region=claim.region,
            person=claim.person,
            amount_fen=claim.amount_fen,
            due_on=timezone.localdate(),
            created_at=timezone.now(),
        )


def test_an_open_objection_holds_back_its_own_line_only(officers, keeper):
    version = policy_version()
    first = approved(submitted(version=version), officers=officers)
    second = approved(submitted(version=version), officers=officers)
    notice = published(first, keeper)
    objection_to(notice, row=1)

    actions.close_due_notices(now=notice.closes_at + timedelta(minutes=1))

    assert list(Payable.objects.values_list("claim", flat=True)) == [second.pk]


def test_a_rejected_objection_after_the_end_lets_the_payment_go_on(officers, keeper):
    claim = approved(officers=officers)
    notice = published(claim, keeper)
    objection = objection_to(notice)
    actions.close_due_notices(now=notice.closes_at + timedelta(minutes=1))
    judge = UserFactory(district_officer=True, region=officers.street.parent)

    actions.decide_objection(
        objection_id=objection.pk, uphold=False, answer="经核查，参保记录属实。", by=judge, now=timezone.now()
    )

    assert Payable.objects.get().claim_id == claim.pk
    assert OutboxMessage.objects.filter(kind="objection_answered", address="13912345678").exists()


def test_an_upheld_objection_revokes_the_approval_and_gives_the_money_back(officers, keeper):
    claim = approved(officers=officers)
    available = balance(claim, AccountKind.AVAILABLE)
    notice = published(claim, keeper)
    objection, other = objection_to(notice), objection_to(notice, phone="13987654321")
    judge = UserFactory(district_officer=True, region=officers.street.parent)

    actions.decide_objection(
        objection_id=objection.pk, uphold=True, answer="经核查，不符合条件。", by=judge, now=timezone.now()
    )

    claim.refresh_from_db()
    other.refresh_from_db()
    assert claim.state == ClaimState.REVOKED
    assert other.state == ObjectionState.UPHELD
    assert not claim.entitlements.filter(live=True).exists()
    assert balance(claim, AccountKind.AVAILABLE) == available + claim.amount_fen


def test_whoever_approved_a_claim_does_not_decide_an_objection_to_it(officers, keeper):
    claim = approved(officers=officers)
    objection = objection_to(published(claim, keeper))

    with pytest.raises(TransitionNotAllowed):
        actions.decide_objection(
            objection_id=objection.pk, uphold=False, answer="属实。", by=officers.first, now=timezone.now()
        )


def test_an_answer_says_what_was_found(officers, keeper):
    objection = objection_to(published(approved(officers=officers), keeper))
    judge = UserFactory(district_officer=True, region=officers.street.parent)

    with pytest.raises(actions.AnswerNeeded):
        actions.decide_objection(
            objection_id=objection.pk, uphold=True, answer=" ", by=judge, now=timezone.now()
        )


def test_objections_end_with_the_window(officers, keeper):
    notice = published(approved(officers=officers), keeper)

    with time_machine.travel(notice.closes_at + timedelta(seconds=1)), pytest.raises(actions.NoticeNotOpen):
        objection_to(notice)


def test_the_same_person_objects_to_a_line_once(officers, keeper):
    notice = published(approved(officers=officers), keeper)
    objection_to(notice)

    with pytest.raises(actions.AlreadyObjected):
        objection_to(notice)


def test_a_cancelled_notice_gives_its_claims_back(officers, keeper):
    claim = approved(officers=officers)
    notice = published(claim, keeper)
    with pytest.raises(actions.ReasonNeeded):
        actions.cancel_notice(notice_id=notice.pk, reason="", by=keeper)

    actions.cancel_notice(notice_id=notice.pk, reason="标准写错", by=keeper)

    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED
    assert drafted(claim, keeper).entries.get().claim_id == claim.pk


def test_a_policy_without_notice_pays_without_one(officers):
    claim = approved(submitted(version=policy_version(notice_working_days=0)), officers=officers)

    assert actions.hand_over_without_notice(now=timezone.now()) == 1

    assert Payable.objects.get().claim_id == claim.pk


def test_the_public_page_is_gone_after_the_window(client, officers, keeper):
    notice = published(approved(officers=officers), keeper)
    shown = client.get(f"/notices/{notice.public_id}/")
    actions.close_due_notices(now=notice.closes_at + timedelta(minutes=1))
    actions.take_down_ended(now=timezone.now())

    gone = client.get(f"/notices/{notice.public_id}/")

    assert shown.status_code == 200
    assert gone.status_code == 410
    assert NoticeEntry.objects.filter(notice=notice).exists()


@pytest.mark.parametrize("move", ["publish", "cancel"])
@pytest.mark.parametrize("role", ["street_clerk", "finance_officer", "policy_officer", "audit_admin"])
def test_only_officers_keep_a_notice(officers, keeper, move, role):
    notice = drafted(approved(officers=officers), keeper)
    other = UserFactory(**{role: True}, region=officers.street.parent)
    step = {
        "publish": lambda: actions.publish_notice(notice_id=notice.pk, by=other, now=timezone.now()),
        "cancel": lambda: actions.cancel_notice(notice_id=notice.pk, reason="标准写错", by=other),
    }[move]

    with pytest.raises(TransitionNotAllowed):
        step()
