"""The page of terms and limits, for policy officers and system administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from employment_portal.accounts.permissions import STAFF, route
from employment_portal.core.errors import DomainError
from employment_portal.desk.administration import terms
from employment_portal.desk.administration.forms import TermForm

KEEPERS = STAFF(*terms.KEEPERS)


@route(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def term_list(request: HttpRequest) -> HttpResponse:
    """What holds in a place of the user's, and a form for a later value."""
    places = terms.places_of(request.user)
    asked = request.GET.get("region", "")
    place = next((region for region in places if region.code == asked), places[0])
    form = TermForm(request.POST or None, places=places, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            terms.add_term(**form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Entered. It holds from that day on."))
            return redirect("desk:terms")
    context = {
        "form": form,
        "places": places,
        "place": place,
        "rows": terms.standings(place, timezone.localdate()),
    }
    return render(request, "desk/terms.html", context, status=422 if form.errors else 200)
