"""The portal's addresses and one that answers "ok": what every page pays before its view."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.urls import handler400, handler403, handler404
from employment_portal.urls import urlpatterns as portal

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]


@route(PUBLIC)
def ok(request: HttpRequest) -> HttpResponse:
    request.user.is_authenticated  # noqa: B018  the session is read and verified whatever the middleware needs
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("bench/ok", ok), *portal]
