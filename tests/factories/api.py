"""Tokens. ``make_token(user, scope="apply")`` returns the row and its text; ``bearer(text)`` are its headers."""

from datetime import timedelta

from django.utils import timezone

from employment_portal.api.actions import create_token
from employment_portal.api.models import ApiToken


def make_token(user, *, scope: str = "apply", days: int = 90, **state) -> tuple[ApiToken, str]:
    token, text = create_token(name="学校求职助手", scope=scope, days=days, by=user, now=timezone.now())
    if state:
        ApiToken.objects.filter(pk=token.pk).update(**state)
        token.refresh_from_db()
    return token, text


def expired() -> dict:
    now = timezone.now()
    return {"created_at": now - timedelta(days=2), "expires_at": now - timedelta(seconds=1)}


def bearer(text: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}", **more}
