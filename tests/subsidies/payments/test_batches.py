import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.payments import actions
from subsidies.payments.actions.building import NothingToPay, NotYourPayments
from subsidies.payments.actions.releasing import SomeAreFrozen, ThreePeople, bank_file, matches_stored
from subsidies.payments.enums import BankFormat, BatchState
from subsidies.payments.models import PaymentAttempt
from subsidies.payments.queries import payables_visible_to, shared_accounts
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_payments import account, built, funded_line, officers, payable, released

pytestmark = pytest.mark.django_db


def test_a_batch_claims_everything_that_is_ready_and_nothing_else():
    team, line = officers(), funded_line()
    ready = [payable(line, fen=100_000 + n) for n in range(3)]
    without = payable(line, with_account=False)
    bad = payable(line)
    bad.account.state = "bad"
    bad.account.save(update_fields=["state"])
    elsewhere = payable(funded_line(RegionFactory(code="500103")))

    batch = built(team)

    assert (batch.count, batch.total_fen) == (3, 300_003)
    assert [attempt.payable for attempt in batch.attempts.order_by("sequence")] == ready
    for left in (without, bad, elsewhere):
        left.refresh_from_db()
        assert left.state == "open"


def test_the_same_run_key_gives_the_same_batch_and_claims_nothing_more():
    team, line = officers(), funded_line()
    payable(line)
    first = built(team, run_key="2026-11")
    payable(line)

    again = built(team, run_key="2026-11")

    assert again == first
    assert PaymentAttempt.objects.count() == 1


def test_with_nothing_ready_there_is_no_batch():
    with pytest.raises(NothingToPay):
        built(officers())


def test_an_officer_builds_no_batch_of_another_region():
    stranger = officers(RegionFactory(code="500103"))
    payable()

    with pytest.raises(NotYourPayments):
        built(stranger)


def test_maker_checker_and_releaser_are_three_people():
    maker, checker, _third = team = officers()
    payable()
    batch = built(team)

    with pytest.raises(ThreePeople):
        actions.check_batch(batch_id=batch.pk, by=maker, now=timezone.now())
    actions.check_batch(batch_id=batch.pk, by=checker, now=timezone.now())
    for one in (maker, checker):
        with pytest.raises(ThreePeople):
            actions.release_batch(batch_id=batch.pk, by=one, now=timezone.now())


def test_the_database_itself_refuses_a_releaser_who_made_or_checked():
    team = officers()
    payable()
    batch = released(team)

    for one in team[:2]:
        batch.released_by = one
        with pytest.raises(IntegrityError), transaction.atomic():
            batch.save()


def test_release_moves_the_money_and_keeps_the_file():
    team, line = officers(), funded_line()
    payable(line, fen=100_000)
    payable(line, fen=50_000)

    batch = released(team)

    held = balances(SUBSIDIES, [line.pk])
    assert held[line.pk, AccountKind.PAYABLE] == 0
    assert held[line.pk, AccountKind.IN_TRANSIT] == 150_000
    assert set(batch.attempts.values_list("state", flat=True)) == {"exported"}
    assert batch.file.sha256 == hashlib.sha256(bytes(batch.file.content)).hexdigest()


@pytest.mark.parametrize("format", BankFormat.values)
def test_rendering_again_gives_the_same_bytes(format):
    team = officers()
    for _number in range(4):
        payable()
    batch = released(team, format=format)

    assert matches_stored(batch)
    assert bank_file(batch)[1] == bank_file(batch)[1]


def test_the_stored_file_never_changes():
    payable()
    batch = released(officers())

    with pytest.raises(IntegrityError), transaction.atomic():
        batch.file.delete()


def test_a_payable_has_one_live_attempt_at_most():
    payable()
    batch = built(officers())
    attempt = batch.attempts.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.create(
            payable=attempt.payable,
            batch=batch,
            sequence=99,
            reference="another",
            account=attempt.account,
            amount_fen=attempt.amount_fen,
        )


