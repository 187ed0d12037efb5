from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField
from subsidies.payments.enums import Direction

User = settings.AUTH_USER_MODEL


class CashMovement(models.Model):
    """Cash on the bank's statement that belongs to no batch. One officer records it, another confirms, then it is booked.

    ``line`` is where it waits until its case is resolved. Confirmed, it never changes; before that it may be taken out.
    """

    public_id = PublicIdField()
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    line = models.ForeignKey("subsidies.BudgetLine", on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField(_("amount"))
    moved_on = models.DateField(_("day on the statement"))
    reference = models.CharField(_("bank reference"), max_length=80, unique=True)
    counterparty = models.CharField(_("the other side"), max_length=120, blank=True)
    note = models.CharField(_("what the statement says"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="cash_amount"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="cash_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="cash_confirmed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
