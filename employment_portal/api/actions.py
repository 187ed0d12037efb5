"""Tokens: made, used, revoked. Random 256 bits need no slow hash, so SHA-256 finds a token in one look-up."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.api.models import ApiToken
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import notify

PREFIX = "ept_"  # tells people, and tools that look for leaked secrets, what it is
MAX_DAYS = 365
MAX_VALID = 10
USE_NOTED_EVERY = 60  # seconds between writes of the time last used


class TooManyTokens(DomainError):
    message = _("You have %(most)s valid tokens already. Revoke one that you no longer need first.")


class WrongTerm(DomainError):
    message = _("A token is valid from 1 day to %(most)s days.")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, name: str, scope: str, days: int, by: User, now: datetime, request: Any = None
) -> tuple[ApiToken, str]:
    """A new token of ``by`` and its text, which cannot be had again. Raises TooManyTokens, WrongTerm."""
    if not 1 <= days <= MAX_DAYS:
        raise WrongTerm(most=MAX_DAYS)
    User.objects.select_for_update().get(pk=by.pk)  # so that two windows do not overshoot the limit
    if ApiToken.objects.of_user(by).valid_at(now).count() >= MAX_VALID:
        raise TooManyTokens(most=MAX_VALID)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        name=name,
        scope=scope,
        token_hash=hash_of(text),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        action="api.create_token",
        by=by,
        subject=token,
        detail={"scope": scope, "days": days},
        request=request,
    )
    return token, text


@transaction.atomic
def revoke_token(*, token_id: int, by: User, now: datetime, request: Any = None) -> ApiToken:
    """Make the token worthless from now on; one that is revoked already stays as it is."""
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(action="api.revoke_token", by=by, subject=token, request=request)
    return token


@transaction.atomic
def revoke_after_password_change(user: User, request: Any) -> None:
    """Revoke every valid token of somebody who sets a new password: whoever knew the old one may have made one."""
    now = timezone.now()
    valid = list(ApiToken.objects.select_for_update().of_user(user).valid_at(now))
    for token in valid:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(action="api.revoke_token", by=user, subject=token, reason="password", request=request)
    if valid:
        notify(
            kind="api_tokens_revoked",
            to=user,
            context={"names": [token.name for token in valid]},
            path=reverse("api:tokens"),
            always=True,
        )


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember when the token was last used, to the minute."""
    if cache.add(f"api-token-used:{token.pk}", 1, USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
