"""The accounts and transfers of the book of subsidies, and how an account and a posting are named.

The database holds the same table (``ledger_kind``, ``ledger_rule``) and enforces it; another book brings its
own kinds as plain strings, by ``books.DeclareBook`` in a migration of its app.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

SUBSIDIES = "subsidies"  # the book


class AccountKind(TextChoices):
    """Where money of a budget line stands. From PAYABLE onward each payable has accounts of its own."""

    APPROPRIATION = "appropriation", _("appropriation")
    AVAILABLE = "available", _("available")
    COMMITTED = "committed", _("committed")
    PAYABLE = "payable", _("payable")
    IN_TRANSIT = "in_transit", _("with the bank")
    PAID = "paid", _("paid out")
    RETURNED_HOLD = "returned_hold", _("returned, on hold")
    OVERPAID_RECEIVABLE = "overpaid_receivable", _("overpaid, to be recovered")
    RECOVERED = "recovered", _("recovered")
    TREASURY_SURRENDERED = "treasury_surrendered", _("surrendered to the treasury")
    SUSPENSE = "suspense", _("unexplained receipts")
    WRITTEN_OFF = "written_off", _("written off")
    CASH_SOURCE = "cash_source", _("cash from outside")
    UNCOVERED = "uncovered", _("paid without cover")


# Money enters the book here, so their balance may fall below zero. UNCOVERED is what the bank paid out and no line of
# the budget bears: below zero by as much as is still to be made good.
SOURCES = frozenset({AccountKind.APPROPRIATION, AccountKind.CASH_SOURCE, AccountKind.UNCOVERED})
# One account per payable; the others have one per budget line.
HELD = frozenset(
    {
        AccountKind.PAYABLE,
        AccountKind.IN_TRANSIT,
        AccountKind.PAID,
        AccountKind.RETURNED_HOLD,
        AccountKind.OVERPAID_RECEIVABLE,
        AccountKind.RECOVERED,
        AccountKind.WRITTEN_OFF,
    }
)


class TransferKind(TextChoices):
    """Why money moves. RULES says between which accounts each may move it."""

    ALLOT = "allot", _("allotted")
    CUT = "cut", _("budget cut")
    COMMIT = "commit", _("committed on approval")
    RELEASE = "release", _("commitment released")
    CONFIRM = "confirm", _("notice closed without objection")
    DISPATCH = "dispatch", _("sent to the bank")
    SETTLE = "settle", _("settled by the bank")
    FAIL = "fail", _("refused by the bank")
    RETURN = "return", _("returned after payment")
    REISSUE = "reissue", _("to be paid again")
    CANCEL = "cancel", _("payment cancelled")
    OVERPAY = "overpay", _("overpayment found")
    RECOVER = "recover", _("overpayment recovered")
    REUSE = "reuse", _("recovered money available again")
    SURRENDER_RECOVERED = "surrender_recovered", _("recovered money surrendered")
    SURRENDER_UNUSED = "surrender_unused", _("unused money surrendered at the end of the year")
    WRITE_OFF = "write_off", _("overpayment written off")
    SUSPEND = "suspend", _("unexplained receipt")
    EXPLAIN = "explain", _("receipt explained")
    PAY_OUT = "pay_out", _("unexplained payment")
    COVER = "cover", _("payment without cover made good")
    CARRY_OUT = "carry_out", _("commitment carried into the next year")
    CARRY_IN = "carry_in", _("commitment carried over from the year before")
    REVERSAL = "reversal", _("reversal")


def headings(kinds: type[TextChoices]) -> dict[str, str]:
    """Each kind with its label as a table shows it: with a capital letter, where the language has any."""
    return {value: capfirst(str(label)) for value, label in kinds.choices}


A, T = AccountKind, TransferKind
# REVERSAL has no row: it swaps the two accounts of the transfer that it reverses, in every book.
RULES: frozenset[tuple[TransferKind, AccountKind, AccountKind]] = frozenset(
    {
        (T.ALLOT, A.APPROPRIATION, A.AVAILABLE),
        (T.CUT, A.AVAILABLE, A.APPROPRIATION),
        (T.COMMIT, A.AVAILABLE, A.COMMITTED),
        (T.RELEASE, A.COMMITTED, A.AVAILABLE),
        (T.CONFIRM, A.COMMITTED, A.PAYABLE),
        (T.DISPATCH, A.PAYABLE, A.IN_TRANSIT),
        (T.SETTLE, A.IN_TRANSIT, A.PAID),
        (T.FAIL, A.IN_TRANSIT, A.RETURNED_HOLD),
        (T.RETURN, A.PAID, A.RETURNED_HOLD),
        (T.REISSUE, A.RETURNED_HOLD, A.PAYABLE),
        (T.CANCEL, A.RETURNED_HOLD, A.AVAILABLE),
        (T.OVERPAY, A.PAID, A.OVERPAID_RECEIVABLE),
        (T.RECOVER, A.OVERPAID_RECEIVABLE, A.RECOVERED),
        (T.REUSE, A.RECOVERED, A.AVAILABLE),
        (T.SURRENDER_RECOVERED, A.RECOVERED, A.TREASURY_SURRENDERED),
        (T.SURRENDER_UNUSED, A.AVAILABLE, A.TREASURY_SURRENDERED),
        (T.WRITE_OFF, A.OVERPAID_RECEIVABLE, A.WRITTEN_OFF),
        (T.SUSPEND, A.CASH_SOURCE, A.SUSPENSE),
        # a returned or repaid payment goes back to the source, and RETURN or RECOVER books it beside
        (T.EXPLAIN, A.SUSPENSE, A.CASH_SOURCE),
        (T.EXPLAIN, A.SUSPENSE, A.AVAILABLE),
        (T.EXPLAIN, A.SUSPENSE, A.TREASURY_SURRENDERED),
        (T.PAY_OUT, A.UNCOVERED, A.CASH_SOURCE),
        # the bank paid twice: the second payment is asked back, and covered by what comes back or by the line
        (T.OVERPAY, A.UNCOVERED, A.OVERPAID_RECEIVABLE),
        (T.COVER, A.RECOVERED, A.UNCOVERED),
        (T.COVER, A.CASH_SOURCE, A.UNCOVERED),
        (T.COVER, A.AVAILABLE, A.UNCOVERED),
        (T.CARRY_OUT, A.COMMITTED, A.APPROPRIATION),
        (T.CARRY_IN, A.APPROPRIATION, A.COMMITTED),
    }
)


@dataclass(frozen=True)
class AccountRef:
    """An account by what it is. It need not exist yet: the first posting opens it.

    ``line`` and ``holder`` are ids that the ledger does not look into (budget line, payable); a kind that has one
    account per line has ``holder`` 0.
    """

    book: str
    line: int
    kind: str
    holder: int = 0


@dataclass(frozen=True)
class NewTransfer:
    """A posting to be made: ``amount_fen`` leaves ``debit`` and enters ``credit``.

    ``key`` names the event for ever (``claim:17:commit``): 1 to 120 printable ASCII characters without ``|``.
    """

    kind: str
    debit: AccountRef
    credit: AccountRef
    amount_fen: int
    key: str
    reverses: UUID | None = None
