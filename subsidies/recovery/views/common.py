from typing import Any

from django.http import HttpResponse

from employment_portal.core.money import format_yuan
from subsidies.letters.pdf import letter_pdf
from subsidies.recovery import queries
from subsidies.recovery.letter import letter_of
from subsidies.recovery.models import RecoveryOrder


def plan_rows(order: RecoveryOrder, *, today: Any) -> list[dict[str, Any]]:
    """The agreed parts with how far each is paid, for a table."""
    return [
        {
            "number": number,
            "due_on": row.part.due_on,
            "fen": row.part.fen,
            "paid_fen": row.paid_fen,
            "left_fen": row.left_fen,
            "overdue": row.overdue,
        }
        for number, row in enumerate(queries.standings_of(order, today=today), start=1)
    ]


def pdf_of(order: RecoveryOrder) -> HttpResponse:
    response = HttpResponse(letter_pdf(letter_of(order)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{order.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def amounts_of(order: RecoveryOrder) -> dict[str, str]:
    """The four figures of an order in yuan."""
    return {
        "asked": format_yuan(order.amount_fen, 2),
        "recovered": format_yuan(order.recovered_fen, 2),
        "written_off": format_yuan(order.written_off_fen, 2),
        "owed": format_yuan(order.outstanding_fen, 2),
    }
