"""One subsidy from the wording to the money in a real browser, with each refusal on the way.

A policy is written and published by two people, finds its people, is confirmed on a phone, decided by four officers,
put on notice, paid by three finance officers; one payment comes back, the account is corrected, and it arrives.
"""

from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.core.encryption import keyed_hash
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from subsidies.budgets import actions as budgets
from subsidies.budgets.models import Fund
from subsidies.claims.actions import offers as claims_of_offers
from subsidies.claims.models import Claim
from subsidies.matching import actions as matching
from subsidies.matching.models import Offer
from subsidies.notices import actions as notices
from subsidies.notices.models import Notice, Objection
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import Batch, Payable, PayeeAccount
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.reference import lay_down_guard
from tests.browser.acting import confirm, submit
from tests.browser.scan import choose_region
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import STEPS, Officers, claimant, money_for
from tests.factories.subsidies_payments import answers, officers, payer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
FEN = 150_000


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


@pytest.fixture
def spool(settings, tmp_path):
    settings.BANK_SPOOL = tmp_path / "bank"
    return settings.BANK_SPOOL


@pytest.fixture
def item():
    Fund.objects.get_or_create(
        code="employment", defaults={"name": "就业补助资金", "name_en": "Employment subsidy fund"}
    )
    item = SubsidyItem.objects.create(
        code="flow",
        name="一次性求职补贴",
        name_en="Job-search subsidy",
        notice_name="求职补贴",
        subject="person",
    )
    lay_down_guard(code="flow-once", scope="person", lifetime=True, items=[item])
    return item


@pytest.fixture
def people():
    """Two who live in the street, each with a phone and a number."""
    return [claimant(name="王小芳"), claimant(name="李建国")]


def test_from_the_wording_of_a_policy_to_the_money_in_the_account(
    page_as, looks, words, spool, item, people, tmp_path
):
    page_as = partial(page_as, **looks)
    staff, payers = Officers(), officers()
    payer()
    own_case = _own_case(staff)

    version = _policy_is_written_and_published(page_as, item)
    matching.match_version(version_id=version.pk, day=timezone.localdate())
    claims = [_confirmed_on_the_phone(page_as, version, person) for person in people]
    _nobody_decides_the_own_case(page_as, version, own_case)
    line = money_for(version, fen=0)
    for claim in claims:
        _decided_by_four(page_as, claim, staff, line, payers)
    notice = _noticed(page_as, claims, staff)
    _objection_holds_the_payment(page_as, notice, claims, staff)
    batch = _batched(page_as, item, payers)
    _first_is_paid_second_comes_back(page_as, batch, payers, tmp_path)
    _account_corrected_and_paid_again(page_as, words, people[1], item, payers, tmp_path)

    assert set(Payable.objects.values_list("state", flat=True)) == {"paid"}
    held = {kind: fen for (_line, kind), fen in balances(SUBSIDIES, [line.pk]).items() if fen}
    assert held[AccountKind.PAID] == 2 * FEN
    assert set(held) == {AccountKind.APPROPRIATION, AccountKind.PAID}
    assert list(findings()) == []


def _own_case(staff):
    clerk = UserFactory(street_clerk=True, region=staff.street)
    return PersonFactory(
        user=clerk,
        with_number=True,
        name="赵敏",
        residence_region=staff.street,
        household_region=staff.street,
    )


def _policy_is_written_and_published(page_as, item):
    writer, publisher = (
        UserFactory(policy_officer=True, region=RegionFactory(code="5101")) for _ in range(2)
    )
    desk = page_as(writer)
    desk.goto(url("new_policy"))
    desk.select_option("select[name=item]", str(item.pk))
    choose_region(desk, "region", "成都")
    submit(desk)
    desk.wait_for_url("**/edit/heading/")
    version = PolicyVersion.objects.get(policy__item=item)
    _write(desk, version)
    desk.goto(url("policy_version", version.public_id))
    desk.click(f"form[action='{url('submit_policy', version.public_id)}'] button")
    desk.wait_for_selector(".messages")
    assert desk.locator("#publish").count() == 0, "whoever wrote it does not publish it"

    second = page_as(publisher)
    second.goto(url("policy_version", version.public_id))
    confirm(second, "publish")
    second.wait_for_selector(".messages")

    version.refresh_from_db()
    assert (version.state, version.published_by) == ("published", publisher)
    return version


