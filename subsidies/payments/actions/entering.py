"""An account entered for a claimant, from a paper: nothing is paid to it before a colleague has read the paper too."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.core.encryption import UnreadableValue, decrypt, encrypt
from employment_portal.core.errors import DomainError
from employment_portal.workflow.actions import decide_four_eyes, request_four_eyes
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import FourEyes
from subsidies.payments.actions.accounts import checked_account, set_account
from subsidies.payments.actions.payables import NotYourPayable, locked_payable
from subsidies.payments.enums import SETTLED_PAYABLES
from subsidies.payments.models import Payable
from subsidies.payments.queries import requests_waiting
from subsidies.payments.rules import clean_number
from subsidies.payments.telling import tell_account
from subsidies.payments.workflow import may_handle

ENTER_ACCOUNT = "payments.enter_account"


class AccountAsked(DomainError):
    message = _("An account entered for this claimant waits for a colleague already. Decide that one first.")


class NumberDiffers(DomainError):
    message = _(
        "The number is not the one that was entered. Read it from the paper once more; if it is right, refuse and "
        "have the account entered anew."
    )


class RequestUnreadable(DomainError):
    message = _("The request can no longer be read because the keys were changed. Refuse it and ask anew.")


@transaction.atomic
def request_account(
    *,
    payable_id: int,
    holder: str,
    bank_name: str,
    number: str,
    reason: str,
    by: Any,
    bank_code: str = "",
    confirmed: bool = False,
) -> FourEyes:
    """Ask for the account that a claimant is to be paid to; the number waits encrypted. ``reason``: from which paper.

    Raises NotYourPayable, TransitionNotAllowed, AccountAsked, rules.InvalidAccount, HolderDiffers.
    """
    payable = locked_payable(payable_id)
    if not may_handle(by, payable):
        raise NotYourPayable
    if payable.state in SETTLED_PAYABLES:
        raise TransitionNotAllowed
    if waiting_account(payable) is not None:
        raise AccountAsked
    holder, bank_name, number = checked_account(
        payable.person or payable.organisation,
        holder=holder,
        bank_name=bank_name,
        number=number,
        confirmed=confirmed,
    )
    payload = {
        "holder": holder,
        "bank_name": bank_name,
        "bank_code": bank_code,
        "number": encrypt(number),
        "confirmed": confirmed,
    }
    return request_four_eyes(kind=ENTER_ACCOUNT, subject=payable, payload=payload, reason=reason, by=by)


def waiting_account(payable: Payable) -> FourEyes | None:
    """The account entered for this payment's claimant that waits for a colleague, or None."""
    return requests_waiting(payable).get(ENTER_ACCOUNT)


@transaction.atomic
def decide_account(
    *, payable_id: int, approve: bool, note: str, by: Any, now: datetime, number: str = ""
) -> FourEyes:
    """Approve as the second person, who reads ``number`` from the paper again, or refuse; the claimant hears of it.

    Raises NotYourPayable, TransitionNotAllowed, NumberDiffers, RequestUnreadable, workflow's SamePersonDecides.
    """
    payable = locked_payable(payable_id)
    if not may_handle(by, payable):
        raise NotYourPayable
    request = waiting_account(payable)
    if request is None:
        raise TransitionNotAllowed
    request = decide_four_eyes(request_id=request.pk, approve=approve, note=note, by=by)
    if approve:
        entered = {**request.payload, "number": _number_of(request)}
        if clean_number(number) != entered["number"]:
            raise NumberDiffers
        account = set_account(
            person=payable.person, organisation=payable.organisation, **entered, by=by, now=now
        )
        tell_account(account, key=f"account-entered:{request.public_id}")
    return request


def _number_of(request: FourEyes) -> str:
    try:
        return decrypt(request.payload["number"])
    except UnreadableValue as error:
        raise RequestUnreadable from error
