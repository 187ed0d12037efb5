"""Exceptions: what the portal must not settle by itself. One finance officer proposes, another decides."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.claims.permissions import has_interest
from subsidies.payments.actions.bank_returns import kept_second
from subsidies.payments.actions.building import locked_batch
from subsidies.payments.actions.double_payments import NoSuchResolution, says_paid, was_paid_twice
from subsidies.payments.actions.effects import EFFECTS
from subsidies.payments.actions.settling import OUT, STANDS, payment_in_by, payment_out_by
from subsidies.payments.enums import BatchState, CaseKind, CaseState
from subsidies.payments.interest import holds_interest
from subsidies.payments.models import ExceptionCase, PaymentAttempt
from subsidies.payments.telling import tell_outcome
from subsidies.payments.workflow import may_pay
from subsidies.recovery.queries import order_by_number


class NotYourCase(DomainError):
    message = _("This case lies outside your region, or you have an interest in it. A colleague takes it.")


class ReasonMissing(DomainError):
    message = _("Say what the bank told you and when: whoever decides reads it.")


LABELS = {
    "arrived": _("The bank has the file"),
    "not_arrived": _("The bank does not have the file: it may be sent again"),
    "settle": _("The full amount reached the payee"),
    "fail": _("Nothing was paid: pay again"),
    "nothing": _("Close without any posting"),
    "keep": _("Our books are right"),
    "follow": _("The bank's last word is right"),
    "paid_twice": _("Both payments reached the payee: the second is asked back"),
    "came_back": _("The bank has sent this payment back: what is asked back of it is settled"),
    "second_stands": _(
        "The bank has sent this payment back: the second one stands in its place and is not asked back any more"
    ),
    "belongs_to": _("The money belongs to a payment of ours that came back"),
    "to_available": _("The money goes to the budget line"),
    "to_treasury": _("The money goes to the treasury"),
    "send_back": _("The money goes back to who sent it"),
    "repays": _("The money pays back a recovery order"),
    "pays": _("It paid a payment of ours"),
    "came_in_again": _("The bank has given the money back"),
    "line_bears": _("The budget line bears it"),
}


def resolutions(case: ExceptionCase) -> dict[str, Any]:
    """The ways in which a case can be resolved as things stand: code and label."""
    codes: list[str] = []
    if case.kind == CaseKind.UNKNOWN_SEND:
        codes = ["arrived"]
        if case.batch is not None and case.batch.state == BatchState.UNKNOWN:
            codes.append("not_arrived")
    elif case.kind == CaseKind.PAID_AFTER_RETURN:
        twice = says_paid(case) and was_paid_twice(case.attempt)
        codes = ["paid_twice", "keep"] if twice else ["keep", "follow"]
    elif case.kind == CaseKind.CASH_OUT:
        codes = ["pays", "came_in_again", "line_bears"]
    elif case.data.get("suspense_line"):
        codes = _ways_of_cash_in(case)
    else:
        wrong = case.kind in {CaseKind.WRONG_AMOUNT, CaseKind.WRONG_PAYEE}
        if wrong and case.attempt is not None and case.attempt.state in OUT:
            codes = ["settle", "fail"]
        codes.append("nothing")
    found = {code: LABELS[code] for code in codes}
    if "came_back" in found and case.attempt is not None and kept_second(case.attempt) is not None:
        found["came_back"] = LABELS["second_stands"]
    return found


def _ways_of_cash_in(case: ExceptionCase) -> list[str]:
    codes = ["belongs_to", "to_available", "to_treasury", "send_back"]
    attempt = case.attempt
    if attempt is not None and attempt.state in STANDS and attempt.amount_fen == case.amount_fen:
        return ["came_back", *codes]
    return ["repays", *codes] if case.cash is not None else codes


# What must be there already when somebody names it.
NAMED: dict[str, Any] = {
    "belongs_to": payment_in_by,
    "pays": payment_out_by,
    "repays": lambda _case, number, by: order_by_number(by, number),
}


@transaction.atomic
def propose_resolution(
    *,
    case_id: int,
    resolution: str,
    note: str,
    by: Any,
    now: datetime,
    reference: str = "",
    on: date | None = None,
) -> ExceptionCase:
    """Say how a case should end. ``reference`` names the payment or order that the money belongs to, ``on`` the day.

    Raises NotYourCase, AlreadyDecided, NoSuchResolution, NoSuchPayment, NoSuchOrder, ReasonMissing.
    """
    case = _locked(case_id, by)
    if resolution not in resolutions(case):
        raise NoSuchResolution
    if not note.strip():
        raise ReasonMissing
    if resolution in NAMED:
        NAMED[resolution](case, reference, by)
    case.data = {**case.data, "reference": reference, "on": on.isoformat() if on else ""}
    case.state, case.resolution, case.note = CaseState.PROPOSED, resolution, note
    case.proposed_by, case.proposed_at = by, now
    case.save()
    record(action="payments.propose", by=by, subject=case, reason=note, detail={"resolution": resolution})
    return case


@transaction.atomic
def decide_resolution(*, case_id: int, approve: bool, by: Any, now: datetime) -> ExceptionCase:
    """Approve what a colleague proposed, which carries it out, or refuse, which opens the case again.

    Raises NotYourCase, AlreadyDecided, SamePersonDecides, and why it cannot be carried out any more.
    """
    case = _locked(case_id, by)
    if case.state != CaseState.PROPOSED:
        raise AlreadyDecided
    if case.proposed_by_id == by.pk:
        raise SamePersonDecides
    if not approve:
        record(
            action="payments.refuse_resolution", by=by, subject=case, detail={"resolution": case.resolution}
        )
        case.state, case.resolution, case.proposed_by, case.proposed_at = CaseState.OPEN, "", None, None
        case.save()
        return case
    if case.resolution not in resolutions(case):
        raise NoSuchResolution
    case.state, case.decided_by, case.decided_at = CaseState.RESOLVED, by, now
    case.save()
    record(
        action="payments.resolve",
        by=by,
        subject=case,
        reason=case.note,
        detail={"resolution": case.resolution},
    )
    attempt = _settled_by(case)
    before = attempt.state if attempt is not None else ""
    EFFECTS[case.resolution](case, by, now)
    if attempt is not None:
        attempt = PaymentAttempt.objects.select_related("payable", "account").get(pk=attempt.pk)
        if attempt.state != before:
            tell_outcome(attempt, key=f"case:{case.pk}")
    return case


def _settled_by(case: ExceptionCase) -> PaymentAttempt | None:
    """The try that the resolution may settle: the case's, else the one that was named."""
    if case.resolution in {"belongs_to", "pays"}:
        return PaymentAttempt.objects.filter(reference=case.data.get("reference", "").strip()).first()
    return case.attempt


def may_resolve(user: Any, case: ExceptionCase) -> bool:
    """A finance officer of the place who has no interest in the payment, or in any of the batch, that it is about."""
    if not may_pay(user, case.region):
        return False
    if case.attempt is not None:
        return not has_interest(user, case.attempt.payable.claim)
    return case.batch is None or not holds_interest(user, case.batch)


def _locked(case_id: int, by: Any) -> ExceptionCase:
    # The batch first, as everywhere.
    batch_id = ExceptionCase.objects.values_list("batch", flat=True).get(pk=case_id)
    if batch_id is not None:
        locked_batch(batch_id)
    case = (
        ExceptionCase.objects.select_for_update(of=("self",))
        .select_related("region", "batch", "attempt", "line", "cash", "file", "proposed_by")
        .get(pk=case_id)
    )
    if not may_resolve(by, case):
        raise NotYourCase
    if case.state == CaseState.RESOLVED:
        raise AlreadyDecided
    return case
