"""The finance workspace: money by place, item, year or fund, and the transfers behind any figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.audit.actions import record
from employment_portal.core.exports import spreadsheet
from employment_portal.ledger.kinds import AccountKind, TransferKind, headings
from employment_portal.regions.models import Region
from subsidies.finance import exports, queries
from subsidies.policies.models import SubsidyItem

READERS = STAFF(*queries.READERS)
PAGE_SIZE = 50
EXPORT_LIMIT = 200_000  # rows of a file that is written while the browser waits
GROUP_LABELS = {
    "region": gettext_lazy("By place"),
    "item": gettext_lazy("By subsidy"),
    "fund": gettext_lazy("By fund"),
    "year": gettext_lazy("By fiscal year"),
}
HEADINGS = {
    "region": gettext_lazy("Place"),
    "item": gettext_lazy("Subsidy"),
    "fund": gettext_lazy("Fund"),
    "year": gettext_lazy("Fiscal year"),
}


class Chosen:
    """What the address narrows the workspace to."""

    def __init__(self, request: HttpRequest) -> None:
        get = request.GET.get
        self.by = get("by", "region") if get("by", "region") in GROUP_LABELS else "region"
        year = get("year", str(timezone.localdate().year))
        self.year = int(year[:4]) if year[:4].isdigit() else 0
        self.item = get("item", "").strip()
        self.fund = get("fund", "").strip()
        lines = queries.lines_visible_to(request.user)
        self.years = sorted(
            {*lines.order_by().values_list("year", flat=True).distinct(), timezone.localdate().year},
            reverse=True,
        )
        self.places = list(queries.places_of(request.user))
        self.region = self._region(request, get("region", ""))
        if self.region is not None:
            lines = lines.filter(region__path__startswith=self.region.path)
        if self.year and self.by != "year":
            lines = lines.filter(year=self.year)
        if self.item:
            lines = lines.filter(item__code=self.item)
        if self.fund:
            lines = lines.filter(fund__code=self.fund)
        self.lines = lines.order_by("region__path", "item__order", "item__code", "year", "pk")

    def _region(self, request: HttpRequest, code: str) -> Region | None:
        if not code:
            return self.places[0] if len(self.places) == 1 else None
        region = Region.objects.filter(code=code).first()
        if region is None or not any(region.path.startswith(place.path) for place in self.places):
            raise Http404
        return region

    def query(self, **changes: Any) -> str:
        values = {
            "by": self.by,
            "year": self.year,
            "item": self.item,
            "fund": self.fund,
            "region": self.region.code if self.region else "",
            **changes,
        }
        return urlencode({key: value for key, value in values.items() if value != ""})

    def of_row(self, row: queries.Row) -> dict[str, Any]:
        """What narrows the workspace to one row."""
        if not row.key:
            return {}
        return {self.by: row.key}


SORTS = {"label", "appropriated", "used", *(kind.value for kind in queries.COLUMNS)}


def _rows(request: HttpRequest, chosen: Chosen) -> list[queries.Row]:
    rows = queries.grouped(chosen.lines, by=chosen.by, under=chosen.region)
    sort = request.GET.get("sort", "")
    key, down = sort.lstrip("-"), sort.startswith("-")
    if key in SORTS:
        value = {
            "label": lambda row: row.label,
            "appropriated": lambda row: row.appropriated,
            "used": lambda row: row.used_percent,
        }.get(key, lambda row: row.by_kind[key])
        rows.sort(key=value, reverse=down)  # type: ignore[arg-type]
    return rows


@require_GET
@route(READERS)
def workspace(request: HttpRequest) -> HttpResponse:
    chosen = Chosen(request)
    rows = _rows(request, chosen)
    total = queries.total_of(rows, _("Total"))
    kinds = headings(AccountKind)
    filled = [kind.value for kind in queries.COLUMNS if any(row.by_kind[kind.value] for row in rows)]
    home = reverse("subsidies:finance")
    behind = reverse("subsidies:finance_transfers")
    context = {
        "chosen": chosen,
        "heading": HEADINGS[chosen.by],
        "columns": [(kind, kinds[kind]) for kind in filled],
        "empty_columns": [
            kinds[kind.value]
            for kind in queries.COLUMNS
            if kind.value not in filled and kind not in queries.RARE
        ],
        "rows": [_shown(chosen, row, filled, home, behind) for row in rows],
        "total": _shown(chosen, total, filled, home, behind),
        "tabs": [
            {"label": label, "url": f"?{chosen.query(by=by)}", "current": by == chosen.by}
            for by, label in GROUP_LABELS.items()
        ],
        "crumbs": _way(chosen, home),
        "items": SubsidyItem.objects.all(),
        "export_href": f"{reverse('subsidies:export_finance')}?{request.GET.urlencode()}",
        "may_close": chosen.region is not None
        and request.user.has_role(StaffRole.FINANCE_OFFICER, region=chosen.region),
    }
    return render(request, "subsidies/finance/workspace.html", context)


def _shown(chosen: Chosen, row: queries.Row, kinds: list[str], home: str, behind: str) -> dict[str, Any]:
    narrowed = chosen.of_row(row)
    drill = ""
    if row.key and chosen.by == "region" and row.drill:
        drill = f"{home}?{chosen.query(region=row.key)}"
    elif row.key:
        drill = f"{home}?{chosen.query(**narrowed, by='item' if chosen.by != 'item' else 'region')}"
    year = {"year": row.key} if row.key and chosen.by == "year" else {}
    return {
        "label": row.label,
        "url": drill,
        "appropriated": row.appropriated,
        "appropriated_url": f"{behind}?{chosen.query(**{**narrowed, **year}, account='appropriation')}",
        "figures": [
            (row.by_kind[kind], f"{behind}?{chosen.query(**{**narrowed, **year}, account=kind)}")
            for kind in kinds
        ],
        "used": row.used_percent,
    }


def _way(chosen: Chosen, home: str) -> list[tuple[str, str]]:
    """The places above the chosen one, down from where the user's posts begin."""
    if chosen.region is None:
        return []
    own = next((place for place in chosen.places if chosen.region.path.startswith(place.path)), None)
    if own is None:
        return []
    codes = chosen.region.path_codes[len(own.path_codes) - 1 :]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return [(names[code], f"{home}?{chosen.query(region=code)}") for code in codes[:-1]]


