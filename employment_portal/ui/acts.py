"""What a view does with a domain call that the rules may refuse: a refusal is a sentence on the page, never an error."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from employment_portal.core.errors import DomainError


def attempt(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Carry an act out and say on the next page how it went."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def attempt_form(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[dict[str, Any]], Any],
    done: str,
    *,
    field: str | None = None,
) -> bool:
    """Carry out what a right form asks for. A refusal stands in the form, at ``field`` or above it."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except DomainError as error:
        form.add_error(field, str(error))
        return False
    messages.success(request, done)
    return True
