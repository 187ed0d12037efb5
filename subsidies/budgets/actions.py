"""Budget lines and the changes of their money. Whoever asks for a change never decides it; deciding posts to the ledger."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.budgets.models import BudgetChange, BudgetLine, ChangeKind, ChangeState, Fund
from subsidies.policies.models import SubsidyItem


class NotYourBudget(DomainError):
    message = _("This budget line lies outside your region.")


class LineTooDeep(DomainError):
    message = _("A budget line belongs to a city, a district or a functional zone. Choose one of those.")


class AmountMissing(DomainError):
    message = _("Enter an amount of more than zero.")


class NoTarget(DomainError):
    message = _("Choose another line of the same year to move the money to.")


class AskedAlready(DomainError):
    message = _("The same change waits for a decision already. Have it decided or taken back first.")


def may_keep_budget(user: Any, region: Region) -> bool:
    """A finance officer keeps the lines of his own subtree."""
    return user.has_role(StaffRole.FINANCE_OFFICER, region=region)


@transaction.atomic
def open_line(*, region: Region, year: int, fund: Fund, item: SubsidyItem, by: Any) -> BudgetLine:
    """The line of a region, fiscal year, fund and item; made when it is not there. It holds no money yet.

    Raises NotYourBudget, LineTooDeep.
    """
    if by is not None and not may_keep_budget(by, region):
        raise NotYourBudget
    if region.level > RegionLevel.DISTRICT:
        raise LineTooDeep
    line, created = BudgetLine.objects.get_or_create(region=region, year=year, fund=fund, item=item)
    if created:
        record(action="budgets.open_line", by=by, subject=line, detail={"year": year, "item": item.code})
    return line


@transaction.atomic
def request_change(
    *,
    kind: str,
    line: BudgetLine,
    amount_fen: int,
    document: str,
    reason: str,
    by: Any,
    now: datetime,
    to_line: BudgetLine | None = None,
) -> BudgetChange:
    """Ask for an allotment, a cut or a move of ``amount_fen``; nothing moves before a second person approves.

    Raises NotYourBudget, AmountMissing, NoTarget, AskedAlready (the same again: a second click).
    """
    if not may_keep_budget(by, line.region):
        raise NotYourBudget
    if amount_fen <= 0:
        raise AmountMissing
    if kind == ChangeKind.MOVE:
        if to_line is None or to_line.pk == line.pk or to_line.year != line.year:
            raise NoTarget
        if not may_keep_budget(by, to_line.region):
            raise NotYourBudget
    else:
        to_line = None
    BudgetLine.objects.select_for_update().get(pk=line.pk)  # of two clicks at once the second sees the first
    same = {"kind": kind, "line": line, "to_line": to_line, "amount_fen": amount_fen, "document": document}
    if BudgetChange.objects.filter(**same, state=ChangeState.WAITING).exists():
        raise AskedAlready
    change = BudgetChange.objects.create(
        kind=kind,
        line=line,
        to_line=to_line,
        amount_fen=amount_fen,
        document=document,
        reason=reason,
        requested_by=by,
        requested_at=now,
    )
    record(action="budgets.request", by=by, subject=change, reason=reason, detail={"kind": kind})
    return change


@transaction.atomic
def decide_change(*, change_id: int, approve: bool, note: str, by: Any, now: datetime) -> BudgetChange:
    """Approve or refuse as the second person; an approval posts in this transaction.

    Raises AlreadyDecided, SamePersonDecides, NotYourBudget, ledger.InsufficientFunds (a cut of more than is available).
    """
    change = _locked(change_id)
    if change.requested_by_id == by.pk:
        raise SamePersonDecides
    lines = [change.line, *([change.to_line] if change.to_line is not None else [])]
    if not all(may_keep_budget(by, line.region) for line in lines):
        raise NotYourBudget
    _close(change, ChangeState.APPROVED if approve else ChangeState.REFUSED, note=note, by=by, now=now)
    if approve:
        record(action="budgets.approved", by=by, subject=change, reason=note)
        post(_transfers(change))
    else:
        record(action="budgets.refused", by=by, subject=change, reason=note)
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, by: Any, now: datetime) -> BudgetChange:
    """Take one's own request back while nobody has decided it. Raises AlreadyDecided, NotYourBudget."""
    change = _locked(change_id)
    if change.requested_by_id != by.pk:
        raise NotYourBudget
    _close(change, ChangeState.WITHDRAWN, note="", by=by, now=now)
    record(action="budgets.withdrawn", by=by, subject=change)
    return change


def _locked(change_id: int) -> BudgetChange:
    change = (
        BudgetChange.objects.select_for_update(of=("self",))
        .select_related("line__region", "to_line__region")
        .get(pk=change_id)
    )
    if change.state != ChangeState.WAITING:
        raise AlreadyDecided
    return change


def _close(change: BudgetChange, state: ChangeState, *, note: str, by: Any, now: datetime) -> None:
    change.state, change.decision_note, change.decided_by, change.decided_at = state, note, by, now
    change.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])


def _account(line_id: int, kind: AccountKind) -> AccountRef:
    return AccountRef(SUBSIDIES, line_id, kind)


def _transfers(change: BudgetChange) -> list[NewTransfer]:
    """A move leaves the one line for the appropriation and enters the other from there: no transfer crosses lines."""
    key = f"change:{change.pk}"

    def allot(line_id: int) -> NewTransfer:
        source, target = (
            _account(line_id, kind) for kind in (AccountKind.APPROPRIATION, AccountKind.AVAILABLE)
        )
        return NewTransfer(TransferKind.ALLOT, source, target, change.amount_fen, f"{key}:allot")

    def cut(line_id: int) -> NewTransfer:
        source, target = (
            _account(line_id, kind) for kind in (AccountKind.AVAILABLE, AccountKind.APPROPRIATION)
        )
        return NewTransfer(TransferKind.CUT, source, target, change.amount_fen, f"{key}:cut")

    if change.kind == ChangeKind.ALLOT:
        return [allot(change.line_id)]
    if change.kind == ChangeKind.CUT:
        return [cut(change.line_id)]
    assert change.to_line_id is not None
    return [cut(change.line_id), allot(change.to_line_id)]
