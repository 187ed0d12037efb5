"""The second and third pair of eyes on a batch, and the bytes that go to the bank."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.retrying import retrying
from employment_portal.ledger.actions import post_from_query
from subsidies.payments.actions.building import lock_payables, locked_batch, move_payables
from subsidies.payments.enums import AttemptState, PayableState
from subsidies.payments.formats.layouts import ENDINGS, render
from subsidies.payments.formats.records import Payment, PaymentFile
from subsidies.payments.interest import holds_interest
from subsidies.payments.models import BankFile, Batch, Payable, PaymentAttempt
from subsidies.payments.workflow import BATCH


class SomeAreFrozen(DomainError):
    message = _(
        "%(count)s payments of this batch were frozen after it was made. Cancel the batch, have the cases looked into, "
        "and make it again without them."
    )


class ThreePeople(DomainError):
    message = _(
        "Maker, checker and releaser of a batch are three people. Ask a colleague who had no part in it yet."
    )


class OwnPayment(DomainError):
    message = _(
        "This batch holds a payment in which you have an interest: your own, a relative's or a firm's of yours. "
        "A colleague takes it."
    )


class BatchChanged(DomainError):
    message = _(
        "The payments of this batch are not those that it was made with. Cancel it and tell the administrator."
    )


class CannotBeWritten(DomainError):
    message = _(
        "A name or bank in this batch holds a sign that the bank's layout cannot carry. Correct the account."
    )


FROZEN_CONTENT = """
SELECT count(*), coalesce(sum(amount_fen), 0), encode(sha256(convert_to(string_agg(
    sequence || '|' || reference || '|' || account_id || '|' || amount_fen, E'\\n' ORDER BY sequence
), 'UTF8')), 'hex') FROM subsidies_paymentattempt WHERE batch_id = %s
"""
# One posting per attempt, from the payable's own account "payable" to its account "with the bank".
DISPATCH = """
SELECT 'attempt:' || a.id || ':dispatch', 'dispatch', 'subsidies', p.line_id, 'payable', p.id, 'in_transit', p.id,
       a.amount_fen, NULL::uuid
  FROM subsidies_paymentattempt a JOIN subsidies_payable p ON p.id = a.payable_id
 WHERE a.batch_id = %(batch)s
"""


@transaction.atomic
def check_batch(*, batch_id: int, by: Any, now: datetime) -> Batch:
    """The checker has compared the list: not the maker. Raises TransitionNotAllowed, ThreePeople, OwnPayment, BatchChanged."""
    batch = locked_batch(batch_id)
    if by.pk == batch.made_by_id:
        raise ThreePeople
    if holds_interest(by, batch):
        raise OwnPayment
    batch.checked_by, batch.checked_at = by, now
    BATCH.apply(batch, "check", by=by, save_fields=["checked_by", "checked_at"])
    _verify(batch)
    return batch


def release_batch(*, batch_id: int, by: Any, now: datetime) -> Batch:
    """A third person releases: the bank file is written, and the money moves from payable to in transit.

    Raises TransitionNotAllowed, ThreePeople, OwnPayment, BatchChanged, SomeAreFrozen, CannotBeWritten.
    """
    return retrying(lambda: _release(batch_id, by, now))


@transaction.atomic
def _release(batch_id: int, by: Any, now: datetime) -> Batch:
    batch = locked_batch(batch_id)
    if by.pk in {batch.made_by_id, batch.checked_by_id}:
        raise ThreePeople
    if holds_interest(by, batch):
        raise OwnPayment
    batch.released_by, batch.released_at = by, now
    BATCH.apply(batch, "release", by=by, save_fields=["released_by", "released_at"])
    lock_payables(batch)
    _verify(batch)
    name, content = bank_file(batch)
    BankFile.objects.create(
        batch=batch,
        format=batch.format,
        name=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        rendered_at=now,
    )
    dispatch(batch)
    return batch


def dispatch(batch: Batch) -> int:
    """Mark a released batch's payments as with the bank and post them; how many. The caller holds the payables."""
    PaymentAttempt.objects.filter(batch=batch).update(state=AttemptState.EXPORTED)
    moved = move_payables(batch, PayableState.IN_TRANSIT)
    if moved != batch.count:
        raise SomeAreFrozen(count=batch.count - moved)
    return post_from_query(DISPATCH, {"batch": batch.pk})


def bank_file(batch: Batch) -> tuple[str, bytes]:
    """Name and bytes of the file for the bank: a pure function of the batch, its payer and its frozen attempts.

    Raises CannotBeWritten.
    """
    attempts = (
        PaymentAttempt.objects.filter(batch=batch)
        .select_related("account")
        .only(
            "sequence", "reference", "amount_fen", "purpose", "account__number", "account__holder",
            "account__bank_name", "account__bank_code",
        )
        .order_by("sequence")
    )  # fmt: skip
    payments = [
        Payment(
            sequence=attempt.sequence,
            reference=attempt.reference,
            number=attempt.account.number,
            holder=attempt.account.holder,
            bank_name=attempt.account.bank_name,
            bank_code=attempt.account.bank_code,
            amount_fen=attempt.amount_fen,
            purpose=attempt.purpose,
        )
        for attempt in attempts.iterator(chunk_size=5000)
    ]
    made_on = timezone.localtime(batch.made_at).date()
    payer = batch.payer
    file = PaymentFile(batch.number, made_on, payer.name, payer.account, payments, payer.bank_code)
    try:
        return f"{batch.number}.{ENDINGS[batch.format]}", render(file, batch.format)
    except ValueError as error:
        raise CannotBeWritten from error


def matches_stored(batch: Batch) -> bool:
    """Whether the stored file has the bytes that its sha256 names, and rendering again gives the same."""
    stored = bytes(batch.file.content)
    return hashlib.sha256(stored).hexdigest() == batch.file.sha256 and bank_file(batch)[1] == stored


def _verify(batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FROZEN_CONTENT, [batch.pk])
        if cursor.fetchone() != (batch.count, batch.total_fen, batch.content_sha256):
            raise BatchChanged
    frozen = Payable.objects.filter(attempts__batch=batch).exclude(state=PayableState.QUEUED).count()
    if frozen:
        raise SomeAreFrozen(count=frozen)