@require_GET
@route(READERS)
def workspace_export(request: HttpRequest) -> HttpResponse:
    chosen = Chosen(request)
    rows = _rows(request, chosen)
    record(action="finance.export", by=request.user, detail={"query": chosen.query()}, request=request)
    content = exports.figures([*rows, queries.total_of(rows, _("Total"))], str(HEADINGS[chosen.by]))
    return spreadsheet(content, _("subsidy-money-%(year)s") % {"year": chosen.year or _("all")})


def _transfers(request: HttpRequest) -> tuple[Chosen, Any, str, str]:
    chosen = Chosen(request)
    if chosen.by == "year" and chosen.year:
        chosen.lines = chosen.lines.filter(year=chosen.year)
    account, kind = request.GET.get("account", ""), request.GET.get("kind", "")
    account = account if account in AccountKind.values else ""
    kind = kind if kind in TransferKind.values else ""
    ids = list(chosen.lines.values_list("pk", flat=True))
    return chosen, queries.transfers_behind(ids, account=account, kind=kind), account, kind


@require_GET
@route(READERS)
def transfer_list(request: HttpRequest) -> HttpResponse:
    """What moved in and out behind a figure, each with the claim, batch or order it belongs to."""
    chosen, found, account, kind = _transfers(request)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kinds, moves = headings(AccountKind), headings(TransferKind)
    payables = queries.payables_by_holder(page.object_list)
    lines = {
        line.pk: line
        for line in queries.lines_visible_to(request.user).filter(
            pk__in={row.debit.line for row in page.object_list}
        )
    }
    finance = request.user.has_role(StaffRole.FINANCE_OFFICER)
    rows = []
    for row in page.object_list:
        payable = payables.get(row.debit.holder or row.credit.holder)
        rows.append(
            {
                "number": row.number,
                "at": row.posted_at,
                "kind": moves.get(row.kind, row.kind),
                "debit": kinds.get(row.debit.kind, row.debit.kind),
                "credit": kinds.get(row.credit.kind, row.credit.kind),
                "fen": queries.signed_fen(row, account),
                "line": lines.get(row.debit.line),
                "payable": payable,
                "payable_url": reverse("subsidies:payable", args=[payable.public_id])
                if payable and finance
                else "",
                "order_url": _order_url(payable, row),
            }
        )
    context = {
        "chosen": chosen,
        "page": page,
        "rows": rows,
        "account": account,
        "account_label": kinds.get(account, ""),
        "kind": kind,
        "accounts": kinds.items(),
        "kinds": moves.items(),
        "back": f"{reverse('subsidies:finance')}?{chosen.query()}",
        "export_href": f"{reverse('subsidies:export_transfers')}?{request.GET.urlencode()}",
        "cut": _cut(page.paginator.count),
    }
    return render(request, "subsidies/finance/transfers.html", context)


def _order_url(payable: Any, row: Any) -> str:
    asked = {TransferKind.OVERPAY, TransferKind.RECOVER, TransferKind.WRITE_OFF, TransferKind.REUSE}
    if payable is None or row.kind not in asked:
        return ""
    return f"{reverse('subsidies:staff_recoveries')}?{urlencode({'text': payable.claim.number})}"


@require_GET
@route(READERS)
def transfer_export(request: HttpRequest) -> HttpResponse:
    chosen, found, account, kind = _transfers(request)
    detail = {"query": chosen.query(account=account, kind=kind)}
    record(action="finance.export", by=request.user, detail=detail, request=request)
    content = exports.transfers(found[:EXPORT_LIMIT].iterator(chunk_size=5000), cut=_cut(found.count()))
    return spreadsheet(content, _("transfers"))


def _cut(count: int) -> str:
    """The sentence that says that a file does not hold everything, or ''."""
    if count <= EXPORT_LIMIT:
        return ""
    return _(
        "The Excel file holds the latest %(limit)s of %(count)s transfers. For the others choose a place, a year, a "
        "subsidy or an account, and export each."
    ) % {"limit": EXPORT_LIMIT, "count": count}
