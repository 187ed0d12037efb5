"""What the pages of policy staff share."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from employment_portal.accounts.permissions import STAFF
from subsidies.policies import queries
from subsidies.policies.models import PolicyVersion
from subsidies.policies.permissions import PUBLISHERS, READERS, WRITERS

READER = STAFF(*READERS)
WRITER = STAFF(*WRITERS)
PUBLISHER = STAFF(*PUBLISHERS)
PAGE_SIZE = 30


def today() -> date:
    return timezone.localdate()


def visible(request: HttpRequest, public_id: str) -> PolicyVersion:
    """A version of a place that the user serves; 404 for any other."""
    return get_object_or_404(queries.versions_visible_to(request.user), public_id=public_id)


def say(request: HttpRequest, error: Any) -> None:
    messages.error(request, str(error))
