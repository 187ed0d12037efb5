"""What hangs on a password besides sessions: told when it changes, by packages that stand above this one."""

from collections.abc import Callable
from typing import Any

from employment_portal.accounts.models import User

Listener = Callable[[User, Any], None]

_listeners: list[Listener] = []


def when_password_changes(listener: Listener) -> None:
    """Call ``listener(user, request)`` in the transaction that stores a new password. From ``AppConfig.ready()``."""
    if listener not in _listeners:
        _listeners.append(listener)


def password_changed(user: User, request: Any) -> None:
    for listener in _listeners:
        listener(user, request)
