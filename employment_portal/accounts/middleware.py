import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from employment_portal.accounts.adapters import SECOND_FACTORS
from employment_portal.audit.actions import record

LAST_SEEN = "staff_last_seen"
WRITE_EVERY = 60  # seconds between writes of the time last seen
ALWAYS_OPEN = (
    "/accounts/",
    "/static/",
    "/health/",
    "/preferences/",
    "/simulator/",
    "/manifest.webmanifest",
    "/service-worker.js",
)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends visitors to sign in. Whoever sent a form is told that nothing was done, and led back to the form's page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        messages.info(request, _("You were signed out, so nothing was done. Sign in and send it once more."))
        return to_sign_in(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back to the page that was asked for, or whose form was sent."""
    from_script = bool(request.headers.get("HX-Request"))
    if request.method in {"GET", "HEAD"} and not from_script:
        return redirect_to_login(request.get_full_path())
    page = request.headers.get("HX-Current-URL" if from_script else "Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    answer = redirect_to_login(urlsplit(page)._replace(scheme="", netloc="").geturl() if ours else "/")
    if not from_script:
        return answer
    response = HttpResponse(status=204)
    response["HX-Redirect"] = answer.url
    return response


class StaffSessionMiddleware:
    """What graded protection (level 3) asks of the sessions of staff: two factors, and an end when idle.

    A member of staff, or a superuser, without a second factor is sent to set one up before anything else; a
    session left alone for ``STAFF_IDLE_MINUTES`` ends, and signing in again leads back to the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or request.path.startswith("/static/"):
            return self.get_response(request)
        if not (user.is_staff_member or user.is_superuser):
            return self.get_response(request)
        return self._idle(request) or self._second_factor(request) or self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """allauth hands its pages a ``site`` of django.contrib.sites, which would hide the portal's own."""
        if request.path.startswith("/accounts/") and isinstance(response.context_data, dict):
            response.context_data.pop("site", None)
        return response

    def _idle(self, request: HttpRequest) -> HttpResponse | None:
        now = int(time.time())
        seen = request.session.get(LAST_SEEN, now)
        if now - seen > settings.STAFF_IDLE_MINUTES * 60:
            record(action="accounts.idle_sign_out", by=request.user, subject=request.user, request=request)
            logout(request)
            minutes = settings.STAFF_IDLE_MINUTES
            words = ngettext(
                "You were signed out after %(minutes)s minute without activity.",
                "You were signed out after %(minutes)s minutes without activity.",
                minutes,
            )
            messages.info(request, words % {"minutes": minutes})
            return to_sign_in(request)
        if now - seen > WRITE_EVERY or LAST_SEEN not in request.session:
            request.session[LAST_SEEN] = now
        return None

    def _second_factor(self, request: HttpRequest) -> HttpResponse | None:
        if request.path.startswith(ALWAYS_OPEN) or is_mfa_enabled(request.user, SECOND_FACTORS):
            return None
        messages.info(request, _("Staff sign in with two factors. Set up an authenticator app to go on."))
        return redirect("mfa_activate_totp")
