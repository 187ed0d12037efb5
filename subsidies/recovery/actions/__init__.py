"""Every write of recoveries, by what it is about."""

from subsidies.recovery.actions.chasing import chase_overdue
from subsidies.recovery.actions.issuing import drop_order, issue_order
from subsidies.recovery.actions.plans import agree_plan, refer_order
from subsidies.recovery.actions.proposing import propose_order
from subsidies.recovery.actions.receipts import confirm_receipt, record_receipt, remove_receipt
from subsidies.recovery.actions.writing_off import decide_write_off, request_write_off, waiting_write_off

__all__ = [
    "agree_plan",
    "chase_overdue",
    "confirm_receipt",
    "decide_write_off",
    "drop_order",
    "issue_order",
    "propose_order",
    "record_receipt",
    "refer_order",
    "remove_receipt",
    "request_write_off",
    "waiting_write_off",
]
