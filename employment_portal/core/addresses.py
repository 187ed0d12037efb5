"""Whose network address a request comes from, behind any number of proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that limits count and the audit trail keeps; "" when the connection has none (a socket).

    ``CLIENT_ADDRESS_KEY`` names the header in which the proxy puts exactly one address; without it the entry of
    ``X-Forwarded-For`` that the outermost of ``ALLAUTH_TRUSTED_PROXY_COUNT`` proxies of ours wrote counts, because
    whatever stands left of it can be made up by anybody. A value that is no address is passed over.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.CLIENT_ADDRESS_KEY:
        candidates.insert(0, request.META.get(settings.CLIENT_ADDRESS_KEY, ""))
    elif proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        candidates.insert(0, written[-proxies] if len(written) >= proxies else "")
    return next((found for each in candidates if (found := _address(each))), "")


def limited_address(request: HttpRequest) -> str:
    """What rate limits count by (``RATELIMIT_IP_META_KEY``): requests without an address share one limit."""
    return client_address(request) or "0.0.0.0"


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""
