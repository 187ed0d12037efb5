"""The canonical record behind every bank layout: what we ask a bank to pay, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from subsidies.payments.enums import LineOutcome

MAX_BYTES = 64 * 1024 * 1024


class Damaged(Exception):
    """The file as a whole cannot be trusted: it is quarantined and nothing of it applied. ``code`` names why."""

    def __init__(self, code: str, **params: object):
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True)
class Payment:
    """One payment of a file to the bank. ``reference`` comes back in the answer."""

    sequence: int
    reference: str
    number: str
    holder: str
    bank_name: str
    bank_code: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True)
class PaymentFile:
    """What a batch asks for. Rendering it is a pure function: ``made_on`` is the batch's, never the clock's."""

    batch: str
    made_on: date
    payer_name: str
    payer_account: str
    payments: Sequence[Payment]
    payer_bank_code: str = ""

    @property
    def total_fen(self) -> int:
        return sum(payment.amount_fen for payment in self.payments)


@dataclass(frozen=True)
class Answer:
    """One line of a return file. ``number`` counts from 1; empty ``account`` or ``holder``: the bank did not repeat it."""

    number: int
    raw: str
    reference: str
    outcome: LineOutcome
    amount_fen: int | None
    account: str = ""
    holder: str = ""
    reason: str = ""
    settled_on: date | None = None


@dataclass(frozen=True)
class AnswerFile:
    """A bank's answer. ``whole`` is set when it rejects the package as one (整包退回): then there are no lines."""

    format: str
    reference: str
    batch: str
    lines: Sequence[Answer]
    whole: Answer | None = None


def yuan(fen: int) -> str:
    """Fen as a bank writes them: ``150050`` → ``1500.50``."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen(written: str) -> int:
    """``1500.50`` → ``150050``. Raises ValueError for anything but digits with at most two decimals."""
    whole, dot, cents = written.strip().partition(".")
    if not whole.isascii() or not whole.isdigit() or (dot and not (cents.isascii() and cents.isdigit())):
        raise ValueError(written)
    if len(whole) > 15 or len(cents.rstrip("0")) > 2:
        raise ValueError(written)
    return int(whole) * 100 + int(cents[:2].ljust(2, "0") or 0)
