"""Groups and hardship: the person's own page, and the case that officers decide."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import OFFICERS, SIGNED_IN, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import serve_paper
from employment_portal.people.enums import GroupState
from employment_portal.people.groups import actions, queries
from employment_portal.people.groups.forms import GroupDecisionForm, GroupEndForm, GroupForm
from employment_portal.people.groups.rules import EVIDENCE, is_sensitive
from employment_portal.people.groups.workflow import GROUP
from employment_portal.people.models import GroupMembership, Person
from employment_portal.people.permissions import may_certify, may_serve
from employment_portal.people.records.queries import spells_of
from employment_portal.people.views import needs_record, own_record, visible_person
from employment_portal.regions.models import Region
from employment_portal.regions.serving import city, handling_place
from employment_portal.regions.terms import TermCode, working_days_in_words
from employment_portal.workflow.engine import history
from employment_portal.workflow.models import WorkItem

LEVELS = {"applied": "info", "certified": "ok", "refused": "bad", "ended": "neutral"}


def _initial(person: Person, group: str) -> dict[str, Any]:
    """What a suggestion fills in, when the form was opened from one."""
    for found in queries.suggestions_for(person, on=timezone.localdate()):
        if found.group == group:
            return {"group": group, "basis": found.basis, "ends_on": found.valid_until - timedelta(days=1)}
    return {"group": group} if group else {}


def _apply(
    request: HttpRequest, person: Person, *, at_counter: bool
) -> tuple[GroupForm, GroupMembership | None]:
    form = GroupForm(
        request.POST or None,
        request.FILES or None,
        initial=_initial(person, request.GET.get("group", "")),
        at_counter=at_counter,
    )
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.apply_for_group(
                person_id=person.pk,
                by=request.user,
                through="counter" if at_counter else "online",
                today=timezone.localdate(),
                **form.cleaned_data,
            )
        except actions.SensitiveConsentNeeded as error:
            form.add_error("consent", str(error))
        except actions.WrongPeriod as error:
            form.add_error("ends_on", str(error))
        except DomainError as error:
            form.add_error("evidence" if "file" in type(error).__name__.lower() else None, str(error))
        else:
            return form, membership
    return form, None


@route(SIGNED_IN)
@require_safe
@needs_record
def own_groups(request: HttpRequest, person: Person) -> HttpResponse:
    context = {
        "person": person,
        "memberships": queries.groups_of(person),
        "suggestions": queries.suggestions_for(person, on=timezone.localdate()),
        "levels": LEVELS,
    }
    return render(request, "people/groups/own.html", context)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_record
def own_apply(request: HttpRequest, person: Person) -> HttpResponse:
    form, membership = _apply(request, person, at_counter=False)
    if membership is not None:
        place = membership.region
        messages.success(
            request,
            _("Sent. The agency of %(place)s decides within %(days)s.")
            % {"place": handling_place(place).name, "days": _deadline(place)},
        )
        return redirect("people:groups")
    materials = [_("The paper that proves it: see the list below")]
    context = {
        "person": person,
        "form": form,
        "evidence": _papers(),
        "materials": materials,
        "deadline": _deadline(person.residence_region or person.household_region),
    }
    return render(request, "people/groups/apply.html", context, status=422 if form.errors else 200)


def _deadline(place: Region | None) -> str:
    today = timezone.localdate()
    return working_days_in_words(TermCode.GROUP_CERTIFICATION, region=place or city(), on=today)


def _papers() -> list[tuple[Any, Any]]:
    return [(group.label, paper) for group, paper in EVIDENCE.items()]


@route(SIGNED_IN)
@require_POST
@own_record
def own_withdraw(request: HttpRequest, person: Person, public_id: str) -> HttpResponse:
    membership = get_object_or_404(person.groups, public_id=public_id)
    try:
        actions.withdraw_application(membership_id=membership.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The application was taken back and its evidence deleted."))
    return redirect("people:groups")


@route(SIGNED_IN)
@require_safe
@own_record
def own_evidence(request: HttpRequest, person: Person, public_id: str) -> FileResponse:
    return _evidence(get_object_or_404(person.groups, public_id=public_id))


def _evidence(membership: GroupMembership) -> FileResponse:
    if not membership.evidence:
        raise Http404
    return serve_paper(membership.evidence, name=membership.evidence_name)


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_apply(request: HttpRequest, public_id: str) -> HttpResponse:
    """A clerk prepares a certification for somebody at the counter."""
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form, membership = _apply(request, person, at_counter=True)
    if membership is not None:
        messages.success(request, _("Handed to the district officer for certification."))
        return redirect("people:staff_person", person.public_id)
    context = {"person": person, "form": form, "evidence": _papers()}
    return render(request, "people/staff/group_apply.html", context, status=422 if form.errors else 200)


def _membership(request: HttpRequest, public_id: str) -> GroupMembership:
    return get_object_or_404(queries.memberships_visible_to(request.user), public_id=public_id)


def _case(request: HttpRequest, membership: GroupMembership, **forms: Any) -> HttpResponse:
    upper = membership.valid.upper
    period = {"starts_on": membership.valid.lower, "ends_on": upper - timedelta(days=1) if upper else None}
    decision = forms.get("decision") or GroupDecisionForm(initial=period)
    ending = forms.get("ending") or GroupEndForm()
    today = timezone.localdate()
    context = {
        "membership": membership,
        "person": membership.person,
        "form": decision,
        "ending": ending,
        "may_decide": membership.state == GroupState.APPLIED and may_certify(request.user, membership),
        "may_end": GROUP.can(membership, "end", request.user),
        "spells": spells_of(membership.person),
        "suggested": [found.group for found in queries.suggestions_for(membership.person, on=today)],
        "paper": EVIDENCE.get(membership.group),
        "sensitive": is_sensitive(membership.group),
        "steps": _steps(membership),
        "level": LEVELS[membership.state],
    }
    status = 422 if decision.errors or ending.errors else 200
    return render(request, "people/staff/group.html", context, status=status)


def _steps(membership: GroupMembership) -> list[dict[str, Any]]:
    steps = [
        {"label": GroupState(step.target).label, "at": step.at, "by": step.by, "note": step.note}
        for step in history(membership)
    ]
    first = {
        "label": GroupState.APPLIED.label,
        "at": membership.applied_at,
        "by": membership.applied_by,
        "note": "",
    }
    return [*steps[::-1], first]


@route(OFFICERS)
@require_safe
def staff_group(request: HttpRequest, public_id: str) -> HttpResponse:
    membership = _membership(request, public_id)
    record(action="people.view_group", by=request.user, subject=membership.person, request=request)
    return _case(request, membership)


@route(OFFICERS)
@require_POST
def staff_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    membership = _membership(request, public_id)
    require(may_certify(request.user, membership))
    form = GroupDecisionForm(request.POST)
    if not form.is_valid():
        return _case(request, membership, decision=form)
    data = form.cleaned_data
    try:
        if data["decision"] == "certify":
            actions.certify_group(
                membership_id=membership.pk,
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                note=data["note"],
                by=request.user,
                today=timezone.localdate(),
            )
        else:
            actions.refuse_group(membership_id=membership.pk, note=data["note"], by=request.user)
    except actions.ReasonNeeded as error:
        form.add_error("note", str(error))
        return _case(request, membership, decision=form)
    except actions.WrongPeriod as error:
        form.add_error("ends_on", str(error))
        return _case(request, membership, decision=form)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The decision was recorded and the person was told."))
        if "next" in request.POST and (following := _next_item(request)):
            return redirect(following.path)
    return redirect("people:staff_group", membership.public_id)


def _next_item(request: HttpRequest) -> WorkItem | None:
    items = WorkItem.objects.open().visible_to(request.user).filter(kind=actions.WORK_KIND)
    return items.order_by("due_on", "pk").first()


@route(OFFICERS)
@require_POST
def staff_end(request: HttpRequest, public_id: str) -> HttpResponse:
    membership = _membership(request, public_id)
    require(GROUP.can(membership, "end", request.user))
    form = GroupEndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_group(
                membership_id=membership.pk, by=request.user, today=timezone.localdate(), **form.cleaned_data
            )
        except DomainError as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("The membership was ended and the person was told."))
            return redirect("people:staff_group", membership.public_id)
    return _case(request, membership, ending=form)


@route(OFFICERS)
@require_safe
def staff_evidence(request: HttpRequest, public_id: str) -> FileResponse:
    membership = _membership(request, public_id)
    response = _evidence(membership)
    record(
        action="people.open_evidence",
        by=request.user,
        subject=membership.person,
        detail={"membership": membership.public_id},
        request=request,
    )
    return response
