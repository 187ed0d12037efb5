"""Where the money stands, read from the ledger: by place, item and year, and the transfers behind each figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from employment_portal.accounts.enums import StaffRole
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.models import Account, Transfer
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from subsidies.budgets.models import BudgetLine
from subsidies.payments.models import Payable

A = AccountKind
READERS = (StaffRole.FINANCE_OFFICER, StaffRole.CITY_OFFICER, StaffRole.POLICY_OFFICER)
# The columns of the workspace, in the order in which money passes through them.
COLUMNS = (
    A.AVAILABLE, A.COMMITTED, A.PAYABLE, A.IN_TRANSIT, A.PAID, A.RETURNED_HOLD, A.OVERPAID_RECEIVABLE, A.RECOVERED,
    A.WRITTEN_OFF, A.TREASURY_SURRENDERED, A.SUSPENSE, A.UNCOVERED,
)  # fmt: skip
# Columns that the page shows only where there is something to look into.
RARE = frozenset({A.SUSPENSE, A.UNCOVERED})
GROUPS = ("region", "item", "year", "fund")
# Recovered money passes on at once: what ever came back is what entered the account.
FLOWS = frozenset({A.RECOVERED})


@dataclass
class Row:
    """A group of budget lines with its figures in fen. ``appropriated`` is allotments less cuts."""

    key: str
    label: str
    line_ids: list[int] = field(default_factory=list)
    appropriated: int = 0
    by_kind: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((kind.value for kind in COLUMNS), 0)
    )
    drill: bool = False

    @property
    def figures(self) -> list[tuple[str, int]]:
        return [(kind.value, self.by_kind[kind.value]) for kind in COLUMNS]

    @property
    def used_percent(self) -> float:
        """What was granted or paid, of the appropriation, to a tenth of a percent."""
        if self.appropriated <= 0:
            return 0.0
        free = self.by_kind[A.AVAILABLE] + self.by_kind[A.TREASURY_SURRENDERED]
        return max(0.0, min(100.0, round(100 * (self.appropriated - free) / self.appropriated, 1)))


def lines_visible_to(user: Any) -> QuerySet[BudgetLine]:
    """Lines of the subtrees in which the user holds a post that deals with money or policies."""
    return BudgetLine.objects.filter(_scope(user, "region__path")).select_related("region", "fund", "item")


def _scope(user: Any, path: str, roles: Iterable[str] = READERS) -> Q:
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role in roles:
            scope |= Q(**{f"{path}__startswith": post.agency.region.path})
    return scope


def places_of(user: Any) -> QuerySet[Region]:
    """The regions of the user's posts, from which the workspace starts."""
    ids = {post.agency.region_id for post in user.current_posts() if post.role in READERS}
    return Region.objects.filter(pk__in=ids).order_by("level", "code")


def grouped(lines: Iterable[BudgetLine], *, by: str, under: Region | None = None) -> list[Row]:
    """One row per place, item, year or fund with the ledger's figures: two queries for any number of lines.

    By place: the regions right below ``under`` (a line of ``under`` itself stands as itself).
    """
    listed = list(lines)
    rows: dict[str, Row] = {}
    row_of: dict[int, Row] = {}
    for line in listed:
        key, label, drill = _group(line, by, under)
        row = rows.setdefault(key, Row(key, label, drill=drill))
        row.line_ids.append(line.pk)
        row_of[line.pk] = row
    if by == "region" and rows:
        names = dict(Region.objects.filter(code__in=rows).values_list("code", "name"))
        for key, row in rows.items():
            row.label = names.get(key, row.label)
    for line_id, kind, debits, credits in _totals(list(row_of)):
        row = row_of[line_id]
        if kind == A.APPROPRIATION:
            row.appropriated += debits - credits
        elif kind in row.by_kind:
            row.by_kind[kind] += credits if kind in FLOWS else credits - debits
    return list(rows.values())


def _totals(line_ids: Sequence[int]) -> Iterable[tuple[int, str, int, int]]:
    return (
        Account.objects.filter(book=SUBSIDIES, line__in=line_ids)
        .values_list("line", "kind")
        .annotate(debited=Sum("debits"), credited=Sum("credits"))
        .order_by()
    )


