"""What an employer wrote into a roster beside what the portal reckons: months and amount of each row (申报月数、申报金额)."""

from typing import Any

from employment_portal.core.errors import DomainError
from employment_portal.core.money import yuan_to_fen
from subsidies.claims.enums import EntryState
from subsidies.claims.models import Claim
from subsidies.claims.roster_models import RosterRow, RowOutcome


def differences_of(claim: Claim) -> list[dict[str, Any]]:
    """The findings over the rows that are on the claim, in the order of its entries. One query."""
    if claim.organisation_id is None:
        return []
    rows = RosterRow.objects.filter(
        roster__claim=claim, entry__state=EntryState.INCLUDED, outcome=RowOutcome.QUALIFIES
    ).exclude(months="", amount="")
    rows = rows.select_related("entry").defer("number").order_by("entry__row", "pk")
    return [finding for row in rows for finding in differences(row)]


def differences(row: RosterRow) -> list[dict[str, Any]]:
    """The findings over one row with its entry: ``declared`` and ``held`` in months or fen. What is not paid by the month
    counts none, and an empty cell declares nothing."""
    entry, found = row.entry, []
    if entry is None:
        return []
    if row.months and entry.months and not _is_months(row.months, entry.months):
        found.append(
            {"code": "roster_months", "declared": row.months, "held": entry.months, "row": entry.row}
        )
    declared = _fen(row.amount)
    if declared is not None and declared != entry.amount_fen:
        found.append(
            {"code": "roster_amount", "declared": declared, "held": entry.amount_fen, "row": entry.row}
        )
    return found


def _is_months(written: str, months: int) -> bool:
    try:
        return float(written) == months
    except ValueError:
        return False


def _fen(written: str) -> int | None:
    try:
        return yuan_to_fen(written) if written else None
    except DomainError:
        return None  # the row says so itself: it is not on the claim
