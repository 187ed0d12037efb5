"""Reads a list of adverts row by row: CSV (also gzipped), JSON lines or an array, XLSX. Never the whole file."""

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import ijson
import openpyxl
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from jobs.imports.reasons import Reason

SAMPLE = 64 * 1024
MAX_UNPACKED = 2 * 1024**3
MAX_XLSX_UNPACKED = 400 * 1024**2
MAX_LINE = 1024 * 1024
MAX_COLUMNS = 200
MAX_CELL = 20_000
MAX_HEADING = 60

csv.field_size_limit(MAX_LINE)


class FileNotReadable(DomainError):
    """The file as a whole is no list that the portal can read."""

    message = _(
        "The file cannot be read. Give a CSV, JSON lines or XLSX file whose first row names the columns."
    )


@dataclass(frozen=True)
class Row:
    """One row of the list. ``number`` counts from 1 after the heading; ``problem`` says why it cannot be used."""

    number: int
    values: dict[str, str]
    problem: Reason | None = None


@dataclass
class ListFile:
    """An opened list: its kind, its headings, its rows. ``position`` moves through ``size`` as rows are read."""

    kind: str
    encoding: str
    headings: list[str]
    rows: Iterator[Row]
    source: "_Counting"
    size: int

    @property
    def position(self) -> int:
        return self.source.position


class _Counting(io.RawIOBase):
    """A binary stream that knows how far it has been read, and can be read again from the start once opened."""

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.position = max(self.position, self._stream.tell())
        return len(data)


