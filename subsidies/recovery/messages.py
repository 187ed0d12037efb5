"""What the debtor hears. The words are in templates/notifications/recovery_*.txt."""

from typing import Any

from django.urls import reverse

from employment_portal.core.money import format_yuan
from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Member
from subsidies.recovery.models import RecoveryOrder

LOUD = {
    "recovery_issued",
    "recovery_overdue",
    "recovery_returned",
}  # by text message too, and in spite of one's preferences


def tell_debtor(kind: str, order: RecoveryOrder, *, key: str = "", **context: Any) -> int:
    """Tell the person, by text message where there is no sign-in, or everybody who acts for the organisation."""
    payable = order.payable
    values: dict[str, Any] = {
        "order": order,
        "item": payable.line.item,
        "amount": format_yuan(order.amount_fen, 2),
        "outstanding": format_yuan(order.outstanding_fen, 2),
        **context,
    }
    loud = kind in LOUD
    common: dict[str, Any] = {
        "kind": kind,
        "channels": ALL_CHANNELS if loud else INBOX_AND_MAIL,
        "context": values,
        "path": reverse("subsidies:recovery", args=[order.public_id]),
        "always": loud,
    }
    dedupe = f"{kind}:{order.public_id}:{key}"
    if payable.organisation_id is not None:
        members = Member.objects.filter(organisation_id=payable.organisation_id, left_at__isnull=True)
        for member in members.select_related("user"):
            notify(**common, to=member.user, dedupe_key=f"{dedupe}:{member.user_id}")
        return len(members)
    person = payable.person
    if person is not None and person.user is not None:
        notify(**common, to=person.user, dedupe_key=dedupe)
        return 1
    if person is not None and person.phone and loud:
        notify(**common, phone=person.phone, dedupe_key=dedupe)
        return 1
    return 0
