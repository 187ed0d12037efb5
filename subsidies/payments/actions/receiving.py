"""A return file comes in: kept raw first, then read into lines, then applied. Each part may be cut off and go on."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.encryption import keyed_hash
from employment_portal.core.errors import DomainError
from subsidies.payments.actions.accounts import ACCOUNT_HASH
from subsidies.payments.actions.applying import apply_return_file
from subsidies.payments.enums import AttemptState, CaseKind, ReturnFileState
from subsidies.payments.formats.layouts import read_answer
from subsidies.payments.formats.records import MAX_BYTES, Answer, AnswerFile, Damaged
from subsidies.payments.models import Batch, ExceptionCase, PaymentAttempt, ReturnFile, ReturnLine
from subsidies.payments.queries import region_of
from subsidies.payments.rules import clean_number, same_name
from subsidies.payments.workflow import may_pay

CHUNK = 5000


class FileEmpty(DomainError):
    message = _("The file is empty. Download it from the bank again.")


class FileTooLarge(DomainError):
    message = _("The file is larger than 64 MB. Ask the bank for one return file per batch.")


def receive_return_file(*, name: str, content: bytes, by: Any, now: datetime) -> tuple[ReturnFile, bool]:
    """Store, read and apply a bank's answer; the file, and whether it is new.

    The same bytes again (also from two browsers at once) change nothing and give the first file with its report.
    ``by`` None: fetched from the bank by the portal. Raises FileEmpty, FileTooLarge.
    """
    file, new = keep_return_file(name=name, content=content, by=by, now=now)
    return process_return_file(file_id=file.pk, now=now), new


def keep_return_file(*, name: str, content: bytes, by: Any, now: datetime) -> tuple[ReturnFile, bool]:
    """Store the raw file and nothing else; the file, and whether it is new."""
    if not content:
        raise FileEmpty
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            file = ReturnFile.objects.create(
                name=name[:120], content=content, sha256=digest, received_by=by, received_at=now
            )
            record(action="payments.receive", by=by, subject=file, detail={"sha256": digest})
            return file, True
    except IntegrityError:
        return ReturnFile.objects.get(sha256=digest), False


def process_return_file(*, file_id: int, now: datetime) -> ReturnFile:
    """Read a stored file into lines and apply them; goes on where an earlier call was cut off. Safe to repeat."""
    file = read_return_file(file_id=file_id, now=now)
    if file.state == ReturnFileState.RECEIVED:
        file = apply_return_file(file_id=file_id, now=now)
    return file


@transaction.atomic
def read_return_file(*, file_id: int, now: datetime) -> ReturnFile:
    """Turn the raw bytes into lines, all or none; a file that cannot be trusted is quarantined with a case."""
    file = ReturnFile.objects.select_for_update(of=("self",)).select_related("received_by").get(pk=file_id)
    if file.state != ReturnFileState.RECEIVED or file.report.get("read"):
        return file
    try:
        answer = read_answer(bytes(file.content))
        batch = _batch_of(answer, file)
        file.format, file.batch = answer.format, batch
        _claim_reference(file, answer)
        lines = _whole(answer.whole, batch) if answer.whole else list(answer.lines)
        known = _known(lines)
        if file.received_by is not None and any(
            not may_pay(file.received_by, attempt.batch.region) for attempt in known.values()
        ):
            raise Damaged("not_yours")
    except Damaged as damage:
        return _quarantine(file, damage, now)
    for start in range(0, len(lines), CHUNK):
        ReturnLine.objects.bulk_create(
            _line(file, answer_line, known.get(answer_line.reference))
            for answer_line in lines[start : start + CHUNK]
        )
    file.report = {"read": True, "lines": len(lines), "whole": answer.whole is not None}
    file.save(update_fields=["format", "batch", "file_reference", "report"])
    return file


def _batch_of(answer: AnswerFile, file: ReturnFile) -> Batch | None:
    batch = (
        Batch.objects.select_related("region").filter(number=answer.batch).first() if answer.batch else None
    )
    if batch is None and (answer.batch or answer.whole):
        raise Damaged("unknown_batch", batch=answer.batch[:40])
    return batch


def _claim_reference(file: ReturnFile, answer: AnswerFile) -> None:
    """One reference means one content: the same reference with other bytes is not to be trusted."""
    file.file_reference = answer.reference
    if not answer.reference:
        raise Damaged("no_reference")
    try:
        with transaction.atomic():
            file.save(update_fields=["format", "batch", "file_reference"])
    except IntegrityError:
        file.file_reference = answer.reference
        raise Damaged("reference_again", reference=answer.reference) from None


def _whole(whole: Answer, batch: Batch | None) -> list[Answer]:
    """The one outcome of a package that came back whole, for every payment of it that is still out."""
    out = PaymentAttempt.objects.filter(batch=batch, state__in=[AttemptState.EXPORTED, AttemptState.UNKNOWN])
    return [
        Answer(
            number, whole.raw, reference, whole.outcome, fen, reason=whole.reason, settled_on=whole.settled_on
        )
        for number, (reference, fen) in enumerate(
            out.order_by("sequence").values_list("reference", "amount_fen"), start=1
        )
    ]


def _known(lines: list[Answer]) -> dict[str, PaymentAttempt]:
    references = list({line.reference for line in lines if line.reference})
    found: dict[str, PaymentAttempt] = {}
    for start in range(0, len(references), CHUNK):
        attempts = PaymentAttempt.objects.filter(
            reference__in=references[start : start + CHUNK]
        ).select_related("account", "batch__region")
        found.update((attempt.reference, attempt) for attempt in attempts.defer("account__number"))
    return found


def _line(file: ReturnFile, answer: Answer, attempt: PaymentAttempt | None) -> ReturnLine:
    return ReturnLine(
        file=file,
        number=answer.number,
        raw=answer.raw,
        reference=answer.reference,
        outcome=answer.outcome,
        amount_fen=answer.amount_fen,
        payee_matches=attempt is None or _payee_matches(answer, attempt),
        reason=answer.reason,
        settled_on=answer.settled_on,
        attempt=attempt,
    )


def _payee_matches(answer: Answer, attempt: PaymentAttempt) -> bool:
    """What the bank repeats of the payee is what it was told; a masked number is compared by its tail."""
    account = attempt.account
    if answer.holder and not same_name(answer.holder, account.holder):
        return False
    number = clean_number(answer.account)
    if "*" in number:
        return number[-4:] == account.tail
    return not number or keyed_hash(number, ACCOUNT_HASH) == account.number_hash


def _quarantine(file: ReturnFile, damage: Damaged, now: datetime) -> ReturnFile:
    file.state = ReturnFileState.QUARANTINED
    file.problem = damage.code
    file.report = {"problem": {key: str(value)[:80] for key, value in damage.params.items()}}
    if damage.code == "not_yours":
        file.batch = None
    file.save(update_fields=["state", "problem", "report", "format", "batch", "file_reference"])
    region = file.batch.region if file.batch is not None else region_of(file.received_by)
    ExceptionCase.objects.create(
        kind=CaseKind.QUARANTINE, file=file, batch=file.batch, region=region, opened_at=now
    )
    record(action="payments.quarantine", by=file.received_by, subject=file, detail={"problem": damage.code})
    return file
