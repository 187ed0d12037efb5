from typing import Any

from django.conf import settings
from django.db import models

from employment_portal.audit.labels import label_of, subject_label


class AuditEntry(models.Model):
    """Who did, saw or exported what, when and why. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE.

    Kept at least six months (graded protection, level 3). ``subject_*`` name the row that was touched by its
    model label and public id, never by personal data.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=True
    )
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)
    ip_address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"]),
            models.Index(fields=["actor", "-at"]),
            models.Index(fields=["action", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    @property
    def label(self) -> Any:
        """The action in words."""
        return label_of(self.action)

    @property
    def subject_label(self) -> Any:
        """What kind of thing was touched, in words."""
        return subject_label(self.subject_type)
