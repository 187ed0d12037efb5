"""What the pages of people share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from employment_portal.people.models import Person
from employment_portal.people.queries import person_for


def keeps_rights(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the person at hand, also a restricted one: for the rights over one's data.

    Whoever has no real-name record yet makes one first.
    """

    @wraps(view)
    def with_person(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = person_for(request)
        if person is None:
            messages.info(request, _("Register your name and document first. It takes about three minutes."))
            return redirect("people:record_new")
        return view(request, person, *args, **kwargs)

    return with_person


def needs_record(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for everything else: somebody whose data are restricted reads what that means."""

    @wraps(view)
    def unless_restricted(request: HttpRequest, person: Person, *args: Any, **kwargs: Any) -> HttpResponse:
        if person.restricted_at is not None:
            return redirect("people:restricted")
        return view(request, person, *args, **kwargs)

    return keeps_rights(unless_restricted)


def own_record(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for pages about one of the person's things: without a record there is none, so 404."""

    @wraps(view)
    def with_person(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = person_for(request)
        if person is None or person.restricted_at is not None:
            raise Http404
        return view(request, person, *args, **kwargs)

    return with_person


def visible_person(request: HttpRequest, public_id: str) -> Person:
    """The record that an officer opened, or 404 outside of their region."""
    rows = Person.objects.visible_to_staff(request.user).select_related(
        "user", "household_region", "residence_region", "work_region", "insured_region", "merged_into"
    )
    return get_object_or_404(rows, public_id=public_id)
