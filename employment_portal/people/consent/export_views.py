"""Exporting one's data: ask, wait, download. For its owner alone: not for a clerk who acts for them."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.audit.actions import record
from employment_portal.people.consent.export_requests import ask_for_export
from employment_portal.people.enums import DataRequestKind
from employment_portal.people.models import DataRequest, Person
from employment_portal.people.queries import person_for
from employment_portal.people.views import keeps_rights


def _own_export(request: HttpRequest, public_id: str) -> DataRequest:
    person = person_for(request)
    if person is None or person.user_id != request.user.pk:
        raise Http404
    return get_object_or_404(person.data_requests, public_id=public_id, kind=DataRequestKind.EXPORT)


@route(SIGNED_IN)
@require_POST
@keeps_rights
def ask(request: HttpRequest, person: Person) -> HttpResponse:
    if person.user_id != request.user.pk:
        raise PermissionDenied
    asked = ask_for_export(person_id=person.pk, by=request.user, now=timezone.now())
    return redirect("people:data_export_progress", asked.public_id)


@route(SIGNED_IN)
@require_safe
@never_cache
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whether the file is there yet; the part that says so asks again by itself."""
    asked = _own_export(request, public_id)
    context = {
        "asked": asked,
        "is_waiting": asked.state == DataRequest.State.OPEN,
        "is_ready": bool(asked.file and asked.file_until and asked.file_until > timezone.now()),
    }
    part = "#progress" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"people/data/export.html{part}", context)


@route(SIGNED_IN)
@require_safe
def download(request: HttpRequest, public_id: str) -> FileResponse:
    made = _own_export(request, public_id)
    if not made.file or not made.file_until or made.file_until <= timezone.now():
        raise Http404
    record(action="people.download_export", by=request.user, subject=made.person, request=request)
    response = FileResponse(
        made.file.open("rb"), as_attachment=True, filename="my-data.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response
