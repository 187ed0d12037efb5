"""What became of each row, as a file that goes back to whoever made the list."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.core.exports import safe_cell
from jobs.imports.models import ImportBatch, ImportRow


def write_csv(batch: ImportBatch, file: IO[str], *, outcomes: Sequence[str]) -> None:
    writer = csv.writer(file)
    headings, rows = _table(batch, outcomes)
    writer.writerow(headings)
    writer.writerows(rows)


def xlsx(batch: ImportBatch, *, outcomes: Sequence[str]) -> bytes:
    """The same as an Excel file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Rows"))
    headings, rows = _table(batch, outcomes)
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _table(batch: ImportBatch, outcomes: Sequence[str]) -> tuple[list[str], Iterator[list[str]]]:
    rows = ImportRow.objects.filter(batch=batch, outcome__in=outcomes).order_by("number")
    columns = list(dict.fromkeys(name for row in rows[:200] for name, _value in row.excerpt))[:20]
    headings = [_("Row"), _("Result"), _("Reason"), *[safe_cell(column) for column in columns]]
    return headings, (
        [str(row.number), row.get_outcome_display(), safe_cell(row.reason)]
        + [safe_cell(dict(row.excerpt).get(column, "")) for column in columns]
        for row in rows.iterator(chunk_size=2000)
    )
