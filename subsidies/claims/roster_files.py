"""Reads a roster of employees: CSV (UTF-8 with or without mark, GB18030) or XLSX, at most 20,000 rows."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 50
HEADINGS = {
    "name": ("姓名", "员工姓名", "name"),
    "number": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "identity number", "id number"),
    "months": ("月数", "申报月数", "months"),
    "amount": ("金额", "申报金额", "申报金额（元）", "申报金额(元)", "amount", "amount (yuan)"),
}
TEMPLATE_HEADINGS = ["姓名", "身份证号", "申报月数", "申报金额（元）"]


class RosterNotReadable(DomainError):
    message = _("The file cannot be read. Save the list as XLSX or CSV and upload that.")


@dataclass(frozen=True)
class Listed:
    """One row as it was typed."""

    row: int
    name: str
    number: str
    months: str = ""
    amount: str = ""


@dataclass(frozen=True)
class RosterFile:
    rows: list[Listed]
    sha256: str


def read_roster(file: Any) -> RosterFile:
    """The rows of an uploaded roster. Raises RosterNotReadable with a sentence that says what to do."""
    if (file.size or 0) > MAX_BYTES:
        raise RosterNotReadable(_("The file is larger than 10 MB. Split it, or leave out other columns."))
    file.seek(0)
    data = file.read()
    if not data:
        raise RosterNotReadable(_("The file is empty. Choose another one."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterNotReadable(
            _("Old Excel files (.xls) are not read. Save the list as .xlsx or CSV and try again.")
        )
    lines = _xlsx_lines(data) if data.startswith(b"PK") else _csv_lines(data)
    return RosterFile(_listed(lines), hashlib.sha256(data).hexdigest())


def _xlsx_lines(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNPACKED:
                raise RosterNotReadable(_("The file is too large unpacked. Split it into parts."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for cells in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield [_text(cell) for cell in cells]
    except DomainError:
        raise
    except Exception as error:  # a hostile file may raise anything from the parser
        raise RosterNotReadable(_("The file is damaged or not complete. Export it again.")) from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _csv_lines(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if "\x00" in text:
        raise RosterNotReadable
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise RosterNotReadable from error


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterNotReadable(
        _("The text is neither UTF-8 nor GB18030. Save the list as “CSV UTF-8” and try again.")
    )


def _listed(lines: Iterable[list[str]]) -> list[Listed]:
    iterator = iter(lines)
    columns = _columns(next(iterator, []))
    rows: list[Listed] = []
    for number, cells in enumerate(iterator, start=1):
        values = {
            field: cells[position].strip()[:60] if position < len(cells) else ""
            for field, position in columns.items()
        }
        if not any(values.values()):
            continue
        if len(rows) == MAX_ROWS:
            raise RosterNotReadable(
                _("The list has more than 20,000 rows. Split it and upload the parts one after the other.")
            )
        rows.append(
            Listed(
                row=number,
                name=_unquoted(values["name"]),
                number=_unquoted(values["number"]),
                months=values.get("months", "")[:20],
                amount=values.get("amount", "")[:20],
            )
        )
    if not rows:
        raise RosterNotReadable(_("The list has no rows under its heading."))
    return rows


def _unquoted(text: str) -> str:
    """Spreadsheets put an apostrophe before numbers that shall stay text; so do our own exports."""
    return text.lstrip("'‘’").strip()


def _columns(heading: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, title in enumerate(heading):
        plain = title.strip().lstrip("\ufeff").casefold()
        for field, names in HEADINGS.items():
            if plain in names and field not in found:
                found[field] = position
    if not {"name", "number"} <= found.keys():
        raise RosterNotReadable(
            _("The first row must name the columns: 姓名 and 身份证号. Download the template and fill it in.")
        )
    return found
