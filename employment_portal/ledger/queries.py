"""What the accounts hold and what moved. Nothing here locks: a balance may have changed when it is read."""

from collections.abc import Collection

from django.db.models import F, Q, QuerySet, Sum

from employment_portal.ledger.kinds import AccountRef
from employment_portal.ledger.models import Account, Transfer


def balance(ref: AccountRef) -> int:
    """Fen in an account; 0 when nothing was ever posted to it. Below zero only where money enters the book."""
    account = Account.objects.filter(book=ref.book, line=ref.line, kind=ref.kind, holder=ref.holder).first()
    return account.balance_fen if account else 0


def balances(book: str, line_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Fen by (line, kind), summed over holders; what has no account is missing."""
    totals = (
        Account.objects.filter(book=book, line__in=line_ids)
        .values_list("line", "kind")
        .annotate(fen=Sum(F("credits") - F("debits")))
        .order_by()
    )
    return {(line, kind): int(fen) for line, kind, fen in totals}


def transfers_of(
    book: str, *, line: int | None = None, holder: int | None = None, kind: str | None = None
) -> QuerySet[Transfer]:
    """Transfers with their accounts, oldest first, narrowed to a line, a holder (either side) or a kind."""
    found = Transfer.objects.filter(debit__book=book).select_related("debit", "credit").order_by("number")
    if line is not None:
        found = found.filter(debit__line=line)
    if holder is not None:
        found = found.filter(Q(debit__holder=holder) | Q(credit__holder=holder))
    if kind is not None:
        found = found.filter(kind=kind)
    return found
