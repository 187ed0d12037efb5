from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField

User = settings.AUTH_USER_MODEL


class Payer(models.Model):
    """The account that a region's finance office pays from, from a day on; regions below without one use it too.

    One officer enters it, another confirms; then it never changes, and a batch keeps the one that it was made with.
    ``made_by`` null: taken over from the settings of an earlier version of the portal.
    """

    public_id = PublicIdField()
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("account holder"), max_length=120)
    account = models.CharField(_("account number"), max_length=40)
    bank_name = models.CharField(_("bank"), max_length=80, blank=True)
    bank_code = models.CharField(_("bank code (CNAPS)"), max_length=14, blank=True)
    effective_from = models.DateField(_("effective from"))
    document = models.CharField(_("document number"), max_length=80, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("made_by")),
                name="payer_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_at__isnull=False) & (Q(confirmed_by__isnull=False) | Q(made_by__isnull=True)),
                name="payer_confirmed_by_someone",
            ),
            models.UniqueConstraint(
                fields=["region", "effective_from"],
                condition=Q(confirmed_at__isnull=False),
                name="payer_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.account[-4:]}"
