"""A payment's way in plain words, for the person who waits for it."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.payments.enums import AttemptState
from subsidies.payments.models import Payable, PaymentAttempt


def steps_of(payable: Payable) -> list[dict[str, Any]]:
    """What has happened to the money, newest first: ``label``, ``at``, ``by``, ``note`` for the timeline."""
    steps = [
        _step(
            _("The payment was approved and handed to the finance office"),
            timezone.localdate(payable.created_at),
        )
    ]
    for attempt in sorted(payable.attempts.all(), key=lambda attempt: attempt.pk):
        steps += _steps_of_attempt(attempt)
    return list(reversed(steps))


def _steps_of_attempt(attempt: PaymentAttempt) -> list[dict[str, Any]]:
    batch = attempt.batch
    if attempt.state == AttemptState.DROPPED:
        return []
    steps = [
        _step(
            _("Put into a payment batch"),
            timezone.localdate(batch.made_at),
            _("Number %(number)s") % {"number": batch.number},
        )
    ]
    if batch.sent_at:
        steps.append(_step(_("Sent to the bank"), timezone.localdate(batch.sent_at)))
    if attempt.settled_on:
        steps.append(_step(_("Paid to your account"), attempt.settled_on))
    if attempt.state == AttemptState.FAILED:
        steps.append(_step(_("The bank could not pay it"), None, attempt.reason))
    if attempt.state == AttemptState.RETURNED:
        steps.append(_step(_("The money came back"), None, attempt.reason))
    return steps


def _step(label: str, at: date | None, note: str = "") -> dict[str, Any]:
    return {"label": label, "at": at, "by": "", "note": note}
