"""An opening file as rows of text: one workbook with three sheets, or up to three CSV files."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.opening.columns import SHEET_NAMES, SHEETS

MAX_ROWS = 200_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_CELL = 200


class FileNotReadable(DomainError):
    message = _("The file cannot be read as an Excel or CSV file. Save it as .xlsx or as CSV in UTF-8.")


class NothingInFile(DomainError):
    message = _("There is no row in the file. Each sheet has its headings in the first row and data below.")


class HeadingMissing(DomainError):
    message = _("The sheet %(sheet)s lacks the columns %(names)s.")


@dataclass(frozen=True)
class Read:
    """A row of a file: kind, its row in the sheet, its cells by column key."""

    kind: str
    number: int
    cells: dict[str, str]


def read_files(files: Sequence[tuple[str, bytes]]) -> list[Read]:
    """Every row of a workbook, or of CSV files told apart by their headings.

    Raises FileNotReadable, HeadingMissing, NothingInFile.
    """
    rows: list[Read] = []
    for name, content in files:
        if content[:4] == b"PK\x03\x04":
            rows += _workbook(content)
        else:
            rows += _csv(name, content)
        if len(rows) > MAX_ROWS:
            raise FileNotReadable(_("There are more than %(most)s rows. Split the file."), most=MAX_ROWS)
    if not rows:
        raise NothingInFile
    return rows


def _workbook(content: bytes) -> list[Read]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise FileNotReadable(
                    _("The file is too large unpacked. Leave out everything but the lists.")
                )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title.strip(): sheet for sheet in book.worksheets}
        found: list[Read] = []
        for kind, names in SHEET_NAMES.items():
            title = next((name for name in names if name in sheets), None)
            if title is None:
                continue
            sheets[title].reset_dimensions()
            lines = sheets[title].iter_rows(values_only=True, max_row=MAX_ROWS + 2, max_col=40)
            found += _rows(kind, title, lines)
    except DomainError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of the file makes it raise
        raise FileNotReadable from error
    return found


def _csv(name: str, content: bytes) -> list[Read]:
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\x00" in text:
        raise FileNotReadable
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise FileNotReadable from error
    heading = {cell.strip() for cell in lines[0]} if lines else set()
    kind = max(
        SHEETS,
        key=lambda kind: sum(any(name in heading for name in column.names) for column in SHEETS[kind]),
    )
    return _rows(kind, name, lines)


def _rows(kind: str, sheet: str, lines: Iterable[Sequence[Any]]) -> list[Read]:
    places: dict[str, int] | None = None
    found = []
    for number, line in enumerate(lines, start=1):
        if places is None:
            places = _places(kind, sheet, line)
            continue
        cells = {key: _cell(line[at]) if at < len(line) else "" for key, at in places.items()}
        if any(cells.values()):
            found.append(Read(kind, number, cells))
    return found


def _places(kind: str, sheet: str, line: Sequence[Any]) -> dict[str, int]:
    heading = [_cell(cell).lower() for cell in line]
    places = {
        column.key: next(heading.index(name) for name in column.names if name in heading)
        for column in SHEETS[kind]
        if any(name in heading for name in column.names)
    }
    missing = [column.names[0] for column in SHEETS[kind] if column.required and column.key not in places]
    if missing:
        raise HeadingMissing(sheet=sheet[:40], names="、".join(missing))
    return places


def _cell(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        value = int(value) if value.is_integer() else repr(value)
    return "" if value is None else str(value).strip()[:MAX_CELL]
