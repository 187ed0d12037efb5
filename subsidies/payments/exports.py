"""Lists of payments as spreadsheets. An account number leaves the portal by its tail only, except to the bank."""

import io
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.core.exports import safe_cell
from employment_portal.core.money import format_yuan
from subsidies.payments.models import Payable, ReturnLine


def payables(rows: Iterable[Payable], rest: Iterable[list[Any]] = ()) -> bytes:
    """``rest``: lines below the last payment (``core.exports.left_out``)."""
    heading = [
        _("Claim number"), _("Claimant"), _("Subsidy"), _("Region"), _("Amount (yuan)"), _("State"), _("Due"),
        _("Account"), _("Paid on"), _("Reason"),
    ]  # fmt: skip
    lines = (
        [
            row.claim.number,
            (row.person or row.organisation).name,  # type: ignore[union-attr]
            row.line.item.label,
            row.region.full_name,
            format_yuan(row.amount_fen, 2),
            row.get_state_display(),
            row.due_on,
            f"**** {row.account.tail}" if row.account else "",
            row.paid_on or "",
            row.return_reason,
        ]
        for row in rows
    )
    return workbook(_("Payments"), heading, chain(lines, rest))


def return_lines(rows: Iterable[ReturnLine]) -> bytes:
    heading = [
        _("Line"),
        _("Reference"),
        _("The bank says"),
        _("Amount (yuan)"),
        _("Reason"),
        _("Date"),
        _("Result"),
    ]
    return workbook(
        _("Return file"),
        heading,
        (
            [
                row.number,
                row.reference,
                row.get_outcome_display(),
                format_yuan(row.amount_fen, 2),
                row.reason,
                row.settled_on or "",
                row.get_state_display(),
            ]
            for row in rows
        ),
    )


def workbook(title: str, heading: list[str], rows: Iterable[list[Any]]) -> bytes:
    """An XLSX file whose every cell is text that no spreadsheet takes for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(heading)
    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
