"""A payment that came back reached the payee after all: it stands, or it is one too many and is asked back."""

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import reverse
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, TransferKind
from employment_portal.ledger.models import Transfer
from subsidies.payments.actions.settling import CAME_BACK, book, mark
from subsidies.payments.enums import LIVE_ATTEMPTS, AttemptState, LineOutcome
from subsidies.payments.models import ExceptionCase, Payable, PaymentAttempt
from subsidies.payments.queries import position
from subsidies.recovery.actions.second_payments import ask_second_back


class NoSuchResolution(DomainError):
    message = _(
        "This case cannot be resolved in that way as things stand. Choose one of the ways that it offers."
    )


class SecondPaymentOut(DomainError):
    message = _(
        "The claimant is being paid a second time. Wait for the bank's answer to that payment; if both arrived, "
        "the case offers to ask the second one back."
    )


def paid_after_all(case: ExceptionCase, attempt: PaymentAttempt, payable: Payable, day: date) -> None:
    """The payment stands: its return is taken back. Raises SecondPaymentOut, NoSuchResolution."""
    if payable.attempts.filter(state__in=LIVE_ATTEMPTS).exclude(pk=attempt.pk).exists():
        raise SecondPaymentOut
    held = position(payable)
    if AccountKind.PAYABLE in held:
        reverse(_last(payable, [TransferKind.REISSUE]).pk, f"case:{case.pk}:reissue")
    elif AccountKind.RETURNED_HOLD not in held:
        raise NoSuchResolution
    undone = _last(payable, [TransferKind.FAIL, TransferKind.RETURN])
    reverse(undone.pk, f"case:{case.pk}:undo")
    if undone.kind == TransferKind.FAIL:
        book(case, attempt, payable, TransferKind.SETTLE, AccountKind.IN_TRANSIT, AccountKind.PAID)
    mark(attempt, payable, AttemptState.PAID, day)


def _last(payable: Payable, kinds: list[TransferKind]) -> Transfer:
    found = (
        Transfer.objects.filter(
            Q(debit__holder=payable.pk) | Q(credit__holder=payable.pk), debit__book=SUBSIDIES, kind__in=kinds
        )
        .filter(reversed_by__isnull=True)
        .order_by("-number")
        .first()
    )
    if found is None:
        raise NoSuchResolution
    return found


def says_paid(case: ExceptionCase) -> bool:
    """Whether the bank's last word in an alarm is that the payee has the money."""
    return case.line is None or case.line.outcome == LineOutcome.PAID


def was_paid_twice(attempt: PaymentAttempt | None) -> bool:
    """Whether the payee has the money of another try already, so that this one is one too many."""
    return (
        attempt is not None
        and attempt.state in CAME_BACK
        and PaymentAttempt.objects.filter(payable=attempt.payable_id, state=AttemptState.PAID).exists()
    )


def paid_twice(
    case: ExceptionCase, attempt: PaymentAttempt, payable: Payable, day: date, now: datetime
) -> None:
    """Book the second payment and propose its recovery. Raises NoSuchResolution."""
    if not was_paid_twice(attempt):
        raise NoSuchResolution
    attempt.state, attempt.settled_on = AttemptState.PAID_TWICE, day
    attempt.save(update_fields=["state", "settled_on"])
    ask_second_back(
        payable=payable, attempt=attempt, reasons=case.note, proposed_by=case.proposed_by, now=now
    )