def _write(desk, version):
    desk.fill("textarea[name=summary]", "在本市求职的人员可以领取一次。")
    desk.fill("textarea[name=legal_basis]", "川人社规〔2026〕1号")
    desk.fill("input[name=effective_from]", timezone.localdate().isoformat())
    submit(desk)
    desk.goto(url("edit_policy_part", version.public_id, "conditions") + "?into=&fact=person.age")
    desk.select_option("select[name=op]", "ge")
    desk.fill("input[name=value]", "16")
    desk.fill("input[name=article]", "第一条")
    submit(desk, "#condition")
    desk.goto(url("edit_policy_part", version.public_id, "amount") + "?kind=fixed")
    desk.fill("input[name=fen]", "1500")
    submit(desk)
    desk.goto(url("edit_policy_part", version.public_id, "rules"))
    desk.select_option("select[name=region_basis]", "residence")
    desk.select_option("select[name=fund]", "employment")
    desk.fill("input[name=correction_working_days]", "10")
    desk.fill("input[name=notice_working_days]", "5")
    desk.fill("input[name=payment_working_days]", "15")
    desk.check("input[name=without_application]")
    submit(desk)
    for place, step in enumerate(STEPS):
        # A draft begins with three empty rows; saving gives three more.
        if place == 3 or not desk.url.endswith("/steps/"):
            if place == 3:
                submit(desk)
            desk.goto(url("edit_policy_part", version.public_id, "steps"))
        desk.select_option(f"select[name=form-{place}-name]", step["name"])
        desk.select_option(f"select[name=form-{place}-role]", step["role"])
        desk.fill(f"input[name=form-{place}-working_days]", str(step["working_days"]))
    submit(desk)
    desk.wait_for_load_state()


def _confirmed_on_the_phone(page_as, version, person):
    offer = Offer.objects.get(version=version, person=person)
    phone = page_as(person.user, wide=False)
    phone.goto(url("for_me"))
    assert {offer.item.name, offer.item.name_en} & set(phone.locator("h2").all_inner_texts())
    phone.goto(url("offer", offer.public_id))
    phone.fill("input[name=bank_name]", "成都银行")
    phone.fill(
        "input[name=number]", "6217856100012345672" if person.name == "王小芳" else "6222021001116245702"
    )
    submit(phone)
    assert phone.locator(".field__error, .error-summary").count() > 0, "without the commitment it is refused"
    phone.check("input[name=agree]")
    submit(phone)
    phone.wait_for_selector("main h1")
    claim = Claim.objects.get(offer=offer)
    assert claim.state == "submitted"
    return claim


def _nobody_decides_the_own_case(page_as, version, clerk):
    offer = Offer.objects.get(version=version, person=clerk)
    account = PayeeAccount.objects.create(
        person=clerk, holder=clerk.name, bank_name="成都银行", number="6217856100012345673",
        number_hash=keyed_hash("6217856100012345673", "payee_account"), tail="5673", made_by=clerk.user,
        made_at=timezone.now(),
    )  # fmt: skip
    claim = claims_of_offers.create_claim_from_offer(
        offer_id=offer.pk, account_id=account.pk, by=clerk.user, now=timezone.now()
    )
    desk = page_as(clerk.user)

    assert desk.goto(url("staff_claim", claim.public_id)).status == 404, "nobody sees an own case as staff"


def _decided_by_four(page_as, claim, staff, line, payers):
    first_claim = line.claims.count() == 0
    for step in ("acceptance", "first_review", "second_review"):
        _passes(page_as(staff.of(step)), claim)
    again = page_as(staff.first)
    again.goto(url("staff_claim", claim.public_id))
    assert again.locator("input[name=verdict]").count() == 0, "nobody decides two steps of a claim"

    city = page_as(staff.city)
    claim.refresh_from_db()
    assert claim.step == "city_review"
    if first_claim:
        _passes(city, claim, refused=True)
        claim.refresh_from_db()
        assert claim.step == "city_review", "without money in the budget nothing is approved"
        change = budgets.request_change(
            kind="allot", line=line, amount_fen=2 * FEN, document="成财社〔2026〕1号", reason="", by=payers[0],
            now=timezone.now(),
        )  # fmt: skip
        budgets.decide_change(change_id=change.pk, approve=True, note="", by=payers[1], now=timezone.now())
    _passes(city, claim)
    claim.refresh_from_db()
    assert claim.state == "approved"
    assert claim.approvals.values("by").distinct().count() == 4


