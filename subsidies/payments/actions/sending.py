"""Sending a file to the bank at most once: a crash between sending and saying so leaves it unknown, never sent twice."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.banks import Arrival, BankRefused, BankUnclear, bank
from subsidies.payments.enums import AttemptState, BatchState, CaseKind, CaseState
from subsidies.payments.models import Batch, ExceptionCase, PaymentAttempt
from subsidies.payments.workflow import BATCH

# A send ends within seconds; one that has said nothing for this long was cut off.
SILENT = timedelta(minutes=5)


class BankDidNotTakeIt(DomainError):
    message = _("The bank did not take the file (%(why)s). Nothing was sent; try again later.")


class BankDidNotAnswer(DomainError):
    message = _(
        "The bank did not answer, so it is not known whether it has the file. Ask the bank; the portal does not send "
        "it again by itself."
    )


class BankCannotTell(DomainError):
    message = _("The bank cannot say at present whether it has the file. Ask again later, or telephone it.")


def send_batch(*, batch_id: int, by: Any, now: datetime) -> Batch:
    """Hand the stored file over: SENDING is committed, then it is sent, then SENT is committed.

    Must not run inside a transaction. Raises TransitionNotAllowed, BankDidNotTakeIt (RELEASED again), BankDidNotAnswer
    (UNKNOWN).
    """
    with transaction.atomic(durable=True):
        batch = locked_batch(batch_id)
        batch.sending_at = now
        BATCH.apply(batch, "send", by=by, save_fields=["sending_at"])
        name, content = batch.file.name, bytes(batch.file.content)
    try:
        reference = bank().send(name, content)
    except BankRefused as refusal:
        with transaction.atomic():
            BATCH.apply(locked_batch(batch_id), "refuse", by=None, note=str(refusal)[:300])
        raise BankDidNotTakeIt(why=str(refusal)) from refusal
    except BankUnclear as silence:
        lose_batch(batch_id=batch_id, now=now, note=str(silence))
        raise BankDidNotAnswer from silence
    return _arrived(batch_id, reference=reference, now=now, by=None)


@transaction.atomic
def hand_in_batch(*, batch_id: int, bank_reference: str, by: Any, now: datetime) -> Batch:
    """The file was handed in by other means (the bank's own site). Raises TransitionNotAllowed."""
    batch = locked_batch(batch_id)
    batch.sent_at, batch.bank_reference = now, bank_reference
    BATCH.apply(batch, "hand_in", by=by, note=bank_reference, save_fields=["sent_at", "bank_reference"])
    return batch


@transaction.atomic
def lose_batch(*, batch_id: int, now: datetime, note: str = "") -> Batch:
    """Nobody knows whether the bank has it: attempts are unknown and a case is opened. Raises TransitionNotAllowed."""
    batch = locked_batch(batch_id)
    BATCH.apply(batch, "lose", by=None, note=note[:300])
    PaymentAttempt.objects.filter(batch=batch, state=AttemptState.EXPORTED).update(state=AttemptState.UNKNOWN)
    ExceptionCase.objects.create(
        kind=CaseKind.UNKNOWN_SEND,
        batch=batch,
        region=batch.region,
        amount_fen=batch.total_fen,
        opened_at=now,
        state=CaseState.OPEN,
    )
    return batch


def ask_bank(*, batch_id: int, by: Any, now: datetime) -> Batch:
    """Ask the bank about a batch that may or may not have arrived, and follow its answer.

    Not arrived: released again, for a person to send. Raises BankCannotTell, TransitionNotAllowed.
    """
    name = Batch.objects.select_related("file").get(pk=batch_id).file.name
    arrival = bank().ask(name)
    if arrival is Arrival.UNCLEAR:
        raise BankCannotTell
    if arrival is Arrival.RECEIVED:
        return _arrived(batch_id, reference=name, now=now, by=by)
    return not_arrived(batch_id=batch_id, by=by)


@transaction.atomic
def not_arrived(*, batch_id: int, by: Any, note: str = "") -> Batch:
    """The bank certainly does not have it. Raises TransitionNotAllowed."""
    batch = locked_batch(batch_id)
    BATCH.apply(batch, "not_arrived", by=by, note=note)
    PaymentAttempt.objects.filter(batch=batch, state=AttemptState.UNKNOWN).update(state=AttemptState.EXPORTED)
    return batch


@transaction.atomic
def _arrived(batch_id: int, *, reference: str, now: datetime, by: Any) -> Batch:
    return arrived(locked_batch(batch_id), reference=reference, now=now, by=by)


def arrived(batch: Batch, *, reference: str, now: datetime, by: Any) -> Batch:
    """The bank has it, as it says itself or as its answer proves; the caller holds the batch."""
    if batch.state in {BatchState.SENT, BatchState.CLOSED}:
        return batch
    batch.sent_at, batch.bank_reference = now, reference[:80]
    BATCH.apply(batch, "arrive", by=by, save_fields=["sent_at", "bank_reference"])
    PaymentAttempt.objects.filter(batch=batch, state=AttemptState.UNKNOWN).update(state=AttemptState.EXPORTED)
    return batch


def give_up_silent_sends(*, now: datetime) -> int:
    """Sends that were cut off become unknown. How many. Run by the sweeper."""
    lost = 0
    silent = Batch.objects.filter(state=BatchState.SENDING, sending_at__lt=now - SILENT)
    for batch_id in silent.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if locked_batch(batch_id).state == BatchState.SENDING:
                lose_batch(batch_id=batch_id, now=now, note="no word since the sending began")
                lost += 1
    return lost
