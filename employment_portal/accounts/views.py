from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from employment_portal.accounts.landing import home_for
from employment_portal.accounts.permissions import PUBLIC, SIGNED_IN, route
from employment_portal.accounts.sign_in.queries import account_overview, sample_codes


@route(SIGNED_IN)
@require_safe
def preferences(request: HttpRequest) -> HttpResponse:
    """Everything about one's own sign-in on one page: ways in, second factors, devices, language."""
    return render(request, "accounts/preferences.html", {"overview": account_overview(request.user)})


@route(SIGNED_IN)
@require_safe
def continue_(request: HttpRequest) -> HttpResponse:
    """Where the signed-in person starts."""
    return redirect(home_for(request.user))


@route(PUBLIC)
@never_cache
@require_safe
def simulator_totp(request: HttpRequest) -> HttpResponse:
    """The authenticator app of the sample accounts; 404 outside a simulation."""
    if not settings.USE_SIMULATORS:
        raise Http404
    return render(request, "accounts/simulator_totp.html", {"codes": sample_codes()})
