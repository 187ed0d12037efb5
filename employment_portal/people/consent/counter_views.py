"""Acting for a person at the counter: consent first, then half an hour, then the person is told."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import OFFICERS, STAFF_ANY, require, route
from employment_portal.core.errors import DomainError
from employment_portal.people.consent import counter
from employment_portal.people.consent.forms import CodeForm, SittingForm
from employment_portal.people.middleware import SESSION_KEY
from employment_portal.people.models import AssistedSession, Person
from employment_portal.people.permissions import may_serve
from employment_portal.people.views import visible_person

PENDING = "assisted_code"  # in the clerk's session: hash, person, purpose, tries and until when


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_new(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form = SittingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        purpose, method = form.cleaned_data["purpose"], form.cleaned_data["method"]
        try:
            if method == "code":
                sent = counter.send_consent_code(person_id=person.pk, purpose=purpose, by=request.user)
                until = timezone.now() + timedelta(minutes=counter.CODE_MINUTES)
                request.session[PENDING] = {
                    "hash": sent,
                    "person": person.public_id,
                    "purpose": purpose,
                    "tries": 0,
                    "until": until.isoformat(),
                }
                return redirect("people:sitting_code", public_id)
            return _start(request, person, purpose, "signature", form.cleaned_data["form"])
        except counter.FormNeeded as error:
            form.add_error("form", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"person": person, "form": form, "title": _("Act for this person"), "submit": _("Go on")}
    return render(request, "people/staff/sitting.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, person: Person, purpose: str, method: str, form: Any) -> HttpResponse:
    sitting = counter.start_sitting(
        person_id=person.pk, purpose=purpose, method=method, form=form, by=request.user, now=timezone.now()
    )
    request.session[SESSION_KEY] = sitting.public_id
    messages.success(request, _("You now act for %(name)s, for 30 minutes.") % {"name": person.name})
    return redirect("people:record")


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_code(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    pending = request.session.get(PENDING)
    if (
        not pending
        or pending["person"] != public_id
        or datetime.fromisoformat(pending["until"]) < timezone.now()
    ):
        if request.method == "POST" or pending:
            messages.error(request, _("The code is no longer valid. Send a new one."))
        return redirect("people:sitting_new", public_id)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pending["tries"] += 1
        request.session[PENDING] = pending
        if constant_time_compare(counter.hash_code(form.cleaned_data["code"], person.pk), pending["hash"]):
            del request.session[PENDING]
            try:
                return _start(request, person, pending["purpose"], "code", None)
            except DomainError as error:
                messages.error(request, str(error))
                return redirect("people:staff_person", public_id)
        if pending["tries"] >= counter.CODE_TRIES:
            del request.session[PENDING]
            messages.error(request, _("Too many wrong codes. Send a new one."))
            return redirect("people:sitting_new", public_id)
        form.add_error("code", _("This is not the code. Ask the person to read it again."))
    context = {"person": person, "form": form, "title": _("Code of the person"), "submit": _("Begin")}
    return render(request, "people/staff/form.html", context, status=422 if form.errors else 200)


@route(STAFF_ANY)
@require_POST
def sitting_end(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    running = AssistedSession.objects.filter(clerk=request.user, ended_at__isnull=True).first()
    if running is None:
        return redirect("people:staff_people")
    ended = counter.end_sitting(sitting_id=running.pk, by=request.user, now=timezone.now())
    messages.success(request, _("Ended. %(name)s was told what was done.") % {"name": ended.person.name})
    return redirect("people:staff_person", ended.person.public_id)
