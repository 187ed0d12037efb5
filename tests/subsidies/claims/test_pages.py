"""The pages of a claim: a person's way from policy to claim, the officer's way through the queue."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from subsidies.claims import actions
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Appeal, Claim, ConflictOfInterest
from tests.factories.accounts import UserFactory
from tests.factories.papers import picture
from tests.factories.subsidies_claims import (
    Officers,
    approved,
    at_step,
    claimant,
    made_by,
    policy_version,
    submitted,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def post(client, name, *args, **data):
    return client.post(url(name, *args), data)


def test_a_person_claims_from_the_policy_to_the_number(client):
    person, version = claimant(), policy_version()
    client.force_login(person.user)

    assert version.policy.item.name in client.get(url("start_claim", version.public_id)).content.decode()
    post(client, "start_claim", version.public_id)
    claim = Claim.objects.get()
    assert client.get(url("claim_tasks", claim.public_id)).status_code == 200
    assert client.get(url("claim_data", claim.public_id)).status_code == 200
    post(client, "claim_data", claim.public_id, note="")
    assert client.get(url("claim_papers", claim.public_id)).status_code == 200
    post(client, "claim_papers", claim.public_id, code="contract", file=picture("contract.png"))
    assert client.get(url("claim_account", claim.public_id)).status_code == 200
    post(
        client, "claim_account", claim.public_id,
        holder=person.name, bank_name="成都银行", number="6217856100012345672", bank_code="",
    )  # fmt: skip
    assert "¥" in client.get(url("claim_check", claim.public_id)).content.decode()
    sent = post(client, "claim_check", claim.public_id, agree="on")

    claim.refresh_from_db()
    assert sent.url == url("claim_sent", claim.public_id)
    assert claim.state == ClaimState.SUBMITTED
    assert claim.number in client.get(sent.url).content.decode()
    assert claim.number in client.get(url("my_claims")).content.decode()
    assert client.get(url("claim", claim.public_id)).status_code == 200
    assert client.get(url("print_claim", claim.public_id)).status_code == 200


def test_what_is_held_wrongly_is_declared_and_kept(client):
    person = claimant()
    claim = made_by(person, policy_version())
    client.force_login(person.user)

    refused = post(client, "claim_data", claim.public_id, wrong_0="on", note="")
    post(client, "claim_data", claim.public_id, wrong_0="on", value_0="40", note="见身份证")

    claim.refresh_from_db()
    assert refused.status_code == 422
    assert claim.declared["facts"] == {"person.age": 40}


def test_a_disguised_paper_is_refused_with_a_sentence(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    person = claimant()
    claim = made_by(person, policy_version())
    client.force_login(person.user)

    answer = post(
        client, "claim_papers", claim.public_id, code="contract", file=SimpleUploadedFile("a.pdf", b"MZ")
    )

    assert answer.status_code == 422
    assert not claim.evidence.exists()


def test_a_stranger_finds_none_of_it(client):
    claim = submitted()
    client.force_login(UserFactory())

    for name in ("claim", "claim_tasks", "print_claim", "claim_sent", "claim_data"):
        assert client.get(url(name, claim.public_id)).status_code == 404


def test_a_person_without_a_record_is_sent_to_make_one(client):
    version = policy_version()
    client.force_login(UserFactory())

    assert client.get(url("start_claim", version.public_id)).status_code == 200
    assert post(client, "start_claim", version.public_id).url == reverse("people:record")
    assert client.get(url("my_claims")).status_code == 200


def test_a_claim_is_withdrawn_from_its_page(client):
    claim = submitted()
    client.force_login(claim.person.user)

    post(client, "withdraw_claim", claim.public_id, reason="另行申请")

    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN
    for name in ("claim", "print_claim"):
        assert "已撤回" in client.get(url(name, claim.public_id)).content.decode()
    assert "已撤回" in client.get(url("my_claims")).content.decode()


def test_a_refusal_shows_its_reason_and_takes_an_appeal(client):
    officers = Officers()
    claim = at_step("first_review", officers=officers)
    actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.REFUSE, note="合同不足一年", by=officers.first, now=timezone.now()
    )
    client.force_login(claim.person.user)

    page = client.get(url("claim", claim.public_id)).content.decode()
    assert "合同不足一年" in page
    assert client.get(url("appeal_claim", claim.public_id)).status_code == 200
    assert post(client, "appeal_claim", claim.public_id, text="").status_code == 422
    post(client, "appeal_claim", claim.public_id, text="合同有一年")

    appeal = Appeal.objects.get()
    client.force_login(officers.city)
    assert "合同有一年" in client.get(url("staff_appeal", appeal.public_id)).content.decode()
    post(client, "staff_appeal", appeal.public_id, uphold="yes", answer="重新审核")
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_a_correction_is_shown_with_its_day_and_handed_in_again(client):
    officers, claim = Officers(), submitted()
    actions.decide_step(
        claim_id=claim.pk, verdict=Verdict.CORRECT, note="请补第二页", by=officers.clerk, now=timezone.now()
    )
    client.force_login(claim.person.user)

    assert "请补第二页" in client.get(url("claim", claim.public_id)).content.decode()
    assert "请补第二页" in client.get(url("claim_tasks", claim.public_id)).content.decode()
    post(client, "claim_check", claim.public_id, agree="on")

    claim.refresh_from_db()
    assert (claim.state, claim.round) == (ClaimState.SUBMITTED, 2)


def test_the_queue_masks_names_and_opens_a_case(client):
    officers, claim = Officers(), submitted(clean=False)
    client.force_login(officers.clerk)

    page = client.get(url("staff_claims")).content.decode()
    case = client.get(url("staff_claim", claim.public_id)).content.decode()

    assert claim.number in page
    assert claim.person.name not in page
    assert claim.person.name in case
    assert claim.person.id_number not in case
    assert AuditEntry.objects.filter(action="claim.view", actor=officers.clerk).exists()


def test_the_whole_number_is_shown_only_for_a_reason(client):
    officers, claim = Officers(), submitted()
    client.force_login(officers.clerk)

    without = post(client, "reveal_claimant", claim.public_id, reason="")
    shown = post(client, "reveal_claimant", claim.public_id, reason="与合同核对").content.decode()

    assert without.status_code == 302
    assert claim.person.id_number in shown
    assert AuditEntry.objects.filter(action="people.reveal_number", reason="与合同核对").exists()


def test_the_next_case_is_the_one_after_this_and_the_place_in_the_list_is_kept(client):
    staff, version = Officers(), policy_version()
    first, second, third = (submitted(version=version) for _number in range(3))
    ConflictOfInterest.objects.create(
        user=staff.clerk,
        person=third.person,
        relation="配偶",
        declared_by=staff.clerk,
        declared_at=timezone.now(),
    )
    client.force_login(staff.clerk)
    place = f"?item={version.policy.item.code}&text=SQ&page=1"

    def decided(claim):
        said = {"verdict": "pass", "note": "", "seen": content_sha256(claim), "next": "1"}
        return client.post(url("decide_claim", claim.public_id) + place, said).url

    page = client.get(url("staff_claim", second.public_id) + place)
    anew = client.post(url("recalculate_claim", second.public_id) + place).url
    second.refresh_from_db()
    after_second, after_first = decided(second), decided(first)

    assert page.context["close_url"] == f"{url('staff_claims')}{place}#c-{second.public_id}"
    assert f'id="c-{second.public_id}"' in page.content.decode()
    assert anew == url("staff_claim", second.public_id) + place
    assert after_second == url("staff_claim", first.public_id) + place  # the third is kept from the clerk
    assert after_first == url("staff_claims") + place


def test_a_verdict_leads_to_the_next_case(client):
    officers, version = Officers(), policy_version()
    first, second = submitted(version=version), submitted(version=version)
    client.force_login(officers.clerk)

    answer = post(
        client, "decide_claim", first.public_id,
        verdict="pass", note="", seen=content_sha256(first), next="1",
    )  # fmt: skip

    assert answer.url == url("staff_claim", second.public_id)
    first.refresh_from_db()
    assert first.step == "first_review"


def test_a_refused_verdict_is_shown_again_with_its_sentence(client):
    officers, claim = Officers(), submitted()
    client.force_login(officers.clerk)

    answer = post(
        client, "decide_claim", claim.public_id, verdict="not_accept", note="", seen=content_sha256(claim)
    )
    stale = post(client, "decide_claim", claim.public_id, verdict="pass", note="", seen="0" * 64)

    assert answer.status_code == stale.status_code == 422
    assert claim.approvals.count() == 0


def test_an_officer_of_another_region_finds_nothing(client):
    from tests.factories.regions import RegionFactory

    claim = submitted()
    client.force_login(UserFactory(district_officer=True, region=RegionFactory(code="510104")))

    assert client.get(url("staff_claim", claim.public_id)).status_code == 404
    assert claim.number not in client.get(url("staff_claims")).content.decode()


def test_a_case_with_a_declared_conflict_is_kept_from_the_officer(client):
    officers, claim = Officers(), submitted()
    client.force_login(officers.clerk)

    post(client, "staff_conflicts", number=claim.person.id_number, relation="配偶")

    assert client.get(url("staff_claim", claim.public_id)).status_code == 404
    assert claim.person.name in client.get(url("staff_conflicts")).content.decode()
    unknown = post(client, "staff_conflicts", number="123", relation="配偶")
    assert unknown.status_code == 422


def test_the_export_is_a_spreadsheet_without_formulas_and_is_recorded(client):
    officers, claim = Officers(), submitted()
    claim.item.name = "=cmd|' /C calc'!A0"
    claim.item.save()
    client.force_login(officers.clerk)

    answer = client.post(url("export_claims"), {})

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert claim.number in cells
    assert "'=cmd|' /C calc'!A0" in cells
    assert AuditEntry.objects.filter(action="claim.export_queue").exists()


def test_the_queue_does_not_ask_more_with_more_claims(client, django_assert_max_num_queries):
    officers, version = Officers(), policy_version()
    submitted(version=version)
    client.force_login(officers.clerk)
    client.get(url("staff_claims"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url("staff_claims"))
    for _n in range(4):
        submitted(version=version)

    with django_assert_max_num_queries(len(few)):
        client.get(url("staff_claims"))


@pytest.mark.parametrize(
    "query",
    [
        "show=clean",
        "show=findings",
        "show=overdue",
        "step=acceptance",
        "text=SQ",
        "region=510108001",
        "item=none",
    ],
)
def test_every_filter_of_the_queue_answers(client, query):
    submitted()
    client.force_login(Officers().clerk)

    assert client.get(f"{url('staff_claims')}?{query}").status_code == 200


def test_an_approved_claim_shows_its_decision(client):
    claim = approved()
    client.force_login(claim.person.user)

    page = client.get(url("claim", claim.public_id)).content.decode()

    assert claim.decisions.get().number in page
