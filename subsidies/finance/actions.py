"""The end of a fiscal year: what was not used goes back to the treasury, open commitments move to the next year.

One officer asks with the figures before his eyes, another approves; what changed in between is refused.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.ledger.queries import balances
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import AlreadyDecided, decide_four_eyes, request_four_eyes
from employment_portal.workflow.models import FourEyes
from subsidies.budgets.models import BudgetLine
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim

A, T = AccountKind, TransferKind
YEAR_END = "finance.close_year"
CLOSING_MONTH = 12  # the year's last month: from its first day on a year may be closed
COMMITTED_STATES = (ClaimState.APPROVED, ClaimState.NOTICED)


class NotYourBudget(DomainError):
    message = _("The budget of this place is kept by finance officers of the place or above it.")


class YearRuns(DomainError):
    message = _("A fiscal year is closed from 1 December of that year on.")


class NothingToClose(DomainError):
    message = _("No line of that year holds unused money or open commitments.")


class CloseAsked(DomainError):
    message = _("A colleague has already asked to close a year of this place. Decide that request first.")


class FiguresChanged(DomainError):
    message = _("The figures changed since this was asked for. Refuse it and ask again.")


class CommitmentsDiffer(DomainError):
    message = _(
        "The approved claims of the line %(line)s are not what the ledger holds as committed. "
        "Have verify_ledger run and its findings cleared first."
    )


@dataclass(frozen=True)
class Closing:
    """What closing does to one line: fen surrendered, fen carried over for so many claims."""

    line: BudgetLine
    surrender_fen: int
    carry_fen: int
    claims: int


def may_close(user: Any, region: Region) -> bool:
    return user.has_role(StaffRole.FINANCE_OFFICER, region=region)


def preview(region: Region, year: int) -> list[Closing]:
    """What closing the year would do, line by line; lines without either are left out. Three queries."""
    lines = list(
        BudgetLine.objects.filter(region__path__startswith=region.path, year=year)
        .select_related("region", "item", "fund")
        .order_by("region__path", "item__order", "item__code", "pk")
    )
    held = balances(SUBSIDIES, [line.pk for line in lines])
    counts: dict[int, int] = {}
    for line_id in Claim.objects.filter(line__in=lines, state__in=COMMITTED_STATES).values_list(
        "line", flat=True
    ):
        counts[line_id or 0] = counts.get(line_id or 0, 0) + 1
    found = [
        Closing(
            line,
            held.get((line.pk, A.AVAILABLE), 0),
            held.get((line.pk, A.COMMITTED), 0),
            counts.get(line.pk, 0),
        )
        for line in lines
    ]
    return [row for row in found if row.surrender_fen or row.carry_fen]


@transaction.atomic
def request_close(*, region: Region, year: int, reason: str, by: Any, now: datetime) -> FourEyes:
    """Ask to close a year of a place and everything below it, as previewed; nothing moves yet.

    Raises NotYourBudget, YearRuns, NothingToClose, CloseAsked.
    """
    if not may_close(by, region):
        raise NotYourBudget
    if timezone.localdate(now) < date(year, CLOSING_MONTH, 1):
        raise YearRuns
    rows = preview(region, year)
    if not rows:
        raise NothingToClose
    Region.objects.select_for_update().get(pk=region.pk)
    if waiting_close(region) is not None:
        raise CloseAsked
    return request_four_eyes(
        kind=YEAR_END,
        subject=region,
        payload={"year": year, "lines": _as_asked(rows)},
        reason=reason[:300],
        by=by,
    )


def waiting_close(region: Region) -> FourEyes | None:
    return (
        FourEyes.objects.filter(
            kind=YEAR_END,
            subject_type="regions.region",
            subject_id=region.pk,
            state=FourEyes.State.WAITING,
        )
        .select_related("requested_by")
        .first()
    )


@transaction.atomic
def decide_close(*, region: Region, approve: bool, note: str, by: Any, now: datetime) -> FourEyes:
    """Decide as the second person. An approval surrenders and carries over in this transaction, all lines or none.

    Claims that were carried over are paid by the line of the next year, which is opened where there is none. Raises
    NotYourBudget, AlreadyDecided, SamePersonDecides, FiguresChanged, CommitmentsDiffer.
    """
    if not may_close(by, region):
        raise NotYourBudget
    request = waiting_close(region)
    if request is None:
        raise AlreadyDecided
    request = decide_four_eyes(request_id=request.pk, approve=approve, note=note[:300], by=by)
    if not approve:
        return request
    year = request.payload["year"]
    # Claims before accounts, in the order of their ids: whoever grants or hands over holds its claim first.
    claims: dict[int, list[Claim]] = {}
    open_claims = Claim.objects.filter(
        line__region__path__startswith=region.path, line__year=year, state__in=COMMITTED_STATES
    )
    for claim in open_claims.select_for_update(of=("self",)).order_by("pk"):
        claims.setdefault(claim.line_id or 0, []).append(claim)
    rows = preview(region, year)
    if _as_asked(rows) != request.payload["lines"]:
        raise FiguresChanged
    transfers: list[NewTransfer] = []
    for row in rows:
        mine = claims.get(row.line.pk, [])
        if sum(claim.amount_fen for claim in mine) != row.carry_fen:
            raise CommitmentsDiffer(line=row.line)
        if row.surrender_fen:
            transfers.append(
                _transfer(
                    request,
                    T.SURRENDER_UNUSED,
                    row.line,
                    A.AVAILABLE,
                    A.TREASURY_SURRENDERED,
                    row.surrender_fen,
                )
            )
        if row.carry_fen:
            target = BudgetLine.objects.get_or_create(
                region=row.line.region, year=year + 1, fund=row.line.fund, item=row.line.item
            )[0]
            transfers.append(
                _transfer(request, T.CARRY_OUT, row.line, A.COMMITTED, A.APPROPRIATION, row.carry_fen)
            )
            transfers.append(
                _transfer(
                    request, T.CARRY_IN, target, A.APPROPRIATION, A.COMMITTED, row.carry_fen, origin=row.line
                )
            )
            Claim.objects.filter(pk__in=[claim.pk for claim in mine]).update(line=target)
    post(transfers)
    return request


def _as_asked(rows: list[Closing]) -> list[list[int]]:
    return [[row.line.pk, row.surrender_fen, row.carry_fen] for row in rows]


def _transfer(
    request: FourEyes,
    kind: TransferKind,
    line: BudgetLine,
    debit: AccountKind,
    credit: AccountKind,
    fen: int,
    *,
    origin: BudgetLine | None = None,
) -> NewTransfer:
    return NewTransfer(
        kind,
        AccountRef(SUBSIDIES, line.pk, debit),
        AccountRef(SUBSIDIES, line.pk, credit),
        fen,
        f"year-end:{request.pk}:{(origin or line).pk}:{kind.value}",
    )
