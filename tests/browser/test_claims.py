"""In Chromium: a person's claim from start to decision letter, an employer's roster, a claim at the counter.

Correction, refusal and appeal are on the way; every page is scanned at both widths, with ``--matrix`` in every look.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.models import OutboxMessage
from subsidies.claims import actions
from subsidies.claims.enums import Channel, ClaimState, Verdict
from subsidies.claims.models import Appeal, Claim
from tests.browser.scan import look
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory
from tests.factories.papers import picture
from tests.factories.people import SpellFactory
from tests.factories.subsidies_claims import (
    Officers,
    account_of,
    claimant,
    money_for,
    pass_step,
    policy_version,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def submit(page, within="main"):
    page.click(f"{within} .form__actions button.btn--primary")


def follow(page, name, *args):
    page.click(f"main a[href^='{url(name, *args)}']")


def decide(claim, by, verdict, note=""):
    claim.refresh_from_db()
    return actions.decide_step(claim_id=claim.pk, verdict=verdict, note=note, by=by, now=timezone.now())


@WIDTHS
def test_a_person_claims_corrects_is_refused_and_appeals(page_as, wide, looks, tmp_path):
    person, version, staff = claimant(), policy_version(), Officers()
    size = "1440" if wide else "390"
    page = page_as(person.user, wide=wide, **looks)
    paper = tmp_path / "contract.png"
    paper.write_bytes(picture("contract.png").read())

    page.goto(url("my_claims"))
    look(page, f"claims-none-{size}")
    page.goto(url("policy", version.policy.public_id))
    look(page, f"policy-public-{size}")
    follow(page, "start_claim", version.public_id)
    look(page, f"claim-start-{size}")
    submit(page)
    page.wait_for_url("**/tasks/")
    claim = Claim.objects.get()
    look(page, f"claim-tasks-{size}")
    _fills_in(page, claim, person, paper, size)
    follow(page, "claim_check", claim.public_id)
    look(page, f"claim-check-{size}")
    submit(page)
    page.wait_for_selector(".error-summary")
    look(page, f"claim-check-refused-{size}")
    page.check("[name=agree]")
    submit(page)
    page.wait_for_url("**/sent/")
    look(page, f"claim-sent-{size}")

    decide(claim, staff.clerk, Verdict.CORRECT, "请补交合同第二页")
    page.goto(url("claim", claim.public_id))
    assert "请补交合同第二页" in page.inner_text("main")
    look(page, f"claim-correction-{size}")
    follow(page, "claim_tasks", claim.public_id)
    look(page, f"claim-correcting-{size}")
    follow(page, "claim_check", claim.public_id)
    page.check("[name=agree]")
    submit(page)
    page.wait_for_url("**/sent/")

    pass_step(Claim.objects.get(), staff.clerk)
    decide(claim, staff.first, Verdict.REFUSE, "不在本市求职")
    page.goto(url("claim", claim.public_id))
    look(page, f"claim-refused-{size}")
    decision = claim.decisions.get()
    follow(page, "own_letter", decision.public_id)
    look(page, f"claim-letter-{size}")
    page.goto(url("claim", claim.public_id))
    follow(page, "appeal_claim", claim.public_id)
    look(page, f"claim-appeal-{size}")
    page.fill("textarea[name=text]", "本人一直在本市求职，有登记记录。")
    submit(page)
    page.wait_for_url(f"**{url('claim', claim.public_id)}")
    look(page, f"claim-appealed-{size}")
    page.goto(url("my_claims"))
    look(page, f"claims-list-{size}")

    assert Appeal.objects.get().claim == claim
    claim.refresh_from_db()
    assert (claim.state, claim.round) == (ClaimState.REFUSED, 2)


def _fills_in(page, claim, person, paper, size):
    page.goto(url("claim_data", claim.public_id))
    look(page, f"claim-data-{size}")
    submit(page)
    page.wait_for_url("**/tasks/")
    page.goto(url("claim_papers", claim.public_id))
    look(page, f"claim-papers-{size}")
    page.set_input_files("#file-contract", paper)
    page.locator("form:has(#file-contract) button[type=submit]").click()
    page.wait_for_selector(".task-list__item")
    look(page, f"claim-papers-one-{size}")
    page.goto(url("claim_account", claim.public_id))
    look(page, f"claim-account-{size}")
    page.fill("[name=bank_name]", "成都银行")
    page.fill("[name=number]", "6217856100012345672")
    submit(page)
    page.wait_for_url("**/tasks/")


@WIDTHS
def test_a_granted_claim_shows_its_letter(page_as, wide, looks):
    from tests.factories.subsidies_claims import approved

    claim = approved()
    size = "1440" if wide else "390"
    page = page_as(claim.person.user, wide=wide, **looks)

    page.goto(url("claim", claim.public_id))
    look(page, f"claim-granted-{size}")
    follow(page, "own_letter", claim.decisions.get().public_id)
    look(page, f"letter-granted-{size}")

    assert claim.decisions.get().number in page.inner_text("main")


@WIDTHS
def test_an_employer_claims_for_a_roster_with_a_result_per_row(page_as, wide, looks, tmp_path):
    member = MemberFactory()
    version = policy_version(
        subject="employment", region_basis="work", guards=[("person", False)], evidence=[]
    )
    here = _employee(member.organisation)
    old = _employee(member.organisation, birth_date=timezone.localdate().replace(year=1950))
    account_of(organisation=member.organisation)
    size = "1440" if wide else "390"
    roster = tmp_path / "名单.csv"
    rows = [(here.name, here.id_number), (old.name, old.id_number), ("=错名", "510108199503121111")]
    roster.write_text("姓名,身份证号码\n" + "".join(f"{name},{number}\n" for name, number in rows))
    page = page_as(member.user, wide=wide, **looks)

    page.goto(url("start_claim", version.public_id))
    submit(page)
    page.wait_for_url("**/tasks/")
    claim = Claim.objects.get()
    look(page, f"roster-tasks-{size}")
    follow(page, "claim_roster", claim.public_id)
    look(page, f"roster-empty-{size}")
    page.set_input_files("input[type=file]", roster)
    page.click("form[enctype] button[type=submit]")
    page.wait_for_url(re.compile(r"/roster/\w{6,}/$"))
    look(page, f"roster-result-{size}")
    page.goto(url("claim_roster", claim.public_id))
    look(page, f"roster-filled-{size}")
    page.goto(url("claim_data", claim.public_id))
    look(page, f"roster-data-{size}")
    submit(page)
    page.goto(url("claim_check", claim.public_id))
    look(page, f"roster-check-{size}")
    page.check("[name=agree]")
    submit(page)
    page.wait_for_url("**/sent/")
    page.goto(url("claim", claim.public_id))
    look(page, f"roster-claim-{size}")

    claim.refresh_from_db()
    assert (claim.state, claim.amount_fen) == (ClaimState.SUBMITTED, 150_000)


def _employee(organisation, **values):
    person = claimant(user=None, **values)
    person.work_region = organisation.region
    person.save()
    SpellFactory(person=person, status="employed", employer=organisation, region=organisation.region)
    return person


@WIDTHS
def test_a_clerk_claims_for_the_person_at_the_counter(page_as, wide, looks):
    person, version = claimant(), policy_version()
    account_of(person=person)
    clerk = UserFactory(street_clerk=True, region=person.residence_region)
    size = "1440" if wide else "390"
    page = page_as(clerk, wide=wide, **looks)

    page.goto(reverse("people:sitting_new", args=[person.public_id]))
    page.fill("[name=purpose]", "申领求职补贴")
    submit(page)
    page.wait_for_url("**/code/")
    page.fill("[name=code]", re.search(r"\d{6}", OutboxMessage.objects.get(kind="sitting_code").body).group())
    submit(page)
    page.wait_for_url("**/me/record/")
    page.goto(url("start_claim", version.public_id))
    look(page, f"counter-start-{size}")
    submit(page)
    page.wait_for_url("**/tasks/")
    claim = Claim.objects.get()
    page.goto(url("claim_data", claim.public_id))
    submit(page)
    page.goto(url("claim_papers", claim.public_id))
    page.click(f"form[action='{url('claim_commitment', claim.public_id)}'] button")
    page.goto(url("claim_check", claim.public_id))
    look(page, f"counter-check-{size}")
    page.check("[name=agree]")
    submit(page)
    page.wait_for_url("**/sent/")
    look(page, f"counter-sent-{size}")

    claim.refresh_from_db()
    assert (claim.person, claim.maker, claim.channel) == (person, clerk, Channel.COUNTER)


def test_an_expired_session_loses_nothing_of_the_draft(page_as, looks):
    person, version = claimant(), policy_version()
    page = page_as(person.user, wide=False, **looks)

    page.goto(url("start_claim", version.public_id))
    submit(page)
    page.wait_for_url("**/tasks/")
    claim = Claim.objects.get()
    page.goto(url("claim_data", claim.public_id))
    page.fill("textarea[name=note]", "已搬到成华区")
    page.context.clear_cookies(name="sessionid")
    submit(page)
    page.wait_for_load_state()
    look(page, "claim-session-over-390")

    assert claim.pk == Claim.objects.get().pk
    assert page.url.startswith(page.url.split("/accounts/")[0])


def test_two_tabs_and_two_presses_hand_in_once(page_as, looks):
    person, version = claimant(), policy_version(evidence=[])
    account_of(person=person)
    money_for(version)
    tabs = [page_as(person.user, **looks) for _number in range(2)]
    tabs[0].goto(url("start_claim", version.public_id))
    submit(tabs[0])
    tabs[0].wait_for_url("**/tasks/")
    claim = Claim.objects.get()
    tabs[0].goto(url("claim_data", claim.public_id))
    submit(tabs[0])
    for tab in tabs:
        tab.goto(url("claim_check", claim.public_id))
        tab.check("[name=agree]")

    for tab in tabs:
        submit(tab)
        tab.wait_for_load_state()

    claim.refresh_from_db()
    assert (claim.state, Claim.objects.count()) == (ClaimState.SUBMITTED, 1)
    assert claim.submitted_at > timezone.now() - timedelta(minutes=5)
    assert tabs[1].locator("h1").count() == 1
    look(tabs[1], "claim-second-tab-1440")
