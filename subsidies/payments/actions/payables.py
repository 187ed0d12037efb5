"""Payables that came back: paid again, or given up with four eyes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.workflow.actions import decide_four_eyes, request_four_eyes
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import FourEyes
from subsidies.claims.entitlement_models import Entitlement
from subsidies.payments.enums import AccountState, PayableState
from subsidies.payments.models import Payable
from subsidies.payments.queries import current_account, requests_waiting
from subsidies.payments.workflow import may_handle

CANCEL_PAYABLE = "payments.cancel_payable"


class NotYourPayable(DomainError):
    message = _("This payment lies outside your region, or you have an interest in it. A colleague takes it.")


class NoAccount(DomainError):
    message = _("There is no account to pay to. The claimant has to give one first.")


class CancelAsked(DomainError):
    message = _("A colleague has already asked to give this payment up. Decide that request first.")


def account_of(payable: Payable, kind: AccountKind, *, own: bool = True) -> AccountRef:
    """The ledger's account of a payable; ``own`` False: the one of its budget line."""
    return AccountRef(SUBSIDIES, payable.line_id, kind, payable.pk if own else 0)


def locked_payable(payable_id: int) -> Payable:
    return (
        Payable.objects.select_for_update(of=("self",))
        .select_related("region", "account", "claim__person", "claim__organisation")
        .get(pk=payable_id)
    )


@transaction.atomic
def reissue(*, payable_id: int, by: Any, now: datetime) -> Payable:
    """A returned payment is to be paid again to the account that the claimant has now (RETURNED_HOLD → PAYABLE).

    The officer takes the responsibility for trying the same account once more (the bank's fault, not the account's).
    Raises NotYourPayable, TransitionNotAllowed, NoAccount.
    """
    payable = locked_payable(payable_id)
    if not may_handle(by, payable):
        raise NotYourPayable
    if payable.state != PayableState.RETURNED:
        raise TransitionNotAllowed
    account = current_account(person=payable.person, organisation=payable.organisation)
    if account is None:
        raise NoAccount
    if account.state == AccountState.BAD:
        account.state = AccountState.UNTRIED
        account.save(update_fields=["state"])
    payable.account = account
    payable.save(update_fields=["account"])
    put_back(payable, by=by, note="")
    return payable


def put_back(payable: Payable, *, by: Any, note: str) -> None:
    """Open a held, returned payable again and post it."""
    payable.state, payable.return_reason = PayableState.OPEN, ""
    payable.save(update_fields=["state", "return_reason"])
    record(action="payments.reissue", by=by, subject=payable, reason=note)
    tried = payable.attempts.count()
    post(
        [
            NewTransfer(
                TransferKind.REISSUE,
                account_of(payable, AccountKind.RETURNED_HOLD),
                account_of(payable, AccountKind.PAYABLE),
                payable.due_fen,
                f"payable:{payable.pk}:reissue:{tried}",
            )
        ]
    )


@transaction.atomic
def request_cancel(*, payable_id: int, reason: str, by: Any) -> FourEyes:
    """Ask to give up a returned payment (the claimant died, cannot be found, waives it); a colleague decides.

    Raises NotYourPayable, TransitionNotAllowed, CancelAsked.
    """
    payable = locked_payable(payable_id)
    if not may_handle(by, payable):
        raise NotYourPayable
    if payable.state != PayableState.RETURNED:
        raise TransitionNotAllowed
    if waiting_cancel(payable) is not None:
        raise CancelAsked
    return request_four_eyes(
        kind=CANCEL_PAYABLE,
        subject=payable,
        payload={"payable": payable.public_id, "amount_fen": payable.due_fen},
        reason=reason,
        by=by,
    )


def waiting_cancel(payable: Payable) -> FourEyes | None:
    """The request to give this payment up that waits for a colleague, or None."""
    return requests_waiting(payable).get(CANCEL_PAYABLE)


@transaction.atomic
def decide_cancel(*, payable_id: int, approve: bool, note: str, by: Any, now: datetime) -> Payable:
    """Give a returned payment up as the second person: its money is available again, and the entitlement ends.

    Raises NotYourPayable, TransitionNotAllowed, workflow's SamePersonDecides and AlreadyDecided.
    """
    payable = locked_payable(payable_id)
    if not may_handle(by, payable):
        raise NotYourPayable
    request = waiting_cancel(payable)
    if request is None:
        raise TransitionNotAllowed
    decide_four_eyes(request_id=request.pk, approve=approve, note=note, by=by)
    if approve:
        if payable.state != PayableState.RETURNED:
            raise TransitionNotAllowed
        payable.state = PayableState.CANCELLED
        payable.save(update_fields=["state"])
        Entitlement.objects.filter(claim_id=payable.claim_id, live=True).update(live=False, ended_at=now)
        post(
            [
                NewTransfer(
                    TransferKind.CANCEL,
                    account_of(payable, AccountKind.RETURNED_HOLD),
                    account_of(payable, AccountKind.AVAILABLE, own=False),
                    payable.due_fen,
                    f"payable:{payable.pk}:cancel",
                )
            ]
        )
    return payable
