"""The empty workbook of the opening data, and the report of a check as CSV."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.core.exports import csv_lines
from subsidies.opening.columns import ERRORS, SHEET_NAMES, SHEETS, TOTAL
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningRow


def template() -> bytes:
    """Three sheets with their headings and one example row each."""
    book = Workbook(write_only=True)
    for kind, columns in SHEETS.items():
        sheet = book.create_sheet(SHEET_NAMES[OpeningKind(kind)][0])
        sheet.append([column.names[0] for column in columns])
        sheet.append([column.example for column in columns])
        if kind != OpeningKind.BALANCE:
            sheet.append([TOTAL if column.key == "id" else "1500.00" if column.key == "amount" else "" for column in columns])  # fmt: skip
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def reason(row: OpeningRow) -> str:
    """What is wrong with a row, as a sentence; empty when nothing is."""
    template = ERRORS.get(row.error)
    return str(template % row.error_values) if template else row.error


def problems(batch: OpeningImport) -> Iterator[str]:
    """The faulty rows, for whoever keeps the old system. No identity number leaves with them."""
    rows = batch.rows.exclude(error="").order_by("number").defer("payload")
    return csv_lines(
        [_("Row"), _("Sheet"), _("Number in the old system"), _("Reason")],
        ([row.number, row.get_kind_display(), row.source_id, reason(row)] for row in rows.iterator(2000)),
    )