def _passes(desk, claim, *, refused=False):
    desk.goto(url("staff_claim", claim.public_id))
    form = f"form[action*='{url('decide_claim', claim.public_id)}']"
    desk.check(f"{form} input[name=verdict][value=pass]")
    with desk.expect_response("**/decide/*") as answer:
        desk.click(f"{form} button:not([name=next])")
    assert answer.value.status == (422 if refused else 302)


def _noticed(page_as, claims, staff):
    desk = page_as(staff.first)
    desk.goto(url("staff_notices"))
    desk.click("a[href*='/staff/notices/new/']")
    desk.fill("[name=standard]", "每人 1500 元")
    desk.fill("[name=contact]", "成华区公共就业服务中心 028-00000000")
    submit(desk)
    confirm(desk, "publish")
    desk.wait_for_selector(".messages")
    notice = Notice.objects.get()
    assert notice.entries.count() == len(claims)
    return notice


def _objection_holds_the_payment(page_as, notice, claims, staff):
    visitor = page_as(None, wide=False)
    visitor.goto(url("notice", notice.public_id))
    line = notice.entries.get(claim=claims[1])
    assert claims[1].person.name not in visitor.inner_text("main")
    visitor.click(f"a[href='{url('object_to', notice.public_id, line.row)}']")
    visitor.fill("input[name=name]", "陈光明")
    visitor.fill("input[name=phone]", "13912345678")
    visitor.fill("textarea[name=text]", "此人在外地工作，不在本市求职。")
    submit(visitor)
    visitor.wait_for_selector("main h1")
    objection = Objection.objects.get()

    notices.close_due_notices(now=timezone.now())
    assert not Payable.objects.exists(), "the window is open"
    notices.close_due_notices(now=notice.closes_at + timedelta(seconds=1))
    assert Payable.objects.get().claim == claims[0], "an open objection holds its payment"

    desk = page_as(UserFactory(district_officer=True, region=staff.street.parent))
    desk.goto(url("objection", objection.public_id))
    desk.check("input[name=verdict][value=reject]")
    desk.fill("textarea[name=answer]", "经核实，其在本市求职登记。")
    submit(desk)
    desk.wait_for_load_state()
    assert Payable.objects.count() == 2


def _batched(page_as, item, payers):
    maker, checker, releaser = (page_as(payer) for payer in payers)
    maker.goto(url("payables"))
    maker.click(f"form[action='{url('make_batch')}'] button")
    maker.wait_for_url("**/batches/*/")
    batch = Batch.objects.latest("pk")
    assert maker.locator("#check").count() == 0, "the maker does not check"
    checker.goto(url("batch", batch.public_id))
    confirm(checker, "check")
    checker.wait_for_selector(".messages")
    assert checker.locator("#release").count() == 0, "the checker does not release"
    releaser.goto(url("batch", batch.public_id))
    confirm(releaser, "release")
    releaser.wait_for_selector(".messages")
    confirm(releaser, "send")
    releaser.wait_for_selector(".messages")
    batch.refresh_from_db()
    assert batch.state == "sent"
    return batch


def _answer(page_as, payer, batch, outcomes, tmp_path):
    file = tmp_path / f"{batch.number}.txt"
    file.write_bytes(delimited.render_answer(answers(batch, outcomes), date(2026, 11, 24)))
    desk = page_as(payer)
    desk.goto(url("return_files"))
    desk.set_input_files("input[type=file]", file)
    submit(desk)
    desk.wait_for_url("**/returns/*/")
    return desk


def _first_is_paid_second_comes_back(page_as, batch, payers, tmp_path):
    desk = _answer(page_as, payers[0], batch, {1: LineOutcome.PAID, 2: LineOutcome.FAILED}, tmp_path)

    assert "账号户名不符" in desk.inner_text("main")
    assert sorted(Payable.objects.values_list("state", flat=True)) == ["paid", "returned"]


def _account_corrected_and_paid_again(page_as, words, person, item, payers, tmp_path):
    phone = page_as(person.user, wide=False)
    phone.goto(url("my_payments"))
    assert "账号户名不符" in phone.inner_text("main")
    phone.goto(url("my_account"))
    phone.fill("input[name=bank_name]", "中国建设银行成都成华支行")
    phone.fill("input[name=number]", "6217003810012345670")
    submit(phone)
    phone.wait_for_load_state()
    assert Payable.objects.get(person=person).state == "open"

    again = _batched(page_as, item, payers)
    assert again.count == 1
    _answer(page_as, payers[1], again, {1: LineOutcome.PAID}, tmp_path)

    phone.goto(url("my_payments"))
    assert words("Paid") in phone.inner_text("main")
