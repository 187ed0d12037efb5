"""Pages that are the same for every visitor: kept for a short time, and not sent again when they are unchanged."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from employment_portal.ui.preferences import cache_key

PERSONAL_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, "messages"})


def is_visitor(request: HttpRequest) -> bool:
    """Whether nothing in the request tells one visitor from another."""
    return request.method in {"GET", "HEAD"} and not PERSONAL_COOKIES & request.COOKIES.keys()


def cached_for_visitors(seconds: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Keep the page of somebody without a session for ``seconds``; answer If-None-Match with 304.

    The page must hold neither a CSRF token nor anything else of one visitor. Language, theme, text size and
    htmx requests are kept apart. Signed-in users get the view itself.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_visitor(request):
                return view(request, *args, **kwargs)
            key = _key(request)
            kept = cache.get(key)
            if kept is None:
                response = view(request, *args, **kwargs)
                if response.status_code != 200 or response.cookies:
                    return response
                kept = (response.content, response.headers["Content-Type"], _etag(response.content))
                cache.set(key, kept, seconds)
            content, content_type, etag = kept
            response = HttpResponse(content, content_type=content_type, headers={"ETag": etag})
            patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])
            patch_cache_control(response, no_cache=True)
            return get_conditional_response(request, etag=etag, response=response)

        return cached

    return decorate


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _key(request: HttpRequest) -> str:
    parts = (
        request.get_host(),
        request.get_full_path(),
        cache_key(request),
        request.headers.get("HX-Request", ""),
    )
    return "page:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