def test_a_cancelled_batch_gives_its_payables_back():
    team = officers()
    due = payable()
    batch = built(team)

    actions.cancel_batch(batch_id=batch.pk, reason="名单有误", by=team[0], now=timezone.now())

    due.refresh_from_db()
    assert due.state == "open"
    assert built(team).attempts.get().payable == due


def test_a_released_batch_cannot_be_cancelled():
    team = officers()
    payable()
    batch = released(team)

    with pytest.raises(TransitionNotAllowed):
        actions.cancel_batch(batch_id=batch.pk, reason="", by=team[0], now=timezone.now())


def test_a_frozen_payment_keeps_its_batch_from_being_checked():
    team = officers()
    due = payable()
    batch = built(team)
    due.state = "frozen"
    due.save(update_fields=["state"])

    with pytest.raises(SomeAreFrozen):
        actions.check_batch(batch_id=batch.pk, by=team[1], now=timezone.now())


STEPS = {
    "check": lambda batch, by: actions.check_batch(batch_id=batch.pk, by=by, now=timezone.now()),
    "release": lambda batch, by: actions.release_batch(batch_id=batch.pk, by=by, now=timezone.now()),
    "cancel": lambda batch, by: actions.cancel_batch(batch_id=batch.pk, reason="", by=by, now=timezone.now()),
    "hand_in": lambda batch, by: actions.hand_in_batch(
        batch_id=batch.pk, bank_reference="柜台", by=by, now=timezone.now()
    ),
}
POSSIBLE = {
    "check": {BatchState.MADE},
    "release": {BatchState.CHECKED},
    "cancel": {BatchState.MADE, BatchState.CHECKED},
    "hand_in": {BatchState.RELEASED},
}


@pytest.mark.parametrize("step", POSSIBLE)
@pytest.mark.parametrize("state", BatchState.values)
def test_a_step_works_from_its_states_only(step, state):
    team, fourth = (
        officers(),
        UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="5101"))),
    )
    payable()
    batch = _in_state(state, team)

    if state in POSSIBLE[step]:
        STEPS[step](batch, fourth)
    else:
        with pytest.raises(TransitionNotAllowed):
            STEPS[step](batch, fourth)


@pytest.mark.parametrize("step", POSSIBLE)
@pytest.mark.parametrize(
    "role", ["street_clerk", "district_officer", "city_officer", "policy_officer", "system_admin"]
)
def test_nobody_but_a_finance_officer_moves_a_batch(step, role):
    team = officers()
    payable()
    batch = _in_state(next(iter(POSSIBLE[step])), team)
    stranger = UserFactory(agency=AgencyFactory(region=RegionFactory(code="5101")), **{role: True})

    with pytest.raises(TransitionNotAllowed):
        STEPS[step](batch, stranger)


def _in_state(state, team):
    batch = built(team)
    if state == BatchState.CANCELLED:
        return actions.cancel_batch(batch_id=batch.pk, reason="", by=team[0], now=timezone.now())
    if state == BatchState.MADE:
        return batch
    actions.check_batch(batch_id=batch.pk, by=team[1], now=timezone.now())
    if state != BatchState.CHECKED:
        actions.release_batch(batch_id=batch.pk, by=team[2], now=timezone.now())
        type(batch).objects.filter(pk=batch.pk).update(state=state)
    batch.refresh_from_db()
    return batch


def test_two_people_may_share_one_account_and_the_list_says_so():
    team, line = officers(), funded_line()
    first = payable(line)
    second = payable(line, with_account=False)
    second.account = account(second.person, number=first.account.number)
    second.save(update_fields=["account"])

    assert set(shared_accounts(payables_visible_to(team[0]))) == {first, second}


def test_a_claimant_without_an_account_is_paid_once_there_is_one():
    team, line = officers(), funded_line()
    due = payable(line, with_account=False, person=PersonFactory(residence_region=line.region))

    actions.set_account(
        person=due.person,
        holder=due.person.name,
        bank_name="中国银行",
        number="6217000000000000001",
        by=due.person.user,
        now=timezone.now(),
    )

    assert built(team).attempts.get().payable == due
