from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PayableState(models.TextChoices):
    """Where the money of one claim stands. The person reads these as the steps of the payment."""

    OPEN = "open", _("To be paid")
    QUEUED = "queued", _("In a payment batch")
    IN_TRANSIT = "in_transit", _("With the bank")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned by the bank")
    FROZEN = "frozen", _("Frozen, being looked into")
    CANCELLED = "cancelled", _("Cancelled")


SETTLED_PAYABLES = [PayableState.PAID, PayableState.CANCELLED]


class AttemptState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    EXPORTED = "exported", _("In a bank file")
    UNKNOWN = "unknown", _("Unknown whether the bank has it")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Refused by the bank")
    RETURNED = "returned", _("Returned after payment")
    PAID_TWICE = "paid_twice", _("Paid a second time, asked back")
    DROPPED = "dropped", _("Taken out before sending")


LIVE_ATTEMPTS = [AttemptState.QUEUED, AttemptState.EXPORTED, AttemptState.UNKNOWN, AttemptState.PAID]


class BatchState(models.TextChoices):
    MADE = "made", _("Made, to be checked")
    CHECKED = "checked", _("Checked, to be released")
    RELEASED = "released", _("Released, to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent to the bank")
    UNKNOWN = "unknown", _("Unknown whether it arrived")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class BankFormat(models.TextChoices):
    DELIMITED = "delimited", _("Delimited payroll file (代发)")
    PAIN001 = "pain001", _("ISO 20022 pain.001")


class AccountState(models.TextChoices):
    UNTRIED = "untried", _("Not used yet")
    GOOD = "good", _("Received a payment")
    BAD = "bad", _("A payment came back")
    REPLACED = "replaced", _("Replaced")


class ReturnFormat(models.TextChoices):
    DELIMITED = "delimited", _("Delimited return file (回盘)")
    PAIN002 = "pain002", _("ISO 20022 pain.002")
    PACS004 = "pacs004", _("ISO 20022 pacs.004")


class ReturnFileState(models.TextChoices):
    RECEIVED = "received", _("Received")
    QUARANTINED = "quarantined", _("Quarantined")
    APPLIED = "applied", _("Applied")


class LineState(models.TextChoices):
    PENDING = "pending", _("To be applied")
    APPLIED = "applied", _("Applied")
    DUPLICATE = "duplicate", _("Known already")
    EXCEPTION = "exception", _("Exception")


class LineOutcome(models.TextChoices):
    """The canonical record behind every bank layout."""

    PAID = "paid", _("Paid")
    FAILED = "failed", pgettext_lazy("payment", "Failed")
    RETURNED = "returned", _("Returned after payment")
    INTERIM = "interim", _("On its way, no outcome yet")
    UNCLEAR = "unclear", _("Not understood")


class CaseKind(models.TextChoices):
    UNKNOWN_SEND = "unknown_send", _("Unknown whether the bank received the file")
    UNKNOWN_REFERENCE = "unknown_reference", _("Reference that no batch has")
    WRONG_AMOUNT = "wrong_amount", _("Amount differs")
    WRONG_PAYEE = "wrong_payee", _("Payee differs")
    PAID_AFTER_RETURN = "paid_after_return", _("Paid after it was returned")
    UNREADABLE = "unreadable", _("Line not understood")
    QUARANTINE = "quarantine", _("Return file quarantined")
    UNEXPLAINED_CASH = "unexplained_cash", _("Cash that nobody can place")
    CASH_OUT = "cash_out", _("Payment by the bank that nobody can place")


class Direction(models.TextChoices):
    """Which way cash moved on the statement of the bank."""

    IN = "in", pgettext_lazy("cash", "Came in")
    OUT = "out", pgettext_lazy("cash", "Went out")


class CaseState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a case", "Open")
    PROPOSED = "proposed", _("Resolution proposed")
    RESOLVED = "resolved", _("Resolved")
