"""An employer's staff as the employment history knows it: hires and separations are registered here."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from employment_portal.accounts.permissions import MEMBER, route
from employment_portal.core.errors import DomainError
from employment_portal.people.records import registration
from employment_portal.people.records.queries import staff_of
from employment_portal.people.records.staff_forms import HireForm, SeparationForm

PAGE_SIZE = 30


@route(MEMBER("employer"))
@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    ended = request.GET.get("show") == "ended"
    rows = staff_of(request.organisation, on=timezone.localdate(), ended=ended)  # type: ignore[attr-defined]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "ended": ended,
        "hire_days": registration.hire_days(request.organisation, timezone.localdate()),  # type: ignore[attr-defined]
        "separation_days": registration.separation_days(request.organisation, timezone.localdate()),  # type: ignore[attr-defined]
    }
    return render(request, "people/employer/staff.html", context)


@route(MEMBER("employer"))
@require_http_methods(["GET", "HEAD", "POST"])
def hire(request: HttpRequest) -> HttpResponse:
    form = HireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _spell, late = registration.register_hire(
                employer=request.organisation,  # type: ignore[attr-defined]
                by=request.user,
                today=timezone.localdate(),
                **form.cleaned_data,
            )
        except registration.NameNotOfNumber as error:
            form.add_error("number", str(error))
        except DomainError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, _("The hire was registered."))
            _warn_late(request, late)
            return redirect("people:employer_staff")
    return render(request, "people/employer/hire.html", {"form": form}, status=422 if form.errors else 200)


@route(MEMBER("employer"))
@require_http_methods(["GET", "HEAD", "POST"])
def separation(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = staff_of(request.organisation, on=timezone.localdate())  # type: ignore[attr-defined]
    spell = get_object_or_404(rows, public_id=public_id)
    form = SeparationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _ended, late = registration.register_separation(
                employer=request.organisation,  # type: ignore[attr-defined]
                spell_id=spell.pk,
                by=request.user,
                today=timezone.localdate(),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("The end of the employment was registered."))
            _warn_late(request, late)
            return redirect("people:employer_staff")
    context = {"form": form, "spell": spell}
    return render(request, "people/employer/separation.html", context, status=422 if form.errors else 200)


def _warn_late(request: HttpRequest, late: int) -> None:
    if late:
        messages.warning(
            request,
            ngettext("This comes %(days)s day late.", "This comes %(days)s days late.", late)
            % {"days": late},
        )
