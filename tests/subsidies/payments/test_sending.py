"""Sending at most once: what a crash, a refusal and silence leave behind, and the simulated bank's misbehaviour."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.payments import actions
from subsidies.payments.actions.sending import BankDidNotAnswer, BankDidNotTakeIt
from subsidies.payments.banks import DirectoryBank
from subsidies.payments.models import Batch, ExceptionCase, Payable
from subsidies.payments.queries import position
from subsidies.payments.simulator import SCENARIOS, Control, Simulator, read_control, write_control
from subsidies.payments.tasks import sweep_payments
from subsidies.proofs.data import books_balance
from tests.factories.subsidies_payments import funded_line, officers, payable, released

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    settings.BANK_SPOOL = tmp_path / "bank"
    return settings.BANK_SPOOL


def ready(count=1, **values):
    team, line = officers(), funded_line()
    for _number in range(count):
        payable(line)
    return team, released(team, **values)


def send(team, batch):
    actions.send_batch(batch_id=batch.pk, by=team[0], now=timezone.now())
    batch.refresh_from_db()
    return batch


def test_a_sent_file_is_with_the_bank_whole(spool):
    team, batch = ready()

    assert send(team, batch).state == "sent"

    assert (spool / "outgoing" / batch.file.name).read_bytes() == bytes(batch.file.content)


def test_a_batch_is_sent_once_only():
    team, batch = ready()
    send(team, batch)

    with pytest.raises(TransitionNotAllowed):
        send(team, batch)


def test_a_refused_file_may_be_sent_again():
    team, batch = ready()
    write_control(DirectoryBank().folder, Control(trouble="refuse"))

    with pytest.raises(BankDidNotTakeIt):
        send(team, batch)
    batch.refresh_from_db()
    assert batch.state == "released"

    assert send(team, batch).state == "sent"


@pytest.mark.parametrize(("trouble", "state"), [("timeout_taken", "sent"), ("timeout_lost", "released")])
def test_silence_leaves_it_unknown_until_the_bank_is_asked(trouble, state):
    team, batch = ready()
    write_control(DirectoryBank().folder, Control(trouble=trouble))

    with pytest.raises(BankDidNotAnswer):
        send(team, batch)

    batch.refresh_from_db()
    assert batch.state == "unknown"
    assert batch.attempts.get().state == "unknown"
    assert ExceptionCase.objects.get().kind == "unknown_send"
    with pytest.raises(TransitionNotAllowed):
        send(team, batch)

    actions.ask_bank(batch_id=batch.pk, by=team[1], now=timezone.now())

    batch.refresh_from_db()
    assert batch.state == state
    assert batch.attempts.get().state == "exported"


def test_a_process_that_dies_while_sending_leaves_it_unknown_and_nothing_is_sent_again(spool):
    _team, batch = ready()
    Batch.objects.filter(pk=batch.pk).update(
        state="sending", sending_at=timezone.now() - timedelta(minutes=10)
    )

    sweep_payments()
    sweep_payments()

    batch.refresh_from_db()
    assert batch.state == "unknown"
    assert list((spool / "outgoing").iterdir()) == []
    assert ExceptionCase.objects.count() == 1


@pytest.mark.parametrize(("resolution", "state"), [("arrived", "sent"), ("not_arrived", "released")])
def test_two_people_may_say_what_became_of_it(resolution, state):
    team, batch = ready()
    write_control(DirectoryBank().folder, Control(trouble="timeout_taken"))
    with pytest.raises(BankDidNotAnswer):
        send(team, batch)
    case = ExceptionCase.objects.get()

    actions.propose_resolution(
        case_id=case.pk, resolution=resolution, note="电话核实", by=team[0], now=timezone.now()
    )
    actions.decide_resolution(case_id=case.pk, approve=True, by=team[1], now=timezone.now())

    batch.refresh_from_db()
    assert batch.state == state


@pytest.mark.parametrize("format", ["delimited", "pain001"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whatever_the_bank_answers_the_books_hold(scenario, format):
    team, batch = ready(5, format=format)
    send(team, batch)
    simulator = Simulator()
    write_control(simulator.folder, replace(read_control(simulator.folder), scenario=scenario, seed=7))

    simulator.work(today=TODAY)
    sweep_payments()

    assert books_balance() == []
    for due in Payable.objects.all():
        assert sum(position(due).values()) == due.amount_fen
        paid = due.attempts.filter(state="paid").count()
        assert (due.state == "paid") == (paid == 1) or due.state == "frozen"
    assert sweep_payments() == 0


def test_the_same_seed_gives_the_same_answer(tmp_path):
    team, batch = ready(6)
    send(team, batch)
    contents = []
    for name in ("one", "two"):
        simulator = Simulator(tmp_path / name)
        (simulator.folder / "outgoing" / batch.file.name).write_bytes(bytes(batch.file.content))
        [answer] = simulator.work(today=TODAY)
        contents.append((simulator.folder / "incoming" / answer).read_bytes())

    assert contents[0] == contents[1]


@pytest.mark.parametrize("scenario", ["paid", "partial"])
def test_half_an_answer_can_be_completed_later(scenario):
    team, batch = ready(5)
    send(team, batch)
    simulator = Simulator()
    simulator.take()

    simulator.answer(batch.file.name, "partial", today=TODAY)
    sweep_payments()
    assert Payable.objects.filter(state="in_transit").count() == 2
    simulator.answer(batch.file.name, scenario, today=TODAY)
    sweep_payments()

    assert not Payable.objects.filter(state="in_transit").exists()
