"""What each budget line holds, by the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.errors import DomainError
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from subsidies.budgets.models import BudgetChange, BudgetLine, ChangeState
from subsidies.policies.models import SubsidyItem

# The columns of the budget table, in the order in which money passes through them.
COLUMNS = (
    AccountKind.AVAILABLE,
    AccountKind.COMMITTED,
    AccountKind.PAYABLE,
    AccountKind.IN_TRANSIT,
    AccountKind.PAID,
    AccountKind.RETURNED_HOLD,
    AccountKind.OVERPAID_RECEIVABLE,
    AccountKind.RECOVERED,
)


class NoBudgetLine(DomainError):
    message = _(
        "No budget line pays for %(item)s in %(region)s in %(year)s. "
        "Ask the finance officer to open one and to have money allotted to it."
    )


@dataclass(frozen=True)
class LineFigures:
    """A line with what stands in each of its accounts, in fen. ``appropriated`` is allotments less cuts."""

    line: BudgetLine
    appropriated: int
    by_kind: dict[str, int]

    @property
    def figures(self) -> list[tuple[str, int]]:
        return [(kind.value, self.by_kind.get(kind, 0)) for kind in COLUMNS]

    @property
    def spent_percent(self) -> int:
        return (
            round(100 * self.by_kind.get(AccountKind.PAID, 0) / self.appropriated) if self.appropriated else 0
        )


def line_for(region: Region, year: int, fund_code: str, item: SubsidyItem) -> BudgetLine:
    """The line that pays a claim: of the region's county, else of the nearest place above it that has one.

    Raises NoBudgetLine.
    """
    codes = region.path_codes
    line = (
        BudgetLine.objects.filter(
            region__code__in=codes,
            region__level__lte=RegionLevel.DISTRICT,
            year=year,
            fund__code=fund_code,
            item=item,
        )
        .select_related("region")
        .order_by("-region__level")
        .first()
    )
    if line is None:
        raise NoBudgetLine(item=item.name, region=region.full_name, year=year)
    return line


def _under_posts(user: Any, path: str) -> Q:
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role in {StaffRole.FINANCE_OFFICER, StaffRole.CITY_OFFICER, StaffRole.POLICY_OFFICER}:
            scope |= Q(**{f"{path}__startswith": post.agency.region.path})
    return scope


def lines_visible_to(user: Any) -> QuerySet[BudgetLine]:
    """Lines of the subtrees in which the user holds a post that deals with money or policies."""
    return BudgetLine.objects.filter(_under_posts(user, "region__path")).select_related(
        "region", "fund", "item"
    )


def changes_visible_to(user: Any) -> QuerySet[BudgetChange]:
    return BudgetChange.objects.filter(_under_posts(user, "line__region__path")).select_related(
        "line__region",
        "line__item",
        "line__fund",
        "to_line__region",
        "to_line__item",
        "requested_by",
        "decided_by",
    )


def waiting_changes(user: Any) -> QuerySet[BudgetChange]:
    return changes_visible_to(user).filter(state=ChangeState.WAITING).order_by("requested_at", "pk")


def with_figures(lines: Iterable[BudgetLine]) -> list[LineFigures]:
    """Two queries for any number of lines."""
    listed = list(lines)
    held = balances(SUBSIDIES, [line.pk for line in listed])
    return [
        LineFigures(
            line=line,
            appropriated=-held.get((line.pk, AccountKind.APPROPRIATION), 0),
            by_kind={kind.value: held.get((line.pk, kind), 0) for kind in COLUMNS},
        )
        for line in listed
    ]


def totals(rows: Iterable[LineFigures]) -> dict[str, int]:
    """The sum of each column over ``rows``, with the key ``appropriated`` beside the kinds."""
    summed = dict.fromkeys(["appropriated", *(kind.value for kind in COLUMNS)], 0)
    for row in rows:
        summed["appropriated"] += row.appropriated
        for kind, fen in row.by_kind.items():
            summed[kind] += fen
    return summed
