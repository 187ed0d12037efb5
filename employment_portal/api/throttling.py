"""How often one token, or one address without a token, may ask. Counted in Redis, for all processes together."""

from typing import Any

from django.conf import settings
from django_ratelimit.core import get_usage
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from employment_portal.api.models import ApiToken


class PerMinute(BaseThrottle):
    """``API_TOKEN_RATE`` for a token, ``API_ADDRESS_RATE`` for an address."""

    wait_seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, ApiToken):
            token = request.auth.public_id
            self.wait_seconds = _count(
                request, "api-token", lambda group, request: token, settings.API_TOKEN_RATE
            )
        else:
            self.wait_seconds = _count(request, "api-address", "ip", settings.API_ADDRESS_RATE)
        return not self.wait_seconds

    def wait(self) -> int:
        return self.wait_seconds


def count_refusal(request: Request) -> int:
    """Count a token that opened nothing against its address; seconds to wait, 0 while within the limit."""
    return _count(request, "api-refused", "ip", settings.API_ADDRESS_RATE)


def _count(request: Request, group: str, key: Any, rate: str) -> int:
    usage = get_usage(request, group=group, key=key, rate=rate, increment=True)
    return max(1, usage["time_left"]) if usage and usage["should_limit"] else 0
