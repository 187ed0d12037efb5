"""``manage.py check --deploy``: the portal's role must not own what it must not change."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection


@register(Tags.security, deploy=True)
def check_ownership(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """portal.E008 while the role of DATABASE_URL could switch off the triggers of the ledger."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_or(pg_has_role(current_user, relowner, 'member')) FROM pg_class"
                " WHERE oid = to_regclass('public.ledger_transfer')"
            )
            owns = cursor.fetchone()[0]
    except DatabaseError:
        return []  # no database yet: it is checked again before the portal starts
    if not owns:
        return []
    return [
        Error(
            "The portal's database role owns the ledger: it could switch off what keeps postings as they are.",
            hint="Run as a role that owns nothing, and name the owner in DATABASE_OWNER_URL (docs/operations.md).",
            id="portal.E008",
        )
    ]
