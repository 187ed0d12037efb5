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
    WRITTEN_OFF = "written_off", _("Written off")
    DROPPED = "dropped", _("Dropped")


class Cause(models.TextChoices):
    FALSE_STATEMENT = "false_statement", _("False statement")
    NO_LONGER_QUALIFIES = "no_longer", _("Did not qualify in part of the time")
    PAID_TWICE = "paid_twice", _("Paid twice")
    OUR_ERROR = "our_error", _("Error of the agency")


class RecoveryOrder(models.Model):
    """Money that was paid and was not due (追回). The overpayment is a transfer, never an edit of the payment.

    ``amount_fen`` is asked back, ``recovered_fen`` and ``written_off_fen`` follow from confirmed receipts.
    """

    public_id = PublicIdField()
    number = models.CharField(_("order number"), max_length=30, unique=True)
    payable = models.ForeignKey("subsidies.Payable", on_delete=models.PROTECT, related_name="recoveries")
    entitlement = models.ForeignKey(
        "subsidies.Entitlement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=16, choices=Cause)
    reasons = models.TextField(_("reasons"), max_length=2000)
    amount_fen = models.BigIntegerField(_("amount"))
    recovered_fen = models.BigIntegerField(default=0)
    written_off_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PROPOSED)
    due_on = models.DateField(_("due"), null=True, blank=True)
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
                condition=Q(recovered_fen__gte=0, written_off_fen__gte=0)
                & Q(amount_fen__gte=F("recovered_fen") + F("written_off_fen")),
                name="recovery_not_more_than_asked",
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
                condition=~Q(state__in=["recovered", "written_off"])
                | Q(amount_fen=F("recovered_fen") + F("written_off_fen")),
                name="recovery_ended_at_zero",
            ),
            models.UniqueConstraint(
                fields=["payable"],
                condition=Q(state__in=["proposed", "issued", "referred"]),
                name="recovery_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Instalment(models.Model):
    """One part of a recovery by instalments, agreed with the debtor."""

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
    """Money that came back. One finance officer records it, another confirms, then the ledger posts."""

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
