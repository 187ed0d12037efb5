from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employment_portal.api.enums import Scope
from employment_portal.core.fields import PublicIdField


class ApiTokenQuerySet(models.QuerySet):
    def of_user(self, user) -> "ApiTokenQuerySet":
        return self.filter(user=user)

    def valid_at(self, now: datetime) -> "ApiTokenQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ApiToken(models.Model):
    """A key with which a program acts for one user. Only its hash is kept; the key is shown once."""

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    scope = models.CharField(_("It may"), max_length=8, choices=Scope)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="apitoken_named"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="apitoken_scope"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="apitoken_expires_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now

    def allows(self, scope: str) -> bool:
        return scope in {Scope.READ, self.scope}
