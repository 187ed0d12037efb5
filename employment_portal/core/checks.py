"""``manage.py check --deploy``: what must not be so where real people's data is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_SECRET = 32


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Errors E001–E010; docs/operations.md lists the variables that mend them."""
    found: list[CheckMessage] = []

    def refuse(number: int, message: str, hint: str) -> None:
        found.append(Error(message, hint=hint, id=f"portal.E{number:03d}"))

    if settings.DEBUG:
        refuse(
            1, "DEBUG is on: error pages would show data and secrets.", "Take DEBUG out of the environment."
        )
    for name in ("SECRET_KEY", "FIELD_HASH_KEY", "LEDGER_SEAL_KEY"):
        value = getattr(settings, name)
        if value.startswith("insecure-") or len(value) < SHORTEST_SECRET:
            refuse(
                2, f"{name} is the development default or too short.", f"Set {name} to 50 random characters."
            )
    if not settings.FIELD_ENCRYPTION_KEYS:
        refuse(
            3,
            "FIELD_ENCRYPTION_KEYS is empty: identity numbers would hang on SECRET_KEY.",
            "Set it to what 'manage.py rotate_keys --new-key' prints.",
        )
    if settings.OWN_SERVERS or _is_own_server(settings.DATABASES["default"].get("HOST", "")):
        refuse(
            4,
            "The database is the one that 'manage.py up' keeps for trials: no backups, no other machine.",
            "Set DATABASE_URL and REDIS_URL to servers that somebody looks after.",
        )
    if settings.USE_SIMULATORS:
        refuse(
            5,
            "USE_SIMULATORS is on: SMS, mail and identity checks are only pretended.",
            "Take USE_SIMULATORS out of the environment and set the gateways.",
        )
    if not settings.SITE_URL.startswith("https://"):
        refuse(
            6,
            "SITE_URL is not an https address.",
            "Set SITE_URL to the address that people type, with https.",
        )
    if "*" in settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
        refuse(
            7, "ALLOWED_HOSTS does not name the portal's host.", "Set ALLOWED_HOSTS to the host of SITE_URL."
        )
    if settings.SECURE_PROXY_SSL_HEADER and not (
        settings.ALLAUTH_TRUSTED_PROXY_COUNT or settings.CLIENT_ADDRESS_KEY
    ):
        refuse(
            10,
            "BEHIND_PROXY is on, but not how the proxy passes on the visitor's address: all would share one limit.",
            "Set TRUSTED_PROXY_COUNT, or RATELIMIT_IP_META_KEY to the header that your proxy sets.",
        )
    return found


def _is_own_server(host: str) -> bool:
    """Whether a socket's folder is one of the launcher's."""
    if not host.startswith("/"):
        return False
    own = (Path(settings.VAR_DIR), Path("/var/lib/employment-portal"))
    return any(Path(host).is_relative_to(folder) for folder in own) or "employment-portal-" in host
