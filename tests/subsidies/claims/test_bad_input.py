"""Second presses, second tabs and impossible values on the pages of claims: a sentence, and nothing is lost."""

import pytest
from django.urls import reverse

from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Appeal, Bundle, Claim
from tests.factories.subsidies_claims import (
    Officers,
    account_of,
    claimant,
    made_by,
    policy_version,
    submitted,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def test_a_second_press_or_tab_finds_the_claim_handed_in_and_says_so(client):
    claim = made_by(claimant(), policy_version())
    client.force_login(claim.person.user)
    client.post(url("claim_check", claim.public_id), {"agree": "on"})

    for name in ("claim_check", "claim_data", "claim_account", "claim_papers", "claim_commitment"):
        answer = client.post(url(name, claim.public_id), {"agree": "on", "note": "再说一句"}, follow=True)

        assert answer.redirect_chain == [(url("claim", claim.public_id), 302)]
        assert "此前已提交" in answer.content.decode()
    claim.refresh_from_db()
    assert (claim.state, claim.round) == (ClaimState.SUBMITTED, 1)


def test_one_form_pressed_twice_opens_its_claims_once(client):
    person = claimant()
    account_of(person=person)
    policy_version(), policy_version()
    client.force_login(person.user)
    keys = [row.key for row in client.get(url("together")).context["candidates"]]

    first = client.post(url("fill_together"), {"claim": keys, "agree": "on"})
    again = client.post(url("fill_together"), {"claim": keys, "agree": "on"})

    assert (first.status_code, again.status_code) == (302, 422)
    assert again.context["problem"]
    assert (Bundle.objects.count(), Claim.objects.count()) == (1, 2)


def test_the_page_of_what_was_handed_in_together_is_the_persons_own(client):
    person = claimant()
    account_of(person=person)
    policy_version()
    client.force_login(person.user)
    keys = [row.key for row in client.get(url("together")).context["candidates"]]
    sent = client.post(url("fill_together"), {"claim": keys, "agree": "on"}).url

    client.force_login(claimant().user)

    assert client.get(sent).status_code == 404


@pytest.mark.parametrize("subject", ["²", "9" * 30, "-1", "\x00", "abc"])
def test_an_impossible_choice_of_what_to_claim_for_begins_the_usual_draft(client, subject):
    person, version = claimant(), policy_version()
    client.force_login(person.user)

    answer = client.post(url("start_claim", version.public_id), {"subject": subject})

    assert answer.status_code == 302


def test_reasons_longer_than_a_column_are_cut_and_kept(client):
    staff, claim = Officers(), submitted()
    client.force_login(staff.clerk)
    shown = client.post(url("reveal_claimant", claim.public_id), {"reason": "核" * 2000 + "\x00"})

    client.force_login(claim.person.user)
    client.post(url("withdraw_claim", claim.public_id), {"reason": "另" * 2000 + "\x00"})

    claim.refresh_from_db()
    assert shown.status_code == 200
    assert claim.state == ClaimState.WITHDRAWN


def test_an_appeal_pressed_twice_is_one(client):
    from django.utils import timezone

    from subsidies.claims import actions
    from subsidies.claims.enums import Verdict

    claim = submitted()
    actions.decide_step(
        claim_id=claim.pk,
        verdict=Verdict.NOT_ACCEPT,
        note="材料不全",
        by=Officers().clerk,
        now=timezone.now(),
    )
    client.force_login(claim.person.user)

    for _press in range(2):
        client.post(url("appeal_claim", claim.public_id), {"text": "材料齐全。"})

    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("yuan", ["9" * 17, "-5", "一千", "1.234", "1e9"])
def test_an_amount_that_is_none_gets_a_sentence_and_stays_in_its_field(client, yuan):
    claim = made_by(claimant(), policy_version())
    client.force_login(claim.person.user)

    answer = client.post(url("claim_data", claim.public_id), {"declared_yuan": yuan, "note": "我的说明"})

    assert answer.status_code == 422
    assert "我的说明" in answer.content.decode()
    assert yuan in answer.content.decode()
