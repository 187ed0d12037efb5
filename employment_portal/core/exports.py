"""Cells and lines of files that leave the portal for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could begin one (CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def csv_lines(heading: list[Any], rows: Iterable[list[Any]]) -> Iterator[str]:
    """The lines of a CSV file, with the byte order mark that Excel wants for Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in _chain(heading, rows):
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def spreadsheet(content: bytes, name: str) -> HttpResponse:
    """An Excel file that the browser keeps as ``name``.xlsx."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response


def _chain(heading: list[Any], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield heading
    yield from rows
