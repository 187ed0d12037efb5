"""Bank accounts that people and organisations are paid to. A correction is a new row and pays again what came back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.encryption import keyed_hash
from employment_portal.core.errors import DomainError
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from subsidies.claims.enums import OPEN_STATES, ClaimState
from subsidies.claims.models import Claim
from subsidies.payments import rules
from subsidies.payments.actions.payables import put_back
from subsidies.payments.enums import AccountState, PayableState
from subsidies.payments.models import Payable, PayeeAccount
from subsidies.payments.queries import current_account

ACCOUNT_HASH = "payee_account"


class HolderDiffers(DomainError):
    message = _(
        "The account must be in the name of %(name)s. If it is, and is only written in another way, ask a member of "
        "staff to confirm it."
    )


@transaction.atomic
def set_account(
    *,
    person: Person | None = None,
    organisation: Organisation | None = None,
    holder: str,
    bank_name: str,
    number: str,
    by: Any,
    now: datetime,
    bank_code: str = "",
    confirmed: bool = False,
) -> PayeeAccount:
    """Add or correct the account of a person (bank card) or an organisation (settlement account).

    The account before it is replaced, what waits is paid to the new one, and what had come back is to be paid again.
    ``confirmed``: a member of staff has seen that a holder written differently is the claimant.
    Raises rules.InvalidAccount, HolderDiffers.
    """
    holder, bank_name, clean = checked_account(
        person or organisation, holder=holder, bank_name=bank_name, number=number, confirmed=confirmed
    )
    claimant: dict[str, Any]
    if person is not None:
        claimant = {"person": person}
        Person.objects.select_for_update().get(pk=person.pk)
    else:
        assert organisation is not None
        claimant = {"organisation": organisation}
        Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = current_account(**claimant)
    fingerprint = keyed_hash(clean, ACCOUNT_HASH)
    said = (fingerprint, holder, bank_name, bank_code)
    if before is not None and said == (before.number_hash, before.holder, before.bank_name, before.bank_code):
        account = before
        if before.state == AccountState.BAD:
            # The claimant says that it is right after all: it is tried again.
            before.state = AccountState.UNTRIED
            before.save(update_fields=["state"])
    else:
        if before is not None:
            before.state = AccountState.REPLACED
            before.save(update_fields=["state"])
        account = PayeeAccount.objects.create(
            **claimant,
            holder=holder,
            bank_name=bank_name,
            bank_code=bank_code,
            number=clean,
            number_hash=fingerprint,
            tail=clean[-4:],
            made_by=by,
            made_at=now,
        )
        record(action="payments.set_account", by=by, subject=account, detail={"confirmed": confirmed})
    _pay_to(account, claimant, by, now)
    return account


def checked_account(
    owner: Any, *, holder: str, bank_name: str, number: str, confirmed: bool
) -> tuple[str, str, str]:
    """Holder, bank and number as they are kept. Raises rules.InvalidAccount, HolderDiffers."""
    check = rules.card_number if isinstance(owner, Person) else rules.organisation_number
    clean, holder = check(number), rules.holder_name(holder)
    if not confirmed and not rules.same_name(holder, owner.name):
        raise HolderDiffers(name=owner.name)
    return holder, rules.holder_name(bank_name), clean


def _pay_to(account: PayeeAccount, claimant: dict[str, Any], by: Any, now: datetime) -> None:
    waiting = Payable.objects.filter(**claimant, state__in=[PayableState.OPEN, PayableState.RETURNED])
    for payable in waiting.select_for_update(of=("self",)).order_by("pk"):
        if payable.account_id != account.pk:
            payable.account = account
            payable.save(update_fields=["account"])
        if payable.state == PayableState.RETURNED:
            put_back(payable, by=by, note="account corrected")
    open_claims = Claim.objects.filter(**claimant, state__in=[ClaimState.DRAFT, *OPEN_STATES])
    open_claims.exclude(account=account).update(account=account)
