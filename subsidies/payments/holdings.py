"""Accounts and payments as part of what hangs on a person: exported, moved when two records become one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, Move, move_all, plain, register
from employment_portal.people.models import Person
from subsidies.payments.enums import AccountState
from subsidies.payments.models import Payable, PayeeAccount


def _accounts(person: Person) -> Any:
    return PayeeAccount.objects.filter(person=person).order_by("pk")


def _payables(person: Person) -> Any:
    return Payable.objects.filter(person=person).order_by("pk")


def move_accounts(duplicate: Person, survivor: Person, by: Any) -> Move:
    """The survivor's current account stays; the duplicate's counts as replaced then."""
    settled = 0
    if _accounts(survivor).exclude(state=AccountState.REPLACED).exists():
        settled = (
            _accounts(duplicate).exclude(state=AccountState.REPLACED).update(state=AccountState.REPLACED)
        )
    return Move(moved=_accounts(duplicate).update(person=survivor) - settled, settled=settled)


def _ordered(added: Any) -> Any:
    """A payment goes to the claimant of the day on which it was ordered, and stays with that record."""
    if added.exists():
        return _("A payment was ordered since for the surviving record. The merge can't be undone.")
    return None


def register_all() -> None:
    register(
        Holding(
            "payee_accounts",
            _("Bank accounts"),
            _("Paying subsidies"),
            _accounts,
            move_accounts,
            plain("holder", "bank_name", "tail", "get_state_display", "made_at"),
            retained=True,
            owner="person",
        )
    )
    register(
        Holding(
            "payables",
            _("Payments of subsidies"),
            _("Paying subsidies"),
            _payables,
            move_all(_payables),
            plain("claim", "amount_fen", "get_state_display", "due_on", "paid_on", "return_reason"),
            retained=True,
            hinders=_ordered,
        )
    )
