from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employment_portal.core.fields import PublicIdField


class SavedJob(models.Model):
    """A posting that somebody keeps."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_jobs")
    posting = models.ForeignKey("jobs.Posting", on_delete=models.CASCADE, related_name="saved_by")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["user", "posting"], name="savedjob_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.posting}"


class SavedSearch(models.Model):
    """A search kept with its filters, sent daily or weekly.

    Without an account it belongs to an e-mail address that must be confirmed; every mail carries a link to leave.
    """

    class Frequency(models.TextChoices):
        NONE = "none", _("No mail")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    public_id = PublicIdField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="saved_searches",
    )
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000, help_text="the query string of the search page, normalised")
    frequency = models.CharField(_("how often"), max_length=6, choices=Frequency, default=Frequency.DAILY)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(
        null=True, blank=True, help_text="postings published up to here were looked at"
    )
    last_sent_on = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email=""), name="savedsearch_somebody"
            ),
            models.UniqueConstraint(
                fields=["user", "query"],
                condition=Q(user__isnull=False, left_at__isnull=True),
                name="savedsearch_user_once",
            ),
            models.UniqueConstraint(
                fields=["email", "query"],
                condition=~Q(email="") & Q(left_at__isnull=True),
                name="savedsearch_email_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["frequency", "last_sent_on"],
                condition=Q(left_at__isnull=True, confirmed_at__isnull=False),
                name="savedsearch_due",
            )
        ]

    def __str__(self) -> str:
        return self.name
