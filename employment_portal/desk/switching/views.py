from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.audit.actions import record
from employment_portal.desk.switching.queries import capacities, start_of
from employment_portal.organisations.middleware import SESSION_KEY


@route(SIGNED_IN)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """For whom the person acts now, and the others to choose from."""
    context = {"capacities": capacities(request), "posts": request.user.current_posts()}
    return render(request, "desk/act_as.html", context)


@route(SIGNED_IN)
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act for an organisation, or (with an empty ``organisation``) for oneself, from now on."""
    key = request.POST.get("organisation", "")
    if key not in {capacity.key for capacity in capacities(request)}:
        messages.error(request, _("You no longer act for this organisation."))
        return redirect("desk:choose")
    if key:
        request.session[SESSION_KEY] = key
    else:
        request.session.pop(SESSION_KEY, None)
    request.user.acting_for = key
    request.user.save(update_fields=["acting_for"])
    record(action="accounts.act_as", by=request.user, detail={"organisation": key}, request=request)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = start_of(request.user, key)
    return redirect(target)
