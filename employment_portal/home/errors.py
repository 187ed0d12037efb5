"""What a refused request looks like: a page that says what to do, in the visitor's language."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django_ratelimit.exceptions import Ratelimited

RETRY_AFTER = "300"  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, or 429 when it was the rate limit that refused."""
    if isinstance(exception, Ratelimited):
        response = render(request, "429.html", status=429)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without the request: whatever failed would fail again in what every page shows."""
    page = render_to_string("500.html", {"hotline": settings.HOTLINE})
    return HttpResponseServerError(page)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
