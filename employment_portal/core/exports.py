"""Cells and lines of files that leave the portal for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could begin one (CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def left_out(count: int, limit: int) -> list[list[Any]]:
    """The last line of a list that holds ``limit`` rows at most: that it does not hold all ``count``. Else nothing."""
    if count <= limit:
        return []
    words = _("The first %(limit)s of %(count)s rows. Filter the list and export it again for the others.")
    return [[words % {"limit": limit, "count": count}]]


def csv_lines(heading: list[Any], rows: Iterable[list[Any]], rest: Iterable[list[Any]] = ()) -> Iterator[str]:
    """The lines of a CSV file, with the byte order mark that Excel wants for Chinese; ``rest`` below the rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in chain([heading], rows, rest):
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def spreadsheet(content: bytes, name: str) -> HttpResponse:
    """An Excel file that the browser keeps as ``name``.xlsx."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response
