"""A person's own record: making it, seeing it, keeping it up to date."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.people.enums import DataRequestKind
from employment_portal.people.models import Person
from employment_portal.people.permissions import REGION_FIELDS
from employment_portal.people.queries import person_for, person_of
from employment_portal.people.records import actions, queries
from employment_portal.people.records.forms import ContactForm, RecordForm
from employment_portal.people.records.rules import retirement_of
from employment_portal.people.views import needs_record


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: HttpRequest) -> HttpResponse:
    if person_of(request.user) is not None:
        return redirect("people:record")
    initial = {"phone": request.user.phone or ""}
    form = RecordForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register_person(
                user=request.user,
                by=request.user,
                through="online",
                today=timezone.localdate(),
                **form.values(),
            )
        except actions.HasRecord:
            return redirect("people:record")
        except DomainError as error:
            form.add_error("number", str(error))
        else:
            if person.real_name_status == "confirmed":
                messages.success(request, _("Your name and number are confirmed. Now write your résumé."))
                return redirect("people:resume")
            return redirect("people:record")
    materials = [_("Identity document"), _("Mobile phone")]
    context = {"form": form, "materials": materials}
    return render(request, "people/record_new.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_safe
@needs_record
def record(request: HttpRequest, person: Person) -> HttpResponse:
    """The record, masked, with the status history."""
    person = Person.objects.select_related(*REGION_FIELDS).get(pk=person.pk)  # not each place by itself
    context = {
        "person": person,
        "current": queries.current_spell(person, on=timezone.localdate()),
        "spells": queries.spells_of(person),
        "retires": retirement_of(person),
    }
    return render(request, "people/record.html", context)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_record
def record_edit(request: HttpRequest, person: Person) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        actions.edit_person(person_id=person.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your record was saved."))
        return redirect("people:record")
    return render(request, "people/record_edit.html", {"form": form}, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_POST
@needs_record
def record_check(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask the identity service again, for a check that got no answer."""
    checked = person
    if person.real_name_status in {"check_later", "unchecked"}:
        checked = actions.check_identity(person_id=person.pk, by=request.user)
    if checked.real_name_status == "confirmed":
        messages.success(request, _("Your name and number are confirmed."))
    elif checked.real_name_status == "check_later":
        messages.info(request, _("The identity service still gives no answer. We go on trying by ourselves."))
    return redirect("people:record")


@route(SIGNED_IN)
@require_safe
def restricted(request: HttpRequest) -> HttpResponse:
    """What a restriction means, what goes on by law, and how it is lifted."""
    person = person_for(request)
    if person is None or person.restricted_at is None:
        return redirect("people:record")
    asked = person.data_requests.filter(kind=DataRequestKind.LIFT, state="open").first()
    return render(request, "people/restricted.html", {"person": person, "asked": asked})