class _Limited(io.RawIOBase):
    """Refuses to unpack more than ``limit`` bytes: a small gzip file can hold terabytes."""

    def __init__(self, stream: IO[bytes], limit: int):
        self._stream, self._left = stream, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._stream.read(min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise FileNotReadable(_("The file is too large unpacked. Split it into parts."))
        buffer[: len(data)] = data
        return len(data)


def open_list(stream: IO[bytes]) -> ListFile:
    """Tell the kind and encoding from the content (not the name) and read the headings. Raises FileNotReadable."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    source = _Counting(stream)
    try:
        head = stream.read(4)
        stream.seek(0)
        if not head:
            raise FileNotReadable(_("The file is empty."))
        if head[:2] == b"PK":
            return _guarded(_open_xlsx(source, size))
        if head == b"\xd0\xcf\x11\xe0":
            raise FileNotReadable(
                _("Old Excel files (.xls) are not read. Save the list as .xlsx or CSV and try again.")
            )
        unpacked: IO[bytes] = io.BufferedReader(source, 256 * 1024)
        if head[:2] == b"\x1f\x8b":
            unpacked = io.BufferedReader(_Limited(gzip.GzipFile(fileobj=unpacked), MAX_UNPACKED), 256 * 1024)
        return _guarded(_open_text(unpacked, source, size))
    except _DAMAGE as error:
        raise FileNotReadable(_("The file is damaged or not complete. Export it again.")) from error


_DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)


def _guarded(listed: ListFile) -> ListFile:
    """A packed file may turn out damaged at any row."""
    rows = listed.rows

    def guarded() -> Iterator[Row]:
        try:
            yield from rows
        except _DAMAGE as error:
            raise FileNotReadable(_("The file is damaged or not complete. Export it again.")) from error

    listed.rows = guarded()
    return listed


def _open_text(stream: Any, source: _Counting, size: int) -> ListFile:
    sample = stream.peek(SAMPLE)[:SAMPLE]
    while len(sample) < SAMPLE:
        # BufferedReader.peek answers what it has; a gzip member may hand out little at a time.
        more = stream.peek(SAMPLE)[:SAMPLE]
        if len(more) <= len(sample):
            break
        sample = more
    encoding = _encoding_of(sample)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    first = sample.decode(encoding, "replace").lstrip("\ufeff \r\n\t")
    if first.startswith("{"):
        rows, headings = _with_headings(_json_lines(text))
        return ListFile("jsonl", encoding, headings, rows, source, size)
    if first.startswith("["):
        rows, headings = _with_headings(_json_array(text))
        return ListFile("json", encoding, headings, rows, source, size)
    return _open_csv(text, first, encoding, source, size)


def _encoding_of(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):  # the sample may end inside a character
            try:
                sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    raise FileNotReadable(
        _("The text is neither UTF-8 nor GB18030. Save the list as “CSV UTF-8” and try again.")
    )


def _open_csv(text: io.TextIOWrapper, first: str, encoding: str, source: _Counting, size: int) -> ListFile:
    heading = first.splitlines()[0] if first else ""
    if "\x00" in heading:
        raise FileNotReadable
    delimiter = max(",;\t|", key=heading.count)
    reader = csv.reader(_bounded_lines(text), delimiter=delimiter, strict=False)
    try:
        headings = _headings(next(reader, []))
    except csv.Error as error:
        raise FileNotReadable from error
    if len([heading for heading in headings if heading]) < 2:
        raise FileNotReadable(
            _("The first row does not name columns. Put headings such as 岗位名称 and 用人单位 there.")
        )
    return ListFile("csv", encoding, headings, _csv_rows(reader, headings), source, size)


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise FileNotReadable(
                _("A line of the file is longer than a list can have. Check the line ends and quotes.")
            )
        yield line


def _csv_rows(reader: Any, headings: list[str]) -> Iterator[Row]:
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield Row(number, {}, Reason("row.quotes"))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        yield _row(number, headings, cells)


def _row(number: int, headings: list[str], cells: list[Any]) -> Row:
    values = {heading: _cell(cell) for heading, cell in zip(headings, cells, strict=False) if heading}
    if len(cells) > len(headings) and any(_cell(cell) for cell in cells[len(headings) :]):
        return Row(number, values, Reason("row.cells", {"cells": len(cells), "headings": len(headings)}))
    return Row(number, values, _broken_text(values))


def _broken_text(values: dict[str, str]) -> Reason | None:
    return Reason("row.characters") if any("\ufffd" in value for value in values.values()) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, list):
        value = " ".join(_cell(item) for item in value[:100])
    return str(value)[:MAX_CELL].replace("\x00", "")


def _headings(cells: list[Any]) -> list[str]:
    if len(cells) > MAX_COLUMNS:
        raise FileNotReadable(_("The list has more than %(most)s columns."), most=MAX_COLUMNS)
    seen: set[str] = set()
    headings = []
    for cell in cells:
        heading = " ".join(_cell(cell).replace("\ufeff", "").split())[:MAX_HEADING]
        headings.append("" if heading in seen else heading)
        seen.add(heading)
    return headings


def _json_lines(text: io.TextIOWrapper) -> Iterator[Row]:
    number = 0
    for line in _bounded_lines(text):
        line = line.lstrip("\ufeff").strip()
        if not line:
            continue
        number += 1
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, {}, Reason("row.json"))
            continue
        yield _json_row(number, value)


def _json_array(text: io.TextIOWrapper) -> Iterator[Row]:
    number = 0
    try:
        for value in ijson.items(_Utf8(text), "item"):
            number += 1
            yield _json_row(number, value)
    except (ijson.JSONError, UnicodeError, RecursionError, ValueError):
        yield Row(number + 1, {}, Reason("row.json_end"))


class _Utf8:
    """A decoded text as the UTF-8 bytes that ijson reads."""

    def __init__(self, text: io.TextIOWrapper):
        self._text = text

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).encode("utf-8", "replace")


def _json_row(number: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return Row(number, {}, Reason("row.json_object"))
    values = {
        " ".join(str(key).split())[:MAX_HEADING]: _cell(item)
        for key, item in list(value.items())[:MAX_COLUMNS]
    }
    return Row(number, values, _broken_text(values))


def _with_headings(rows: Iterator[Row]) -> tuple[Iterator[Row], list[str]]:
    """JSON has no heading row: the names of the first 50 objects are the headings."""
    first: list[Row] = []
    headings: dict[str, None] = {}
    for row in rows:
        first.append(row)
        headings.update(dict.fromkeys(row.values))
        if len(first) == 50:
            break
    if not headings:
        raise FileNotReadable(_("The file holds no JSON objects with named fields."))

    def again() -> Iterator[Row]:
        yield from first
        yield from rows

    return again(), list(headings)


def _open_xlsx(source: _Counting, size: int) -> ListFile:
    buffered = io.BufferedReader(source, 256 * 1024)
    with zipfile.ZipFile(buffered) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_XLSX_UNPACKED:
            raise FileNotReadable(_("The file is too large unpacked. Split it into parts."))
    try:
        book = openpyxl.load_workbook(buffered, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size; the rows themselves are right
        lines = sheet.iter_rows(values_only=True)
        headings = _headings(list(next(lines, ())))
    except FileNotReadable:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of the file makes it raise
        raise FileNotReadable(_("The Excel file is damaged. Save it again as .xlsx or CSV.")) from error
    while headings and not headings[-1]:
        headings.pop()
    if len([heading for heading in headings if heading]) < 2:
        raise FileNotReadable(
            _("The first row does not name columns. Put headings such as 岗位名称 and 用人单位 there.")
        )
    return ListFile("xlsx", "", headings, _xlsx_rows(lines, headings), source, size)


def _xlsx_rows(lines: Iterator[tuple[Any, ...]], headings: list[str]) -> Iterator[Row]:
    number = 0
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except Exception:  # a damaged sheet ends here; what came before is whole
            yield Row(number + 1, {}, Reason("row.excel"))
            return
        if not any(cell not in (None, "") for cell in cells):
            continue
        number += 1
        yield _row(number, headings, list(cells))