def _group(line: BudgetLine, by: str, under: Region | None) -> tuple[str, str, bool]:
    if by == "item":
        return line.item.code, line.item.label, False
    if by == "year":
        return str(line.year), str(line.year), False
    if by == "fund":
        return line.fund.code, line.fund.label, False
    codes = line.region.path_codes
    depth = len(under.path_codes) if under is not None else 0
    place = codes[min(depth, len(codes) - 1)]
    deeper = place != line.region.code or line.region.level < RegionLevel.DISTRICT
    return place, line.region.name, deeper and (under is None or place != under.code)


def total_of(rows: Iterable[Row], label: str) -> Row:
    total = Row("", label)
    for row in rows:
        total.line_ids += row.line_ids
        total.appropriated += row.appropriated
        for kind, fen in row.by_kind.items():
            total.by_kind[kind] += fen
    return total


def transfers_behind(line_ids: Sequence[int], *, account: str = "", kind: str = "") -> QuerySet[Transfer]:
    """The transfers of some lines, newest first, narrowed to those that touch a kind of account, or of one kind."""
    accounts = Account.objects.filter(book=SUBSIDIES, line__in=line_ids)
    if account:
        accounts = accounts.filter(kind=account)
    ids = accounts.values("pk")
    found = Transfer.objects.filter(Q(debit__in=ids) | Q(credit__in=ids))
    if kind:
        found = found.filter(kind=kind)
    return found.select_related("debit", "credit").order_by("-number")


def signed_fen(transfer: Transfer, account: str) -> int:
    """What a transfer did to a kind of account: below zero where money left it."""
    if account and transfer.debit.kind == account:
        return -transfer.amount_fen
    return transfer.amount_fen


def payables_by_holder(transfers: Iterable[Transfer]) -> dict[int, Payable]:
    """The payments that some transfers belong to, by the ledger's holder id: one query."""
    ids = {side.holder for row in transfers for side in (row.debit, row.credit) if side.holder}
    return Payable.objects.select_related("claim", "person", "organisation", "line__item").in_bulk(ids)


def received_by(
    *, person: Any = None, organisation: Any = None, within: QuerySet[Payable] | None = None
) -> list[dict[str, Any]]:
    """What somebody received, by fiscal year and item, from the ledger: paid, asked back and returned, in fen.

    ``within``: the payments that the reader may see (None: all, for the payee).
    """
    whose = Q(person=person) if person is not None else Q(organisation=organisation)
    found = (Payable.objects.all() if within is None else within).filter(whose)
    payables = {row.pk: row for row in found.select_related("line__item", "line__region", "claim")}
    held: dict[int, dict[str, int]] = {}
    accounts = Account.objects.filter(book=SUBSIDIES, holder__in=payables).annotate(
        fen=F("credits") - F("debits")
    )
    for account in accounts:
        value = account.credits if account.kind in FLOWS else account.fen
        held.setdefault(account.holder, {})[account.kind] = value
    rows = []
    for pk, payable in payables.items():
        stands = held.get(pk, {})
        owed = stands.get(A.OVERPAID_RECEIVABLE, 0)
        returned = stands.get(A.RECOVERED, 0)
        reached = stands.get(A.PAID, 0) + owed + returned + stands.get(A.WRITTEN_OFF, 0)
        if reached:
            rows.append(
                {
                    "payable": payable,
                    "year": payable.line.year,
                    "paid_on": payable.paid_on,
                    "received": reached,
                    "owed": owed,
                    "returned": returned,
                    "kept": reached - returned,
                }
            )
    return sorted(rows, key=lambda row: (-row["year"], str(row["paid_on"] or ""), row["payable"].pk))


def by_year_and_item(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sums of a statement."""
    sums: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        item = row["payable"].line.item
        found = sums.setdefault(
            (row["year"], item.code),
            {
                "year": row["year"],
                "item": item,
                "received": 0,
                "owed": 0,
                "returned": 0,
                "kept": 0,
                "count": 0,
            },
        )
        found["count"] += 1
        for key in ("received", "owed", "returned", "kept"):
            found[key] += row[key]
    return [sums[key] for key in sorted(sums, key=lambda pair: (-pair[0], pair[1]))]


def payees_visible_to(user: Any) -> QuerySet[Payable]:
    """Payments of the user's subtrees: whose statements may be opened."""
    return Payable.objects.filter(_scope(user, "region__path", (*READERS, StaffRole.DISTRICT_OFFICER)))
