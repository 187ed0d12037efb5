"""Short ways to name accounts and postings in tests."""

from itertools import count

from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import AccountKind, AccountRef, NewTransfer, TransferKind

A, T = AccountKind, TransferKind
_keys = count(1)


def account(kind, holder=0, *, line=1):
    return AccountRef("subsidies", line, kind, holder)


def transfer(kind, debit, credit, amount_fen, *, holder=0, to=None, line=1, key=None, reverses=None):
    """``holder`` stands at whichever side is held; ``to`` is the credit's where it differs."""
    from employment_portal.ledger.kinds import HELD

    giver = holder if debit in HELD else 0
    taker = (holder if to is None else to) if credit in HELD else 0
    return NewTransfer(
        kind,
        account(debit, giver, line=line),
        account(credit, taker, line=line),
        amount_fen,
        key or f"test:{next(_keys)}",
        reverses,
    )


def allotted(amount_fen, *, line=1):
    return post([transfer(T.ALLOT, A.APPROPRIATION, A.AVAILABLE, amount_fen, line=line)])[0]


def steps(amount_fen, holder, *, line=1):
    """From available money to a settled payment."""
    way = [
        (T.COMMIT, A.AVAILABLE, A.COMMITTED),
        (T.CONFIRM, A.COMMITTED, A.PAYABLE),
        (T.DISPATCH, A.PAYABLE, A.IN_TRANSIT),
        (T.SETTLE, A.IN_TRANSIT, A.PAID),
    ]
    return [transfer(*step, amount_fen, holder=holder, line=line) for step in way]
