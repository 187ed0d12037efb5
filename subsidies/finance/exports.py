"""The workspace's tables as spreadsheets; money in yuan as numbers, so that they add up."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from employment_portal.core.exports import safe_cell
from employment_portal.ledger.kinds import AccountKind, TransferKind, headings
from employment_portal.ledger.models import Transfer
from subsidies.finance.queries import COLUMNS, Row


def figures(rows: Iterable[Row], heading: str) -> bytes:
    kinds = headings(AccountKind)
    lines: list[list[Any]] = [
        [heading, _("Appropriated"), *(str(kinds[kind.value]) for kind in COLUMNS), _("Used (%)")]
    ]
    for row in rows:
        money = [row.appropriated, *(fen for _kind, fen in row.figures)]
        lines.append([safe_cell(row.label), *(fen / 100 for fen in money), row.used_percent])
    return _book(_("Subsidy money"), lines)


def transfers(rows: Iterable[Transfer], *, cut: str = "") -> bytes:
    """``cut``: the sentence that stands below the last row when there are more."""
    return _book(_("Transfers"), _transfer_lines(rows, cut))


def _transfer_lines(rows: Iterable[Transfer], cut: str) -> Iterator[list[Any]]:
    kinds, moves = headings(AccountKind), headings(TransferKind)
    yield [
        _("Transfer number"),
        _("Time"),
        _("What happened"),
        pgettext("account", "From"),
        pgettext("account", "To"),
        _("Amount (yuan)"),
    ]
    for row in rows:
        yield [
            row.number,
            f"{timezone.localtime(row.posted_at):%Y-%m-%d %H:%M}",
            safe_cell(moves.get(row.kind, row.kind)),
            safe_cell(kinds.get(row.debit.kind, row.debit.kind)),
            safe_cell(kinds.get(row.credit.kind, row.credit.kind)),
            row.amount_fen / 100,
        ]
    if cut:
        yield [cut]


def statement(rows: Iterable[dict[str, Any]]) -> bytes:
    lines: list[list[Any]] = [
        [
            _("Fiscal year"), _("Subsidy"), _("Claim"), _("Paid on"), _("Received (yuan)"),
            _("Asked back, still owed (yuan)"), _("Returned (yuan)"),
        ]
    ]  # fmt: skip
    for row in rows:
        payable = row["payable"]
        lines.append(
            [
                row["year"],
                safe_cell(payable.line.item.name),
                safe_cell(payable.claim.number),
                str(row["paid_on"] or ""),
                row["received"] / 100,
                row["owed"] / 100,
                row["returned"] / 100,
            ]
        )
    return _book(_("Statement"), lines)


def _book(title: str, rows: Iterable[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
