"""An account that staff enter for a claimant: two people, the number read twice, and the claimant hears of it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.payments import actions
from subsidies.payments.actions.accounts import HolderDiffers
from subsidies.payments.actions.entering import AccountAsked, NumberDiffers, waiting_account
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.telling import tell_account
from tests.factories.organisations import MemberFactory
from tests.factories.people import PersonFactory
from tests.factories.subsidies_payments import account, answers, built, officers, payable, released

pytestmark = pytest.mark.django_db
NUMBER = "6228480402564890018"


def entered(due, by, **values):
    said = {"holder": due.person.name, "bank_name": "中国农业银行", "number": NUMBER, "reason": "来信"}
    return actions.request_account(payable_id=due.pk, **{**said, **values}, by=by)


def decided(due, by, *, approve=True, number=NUMBER):
    return actions.decide_account(
        payable_id=due.pk, approve=approve, number=number, note="", by=by, now=timezone.now()
    )


def receive(batch, team):
    content = delimited.render_answer(answers(batch, LineOutcome.FAILED), date(2026, 11, 24))
    actions.receive_return_file(name="hp.txt", content=content, by=team[0], now=timezone.now())


def test_an_entered_account_counts_only_once_a_colleague_has_read_the_paper():
    team, due = officers(), payable()
    before = due.account

    asked = entered(due, team[0])

    assert NUMBER not in str(asked.payload)
    assert built(team).attempts.get().account == before
    with pytest.raises(SamePersonDecides):
        decided(due, team[0])
    with pytest.raises(NumberDiffers):
        decided(due, team[1], number="6228480402564890019")
    assert due.person.payee_accounts.get() == before

    decided(due, team[1], number="6228 4804 0256 4890 018")

    assert actions.current_account(person=due.person).number == NUMBER
    assert AuditEntry.objects.filter(action="payments.enter_account.approved", actor=team[1]).exists()


def test_the_claimant_hears_of_an_entered_account_with_or_without_a_sign_in():
    team, due, silent = officers(), payable(), payable(person=PersonFactory(user=None, phone="13800000001"))

    for each in (due, silent):
        entered(each, team[0])
        decided(each, team[1])

    assert Notification.objects.get(user=due.person.user).kind == "payee_account_entered"
    assert "0018" in OutboxMessage.objects.get(address="13800000001").body


def test_a_refused_account_changes_nothing():
    team, due = officers(), payable()
    entered(due, team[0])

    decided(due, team[1], approve=False)

    due.refresh_from_db()
    assert due.person.payee_accounts.get() == due.account
    assert not Notification.objects.exists()
    with pytest.raises(TransitionNotAllowed):
        decided(due, team[1])


def test_another_holder_needs_a_proof_and_one_account_waits_at_a_time():
    team, due = officers(), payable()
    with pytest.raises(HolderDiffers):
        entered(due, team[0], holder="别人")
    entered(due, team[0], holder="别人", confirmed=True)

    with pytest.raises(AccountAsked):
        entered(due, team[1])


def test_an_account_is_entered_and_approved_on_the_page_of_the_payment(client):
    team, due = officers(), payable()
    said = {
        "holder": due.person.name, "bank_name": "中国农业银行", "number": NUMBER, "bank_code": "", "reason": "来信",
    }  # fmt: skip
    address = reverse("subsidies:payable", args=[due.public_id])
    client.force_login(team[0])
    assert client.post(f"{address}account/", {**said, "reason": ""}).status_code == 422
    assert client.post(f"{address}account/", said).status_code == 302
    assert "来信" in client.get(address).text

    client.force_login(team[1])
    assert client.post(f"{address}account/decide/", {"number": ""}).status_code == 422
    client.post(f"{address}account/decide/", {"number": "6228"})
    assert waiting_account(due) is not None
    client.post(f"{address}account/decide/", {"number": NUMBER})

    due.refresh_from_db()
    assert due.account.tail == "0018"


def test_a_payment_that_came_back_goes_to_the_account_given_meanwhile():
    team, due = officers(), payable()
    batch = released(team)
    given = actions.set_account(
        person=due.person, holder=due.person.name, bank_name="中国农业银行", number=NUMBER, by=due.person.user,
        now=timezone.now(),
    )  # fmt: skip
    receive(batch, team)

    actions.reissue(payable_id=due.pk, by=team[0], now=timezone.now())

    assert built(team).attempts.get().account == given


def test_a_cancelled_batch_gives_its_payments_the_account_given_meanwhile():
    team, due = officers(), payable()
    batch = built(team)
    given = actions.set_account(
        person=due.person, holder=due.person.name, bank_name="中国农业银行", number=NUMBER, by=due.person.user,
        now=timezone.now(),
    )  # fmt: skip

    actions.cancel_batch(batch_id=batch.pk, reason="重做", by=team[0], now=timezone.now())

    assert built(team).attempts.get().account == given


def test_every_owner_hears_of_an_account_entered_for_an_organisation():
    owner = MemberFactory()
    given = account(organisation=owner.organisation, number="510012345678")

    assert tell_account(given, key="k") == 1
    assert Notification.objects.get(user=owner.user).kind == "payee_account_entered"
