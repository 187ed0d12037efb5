"""Why a posting is refused, as sentences for people."""

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError


class LedgerError(DomainError):
    """The ledger refuses a posting; nothing of it was written."""


class InsufficientFunds(LedgerError):
    message = _(
        "There is not enough money for this: the budget line or the payment holds less than is to be moved. "
        "Check its balance and try again."
    )


class AlreadyPosted(LedgerError):
    message = _(
        "This step was posted before with another amount or other accounts (%(key)s). "
        "Open the earlier posting and reverse it first if it is wrong."
    )


class NotAllowed(LedgerError):
    message = _("Money cannot move this way between these accounts. Nothing was posted.")


class AlreadyReversed(LedgerError):
    message = _("This posting was reversed before. Open the reversal to see when.")


class InvalidTransfer(LedgerError):
    message = _("A posting needs a positive amount, two different accounts, and a key. Nothing was posted.")
