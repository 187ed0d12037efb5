"""The list of orders as a spreadsheet; money in yuan as numbers, so that it adds up."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from employment_portal.core.exports import safe_cell
from subsidies.recovery.models import RecoveryOrder


def orders(rows: Iterable[RecoveryOrder], rest: Iterable[list[Any]] = ()) -> bytes:
    """``rows`` come with their ``next_due_on`` (queries.with_next_due); ``rest``: lines below the last order."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Recoveries"))
    sheet.append(
        [
            _("Order"), _("Claim"), _("Claimant"), _("Place"), _("Subsidy"), _("Fiscal year"), _("Cause"),
            _("State"), _("Next due"), _("Asked back (yuan)"), _("Recovered (yuan)"), _("Written off (yuan)"),
            _("Outstanding (yuan)"),
        ]
    )  # fmt: skip
    for order in rows:
        payable = order.payable
        words = [
            order.number, payable.claim.number, payable.person or payable.organisation, order.region.full_name,
            payable.line.item.label, payable.line.year, order.get_cause_display(), order.get_state_display(),
            order.next_due_on,
        ]  # fmt: skip
        money = [order.amount_fen, order.recovered_fen, order.written_off_fen, order.outstanding_fen]
        sheet.append([safe_cell(word) for word in words] + [fen / 100 for fen in money])
    for line in rest:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
