"""Pages for staff: the list of organisations of their region, and the check of a licence."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import OFFICERS, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.organisations import actions, queries
from employment_portal.organisations.enums import OrganisationKind, VerificationStatus
from employment_portal.organisations.forms import DecisionForm
from employment_portal.organisations.models import Organisation, Verification
from employment_portal.organisations.permissions import may_verify
from employment_portal.organisations.views import paper_of
from employment_portal.workflow.models import WorkItem

PAGE_SIZE = 30


@require_GET
@route(OFFICERS)
def organisation_list(request: HttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip() for name in ("text", "status", "kind", "sort")}
    rows = queries.organisations_for_staff(request.user, **chosen)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "statuses": VerificationStatus.choices,
        "kinds": OrganisationKind.choices,
    }
    return render(request, "organisations/staff_list.html", context)


def _visible(request: HttpRequest, public_id: str) -> Organisation:
    rows = Organisation.objects.visible_to_staff(request.user).select_related("region", "industry", "parent")
    return get_object_or_404(rows, public_id=public_id)


def _page(request: HttpRequest, organisation: Organisation, form: DecisionForm) -> HttpResponse:
    verification = queries.latest_verification(organisation)
    context = {
        "organisation": organisation,
        "verification": verification,
        "form": form,
        "may_decide": may_verify(request.user, organisation),
        "members": queries.members_of(organisation),
        "steps": queries.steps_of(organisation),
        "differences": queries.differences(organisation, verification),
    }
    return render(request, "organisations/staff_detail.html", context, status=422 if form.errors else 200)


@require_GET
@route(OFFICERS)
def organisation_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _visible(request, public_id), DecisionForm())


@require_POST
@route(OFFICERS)
def verification_decide(request: HttpRequest, public_id: str, verification_id: str) -> HttpResponse:
    organisation = _visible(request, public_id)
    verification = get_object_or_404(Verification, organisation=organisation, public_id=verification_id)
    require(may_verify(request.user, organisation))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, form)
    try:
        actions.decide_verification(
            verification_id=verification.pk, by=request.user, today=timezone.localdate(), **form.cleaned_data
        )
    except actions.ReasonNeeded as error:
        form.add_error("note", str(error))
        return _page(request, organisation, form)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The decision was recorded and the organisation was told."))
        if "next" in request.POST and (following := _next_item(request)):
            return redirect(following.path)
    return redirect("organisations:staff_detail", organisation.public_id)


def _next_item(request: HttpRequest) -> WorkItem | None:
    items = WorkItem.objects.open().visible_to(request.user).filter(kind=actions.WORK_KIND)
    return items.order_by("due_on", "pk").first()


@require_POST
@route(OFFICERS)
def organisation_suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = _visible(request, public_id)
    require(may_verify(request.user, organisation))
    try:
        actions.suspend_organisation(
            organisation_id=organisation.pk, reason=request.POST.get("reason", "")[:300], by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The organisation was suspended and told why."))
    return redirect("organisations:staff_detail", organisation.public_id)


@require_POST
@route(OFFICERS)
def organisation_resume(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = _visible(request, public_id)
    require(may_verify(request.user, organisation))
    try:
        actions.resume_organisation(organisation_id=organisation.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The suspension was lifted. The organisation has to hand its licence in anew.")
        )
    return redirect("organisations:staff_detail", organisation.public_id)


@require_GET
@route(OFFICERS)
def staff_paper(request: HttpRequest, public_id: str, verification_id: str, which: str) -> FileResponse:
    organisation = _visible(request, public_id)
    verification = get_object_or_404(Verification, organisation=organisation, public_id=verification_id)
    response = paper_of(verification, which)
    record(
        action="organisation.open_paper",
        by=request.user,
        subject=organisation,
        detail={"paper": which},
        request=request,
    )
    return response
