from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF
from employment_portal.core.errors import DomainError

FINANCE = STAFF(StaffRole.FINANCE_OFFICER)
PAGE_SIZE = 50


def attempt(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Carry an act out and say how it went; a refusal by the rules is a message, not an error."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
