"""The letter (追回决定书) of an order: page, print and PDF say the same, from what was issued and never changes."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from employment_portal.core.money import format_yuan
from employment_portal.regions.models import Agency
from employment_portal.regions.terms import TermCode, term
from subsidies.claims.rules import canonical_sha256
from subsidies.letters.letter import Letter, Row
from subsidies.recovery.models import RecoveryOrder


def letter_of(order: RecoveryOrder) -> Letter:
    """The letter in the language of the reader. The order was issued."""
    payable = order.payable
    version = payable.claim.version
    assert order.issued_at is not None  # callers look at issued orders only
    issued_on = timezone.localdate(order.issued_at)
    agency = Agency.objects.serving(order.region).first()
    english = (get_language() or "").startswith("en")
    return Letter(
        title=pgettext("letter", "Order to pay back a subsidy"),
        number=order.number,
        addressee=str(payable.person or payable.organisation),
        opening=(_opening_of_second() if order.attempt is not None else _opening_of_one())
        % {
            "day": _day(payable.paid_on),
            "again": _day(order.attempt.settled_on) if order.attempt is not None else "",
            "amount": format_yuan(payable.amount_fen, 2),
            "item": payable.line.item.name_en if english else payable.line.item.name,
            "number": payable.claim.number,
        },
        result=(_result_of_second() if order.attempt is not None else _result_of_one())
        % {
            "amount": format_yuan(order.amount_fen, 2),
            "due": date_format(order.due_on),
            "pay_to": order.pay_to,
            "number": order.number,
        },
        reasons=[str(order.get_cause_display()), order.reasons],
        entries=[],
        left_out=0,
        basis=[
            Row(_("Policy"), version.title),
            Row(_("Legal basis"), version.legal_basis),
        ],
        remedies=[
            _(
                "If you cannot pay at once, ask us for instalments before the day on which it is due. Nobody collects "
                "the money in cash or asks for a code."
            ),
            _(
                "You may apply for administrative reconsideration within %(days)s days of receiving this letter, or "
                "bring an action before the people's court within %(months)s months."
            )
            % {
                "days": term(TermCode.RECONSIDERATION, region=order.region, on=issued_on),
                "months": term(TermCode.COURT, region=order.region, on=issued_on),
            },
        ],
        authority=agency.name if agency else order.region.full_name,
        dated=date_format(timezone.localdate(order.issued_at)),
        fingerprint=canonical_sha256(content_of(order)),
    )


def _opening_of_one() -> str:
    return _("On %(day)s you were paid %(amount)s yuan for “%(item)s” (claim %(number)s).")


def _opening_of_second() -> str:
    return _(
        "The bank paid you “%(item)s” (claim %(number)s) twice: %(amount)s yuan on %(day)s and the same on %(again)s."
    )


def _result_of_one() -> str:
    return _(
        "%(amount)s yuan of it was not due. Please pay it back by %(due)s: %(pay_to)s. Purpose: %(number)s."
    )


def _result_of_second() -> str:
    return _(
        "You keep one of the two payments. Please pay the other, %(amount)s yuan, back by %(due)s: %(pay_to)s. "
        "Purpose: %(number)s."
    )


def _day(day: date | None) -> str:
    return date_format(day) if day else "—"


def content_of(order: RecoveryOrder) -> dict[str, Any]:
    """What the fingerprint of a letter is of: everything that the database keeps from changing."""
    return {
        "number": order.number,
        "payable": order.payable.public_id,
        "cause": order.cause,
        "reasons": order.reasons,
        "amount_fen": order.amount_fen,
        "due_on": order.due_on,
        "pay_to": order.pay_to,
        "issued_at": order.issued_at.isoformat() if order.issued_at else "",
    }
