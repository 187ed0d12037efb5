"""How the cells of a register's file are read. The column names are fixed; the page of the registers lists them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import check_organisation_code, check_resident_id, tidy

LARGEST_YUAN = Decimal(100_000_000)
YES = frozenset({"是", "1", "Y", "YES", "TRUE", "已缴", "有"})
NO = frozenset({"否", "0", "N", "NO", "FALSE", "未缴", "无", ""})


class CellRefused(DomainError):
    """A cell cannot be used; the message says why."""

    message = _("This value cannot be read.")


@dataclass(frozen=True)
class Column:
    """``heading`` as it stands in the file; ``read`` turns the cell's text into a value or raises DomainError."""

    name: str
    heading: str
    read: Callable[[str], Any]
    meaning: Any
    example: str
    required: bool = True

    def value(self, cells: dict[str, str]) -> Any:
        """None for an empty cell that may be empty. Raises CellRefused with the column's name."""
        text = cells.get(self.heading, "").strip()
        if not text:
            if self.required:
                raise CellRefused(_("%(column)s is empty."), column=self.heading)
            return None
        try:
            return self.read(text)
        except DomainError as error:
            raise CellRefused(
                _("%(column)s: %(reason)s"), column=self.heading, reason=error.message
            ) from error


def text_of(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise CellRefused(_("longer than %(most)s characters."), most=most)
        return text

    return read


def identity(text: str) -> str:
    return check_resident_id(text).value


def organisation_code(text: str) -> str:
    return check_organisation_code(text).value


def day(text: str) -> date:
    """``2026-11-23``, ``2026/11/23``, ``20261123`` or ``2026年11月23日``."""
    found = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))", tidy_date(text))
    if found:
        year, month, of_month = found[1], found[2] or found[4], found[3] or found[5]
        try:
            read = date(int(year), int(month), int(of_month))
        except ValueError:
            read = None
        if read is not None and 1900 <= read.year <= 2100:
            return read
    raise CellRefused(_("write the day as 2026-11-23."))


def month(text: str) -> date:
    """``2026-11``, ``202611`` or ``2026年11月``; the first day of the month."""
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})(?:月|[-/.]0?1)?", tidy_date(text))
    if found and 1 <= int(found[2]) <= 12 and 1990 <= int(found[1]) <= 2100:
        return date(int(found[1]), int(found[2]), 1)
    raise CellRefused(_("write the month as 2026-11."))


def tidy_date(text: str) -> str:
    return text.strip().split(" ")[0].split("T")[0]


def year(text: str) -> int:
    if re.fullmatch(r"20\d{2}", text.rstrip("年")):
        return int(text.rstrip("年"))
    raise CellRefused(_("write the year as 2026."))


def hours(text: str) -> int:
    """Full hours of 45 minutes; none are given as an empty cell."""
    if re.fullmatch(r"[1-9]\d{0,3}", text.removesuffix("学时")):
        return int(text.removesuffix("学时"))
    raise CellRefused(_("write the hours as a whole number, such as 160."))


def fen(text: str) -> int:
    """Yuan with at most two decimals, thousands separated or not."""
    try:
        yuan = Decimal(text.replace(",", "").replace("，", "").removesuffix("元"))
    except InvalidOperation:
        raise CellRefused(_("write the amount in yuan, such as 1234.56.")) from None
    if not yuan.is_finite() or yuan < 0 or yuan > LARGEST_YUAN:
        raise CellRefused(_("the amount lies outside what is possible."))
    if yuan != yuan.quantize(Decimal("0.01")):
        raise CellRefused(_("an amount has at most two decimals."))
    return int(yuan * 100)


def yes_no(text: str) -> bool:
    typed = tidy(text)
    if typed in YES:
        return True
    if typed in NO:
        return False
    raise CellRefused(_("write 是 or 否."))


def one_of(words: dict[str, Any]) -> Callable[[str], Any]:
    """A word of a fixed list, or the value itself."""
    known = {**words, **{str(value): value for value in words.values()}}

    def read(text: str) -> Any:
        if text not in known:
            raise CellRefused(_("write one of: %(words)s."), words="、".join(words))
        return known[text]

    return read
