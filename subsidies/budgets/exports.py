"""The budget as a spreadsheet, and the empty list that the import reads."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.core.exports import safe_cell
from employment_portal.ledger.kinds import AccountKind, headings
from subsidies.budgets.imports import COLUMNS
from subsidies.budgets.queries import COLUMNS as KINDS
from subsidies.budgets.queries import LineFigures


def lines(rows: Iterable[LineFigures]) -> bytes:
    """One row per line; money in yuan as numbers, so that a spreadsheet can add it up."""
    kinds = headings(AccountKind)
    heading = [_("Region"), _("Fiscal year"), _("Fund"), _("Subsidy"), _("Appropriated")]
    cells: list[list[Any]] = [heading + [str(kinds[kind.value]) for kind in KINDS]]
    for row in rows:
        words = [row.line.region.full_name, row.line.year, row.line.fund.name, row.line.item.name]
        money = [row.appropriated, *(fen for _kind, fen in row.figures)]
        cells.append([safe_cell(word) for word in words] + [fen / 100 for fen in money])
    return _book(_("Budget"), cells)


def template() -> bytes:
    return _book(
        _("Budget"),
        [
            [names[0] for names in COLUMNS.values()],
            ["成都市成华区", 2026, "就业补助资金", "求职补贴", "1500000.00", "成财社〔2026〕12号"],
        ],
    )


def _book(title: str, rows: Iterable[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
