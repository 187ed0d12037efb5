from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import PUBLIC, require, route
from employment_portal.home import queries, services
from employment_portal.ui import gallery
from employment_portal.ui.caching import cached_for_visitors
from employment_portal.ui.navigation import audiences_of, url_of
from employment_portal.ui.preferences import ONE_YEAR, SIZE_COOKIE, SIZES, THEME_COOKIE, THEMES

HEADINGS = {
    "help": _("Help centre"),
    "safety": _("Avoiding recruitment fraud"),
    "privacy": _("Privacy notice"),
    "terms": _("Terms of use"),
    "accessibility": _("Accessibility"),
    "about": _("About and contact"),
}


@route(PUBLIC)
@require_safe
@cached_for_visitors(60)
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "search_url": url_of("jobs:search"),
        "districts": queries.districts(),
        "figures": queries.figures(),
        "jobs": list(queries.newest_jobs()),
        "groups": services.offered(audiences_of(request)),
        "waiting_offers": queries.waiting_offers(request),
    }
    return render(request, "home/home.html", context)


@route(PUBLIC)
@require_safe
@cached_for_visitors(3600)
def text(request: HttpRequest, name: str) -> HttpResponse:
    """A page of prose, written once in each language rather than translated sentence by sentence."""
    language = "en" if get_language() == "en" else "zh"
    return render(request, f"pages/{language}/{name}.html", {"heading": HEADINGS[name]})


@route(PUBLIC)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/offline.html")


@route(PUBLIC)
@csrf_exempt
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember language, theme or text size in a cookie of this browser, and return to the page.

    Exempt from the CSRF token, so that pages for visitors carry none and stay cacheable; another site's form
    is turned away by its Origin instead. Nothing but the looks of this browser's pages can be changed here.
    """
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.get_host():
        return HttpResponseForbidden()
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    choices = (
        ("language", settings.LANGUAGE_COOKIE_NAME, dict(settings.LANGUAGES).keys()),
        ("theme", THEME_COOKIE, THEMES),
        ("size", SIZE_COOKIE, SIZES),
    )
    for field, cookie, allowed in choices:
        value = request.POST.get(field)
        if value in allowed:
            response.set_cookie(cookie, value, max_age=ONE_YEAR, secure=request.is_secure(), samesite="Lax")
        elif value is not None:
            response.delete_cookie(cookie, samesite="Lax")
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response


@route(PUBLIC)
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The gallery of components: open on a demonstration or development machine, else for staff."""
    if not (settings.DEBUG or settings.USE_SIMULATORS):
        require(request.user.is_authenticated and request.user.is_staff_member)
    return render(request, "ui/gallery.html", gallery.samples(request))


@route(PUBLIC)
@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/manifest.webmanifest", content_type="application/manifest+json")


@route(PUBLIC)
@require_safe
@cache_control(max_age=3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon beside what names none, such as a PDF."""
    return redirect(static("favicon.svg"))


@route(PUBLIC)
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker keeps static files and the offline page; it lies at the root so that it may serve every page."""
    return render(request, "pages/service_worker.js", content_type="text/javascript")
