"""A year's budget from a spreadsheet: each row asks for an allotment, a colleague approves them."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import openpyxl
from django.db import transaction
from django.utils.translation import gettext as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import yuan_to_fen
from employment_portal.regions.models import Region
from subsidies.budgets.actions import open_line, request_change
from subsidies.budgets.models import BudgetChange, BudgetLine, ChangeKind, ChangeState, Fund
from subsidies.policies.models import SubsidyItem

MAX_ROWS = 5000
MAX_UNPACKED = 50 * 1024 * 1024
COLUMNS = {
    "region": ("地区", "区域", "region"),
    "year": ("年度", "年份", "year"),
    "fund": ("资金", "资金来源", "fund"),
    "item": ("项目", "补贴项目", "item"),
    "amount": ("金额（元）", "金额(元)", "金额", "amount"),
    "document": ("文号", "文件号", "document"),
}


class ListNotReadable(DomainError):
    pass


@dataclass(frozen=True)
class RowResult:
    """What became of a row: ``asked`` (a change waits), ``known`` (asked for before), or a ``problem``."""

    number: int
    text: str
    outcome: str
    problem: str = ""


def import_budget(*, content: bytes, by: Any, now: datetime) -> list[RowResult]:
    """Ask for the allotment of every good row; a bad one is reported and the others go on.

    A line with an allotment of the same document and amount that waits or was approved is known: the same file again
    asks for nothing. Raises ListNotReadable.
    """
    return [_row(number, cells, by, now) for number, cells in _rows(content)]


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise ListNotReadable(_("The file is too large unpacked. Leave out everything but the list."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        lines = [list(line[:40]) for line in sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 2)]
    except ListNotReadable:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of the file makes it raise
        raise ListNotReadable(
            _("The file is no Excel file that can be read. Save it as .xlsx and upload it again.")
        ) from error
    if len(lines) > MAX_ROWS + 1:
        raise ListNotReadable(_("The list has more than %(most)s rows. Split it."), most=MAX_ROWS)
    heading = [str(cell or "").strip().lower() for cell in lines[0]] if lines else []
    places = {
        field: next((heading.index(name) for name in names if name in heading), None)
        for field, names in COLUMNS.items()
    }
    missing = [COLUMNS[field][0] for field, place in places.items() if place is None]
    if missing:
        raise ListNotReadable(_("The first row lacks the columns %(names)s."), names="、".join(missing))
    found = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {field: _cell(line, place) for field, place in places.items()}
        if any(cells.values()):
            found.append((number, cells))
    if not found:
        raise ListNotReadable(_("The list has no rows below its heading."))
    return found


def _cell(line: list[Any], place: int | None) -> str:
    value = line[place] if place is not None and place < len(line) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()[:200]


def _row(number: int, cells: dict[str, str], by: Any, now: datetime) -> RowResult:
    text = " ".join(cells[field] for field in ("region", "year", "item", "amount"))[:120]
    try:
        with transaction.atomic():
            return RowResult(number, text, _ask(cells, by, now))
    except DomainError as error:
        return RowResult(number, text, "problem", str(error))


def _ask(cells: dict[str, str], by: Any, now: datetime) -> str:
    if not cells["year"].isdigit() or not 2000 <= int(cells["year"]) <= 2100:
        raise DomainError(_("The fiscal year is not understood. Write it with four digits."))
    fen = yuan_to_fen(cells["amount"])
    if not cells["document"]:
        raise DomainError(_("The document number is missing."))
    line = open_line(
        region=_region(cells["region"]),
        year=int(cells["year"]),
        fund=_named(Fund, cells["fund"], _("Fund")),
        item=_named(SubsidyItem, cells["item"], _("Subsidy")),
        by=by,
    )
    BudgetLine.objects.select_for_update().get(pk=line.pk)
    same = BudgetChange.objects.filter(
        line=line, kind=ChangeKind.ALLOT, document=cells["document"][:80], amount_fen=fen
    ).filter(state__in=[ChangeState.WAITING, ChangeState.APPROVED])
    if same.exists():
        return "known"
    request_change(
        kind=ChangeKind.ALLOT,
        line=line,
        amount_fen=fen,
        document=cells["document"][:80],
        reason=_("Budget of the year"),
        by=by,
        now=now,
    )
    return "asked"


def _region(written: str) -> Region:
    found = list(Region.objects.filter(code=written)[:1]) or list(
        Region.objects.filter(full_name=written)[:2]
    )
    found = found or list(Region.objects.active().filter(name=written)[:2])
    found = found or (
        list(Region.objects.active().filter(full_name__endswith=written)[:2]) if len(written) > 3 else []
    )
    if len(found) != 1:
        raise DomainError(
            _("The place “%(name)s” is not understood. Write its full name or its code."), name=written[:40]
        )
    return found[0]


def _named(model: Any, written: str, what: str) -> Any:
    found = model.objects.filter(code=written).first() or model.objects.filter(name=written).first()
    if found is None:
        raise DomainError(
            _("%(what)s “%(name)s” is not known. Write its name or its code."), what=what, name=written[:40]
        )
    return found
