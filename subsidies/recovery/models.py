from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField

User = settings.AUTH_USER_MODEL


class OrderState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ISSUED = "issued", _("Issued")
    REFERRED = "referred", _("Referred for enforcement")
    RECOVERED = "recovered", _("Recovered")
    RETURNED = "returned", _("Ended: the bank sent the money back")
    WRITTEN_OFF = "written_off", _("Written off")
    DROPPED = "dropped", _("Dropped")


class Cause(models.TextChoices):
    FALSE_STATEMENT = "false_statement", _("False statement")
    NO_LONGER_QUALIFIES = "no_longer", _("Did not qualify in part of the time")
    PAID_TWICE = "paid_twice", _("Paid twice")
    OUR_ERROR = "our_error", _("Error of the agency")


class RecoveryOrder(models.Model):
    """Money that was paid and was not due (追回). The overpayment is a transfer, never an edit of the payment.

    ``amount_fen`` is asked back, ``recovered_fen`` is the sum of the confirmed receipts: the database keeps both
    equal, and what was issued never changes. ``entitlement`` narrows an order to one person of a roster. ``attempt`` is
    set where the bank paid the same money a second time by it: that is booked before the order is issued.
    """

    public_id = PublicIdField()
    number = models.CharField(_("order number"), max_length=30, unique=True)
    payable = models.ForeignKey("subsidies.Payable", on_delete=models.PROTECT, related_name="recoveries")
    entitlement = models.ForeignKey(
        "subsidies.Entitlement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attempt = models.ForeignKey(
        "subsidies.PaymentAttempt", null=True, blank=True, on_delete=models.PROTECT, related_name="recoveries"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=16, choices=Cause)
    reasons = models.TextField(_("reasons"), max_length=2000)
    amount_fen = models.BigIntegerField(_("amount"))
    recovered_fen = models.BigIntegerField(default=0)
    written_off_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(
        default=0, help_text="outstanding when the bank sent the payment back"
    )
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PROPOSED)
    due_on = models.DateField(_("due"), null=True, blank=True)
    qualified_until = models.DateField(
        _("qualified until"),
        null=True,
        blank=True,
        help_text="the last day that counts, where the cause is a time",
    )
    pay_to = models.CharField(_("how to pay"), max_length=300, blank=True)
    planned_from_fen = models.BigIntegerField(
        default=0, help_text="what had been recovered when the instalments were agreed: they cover the rest"
    )
    plan_agreed_on = models.DateField(null=True, blank=True)
    written_off_document = models.CharField(_("document number"), max_length=80, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    referred_to = models.CharField(_("referred to"), max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_amount"),
            models.CheckConstraint(
                condition=Q(recovered_fen__gte=0, written_off_fen__gte=0, returned_fen__gte=0)
                & Q(amount_fen__gte=F("recovered_fen") + F("written_off_fen") + F("returned_fen")),
                name="recovery_not_more_than_asked",
            ),
            models.CheckConstraint(
                condition=Q(written_off_fen=0) | ~Q(written_off_document=""),
                name="recovery_written_off_by_document",
            ),
            models.CheckConstraint(
                condition=Q(cause="no_longer", qualified_until__isnull=False)
                | ~Q(cause="no_longer") & Q(qualified_until__isnull=True),
                name="recovery_qualified_until",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("proposed_by")),
                name="recovery_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"])
                | Q(issued_by__isnull=False, issued_at__isnull=False, due_on__isnull=False),
                name="recovery_issued_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recovered", "written_off", "returned"])
                | Q(amount_fen=F("recovered_fen") + F("written_off_fen") + F("returned_fen")),
                name="recovery_ended_at_zero",
            ),
            models.UniqueConstraint(
                fields=["payable"],
                condition=Q(state__in=["proposed", "issued", "referred"], attempt__isnull=True),
                name="recovery_one_open",
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state__in=["proposed", "issued", "referred"]),
                name="recovery_second_payment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding_fen(self) -> int:
        """What is still to come."""
        return self.amount_fen - self.recovered_fen - self.written_off_fen - self.returned_fen


class Instalment(models.Model):
    """One part of a recovery by instalments, agreed with the debtor. Those of an order sum to what was outstanding."""

    order = models.ForeignKey(RecoveryOrder, on_delete=models.PROTECT, related_name="instalments")
    sequence = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ["order_id", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="instalment_sequence_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="instalment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.sequence}"


class Receipt(models.Model):
    """Money that came back. One finance officer records it, another confirms, then the ledger posts.

    Confirmed, it never changes; before that whoever finds a mistake takes it out.
    """

    public_id = PublicIdField()
    order = models.ForeignKey(RecoveryOrder, on_delete=models.PROTECT, related_name="receipts")
    amount_fen = models.BigIntegerField(_("amount"))
    received_on = models.DateField(_("received on"))
    reference = models.CharField(_("bank reference"), max_length=80, unique=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="receipt_amount"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="receipt_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="receipt_confirmed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
