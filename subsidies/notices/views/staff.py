"""Notices for the officers who keep them: what waits, drafts, open ones, objections."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan
from employment_portal.core.uploads import serve_paper
from employment_portal.regions.models import Region
from employment_portal.ui.acts import attempt, attempt_form
from employment_portal.ui.lists import in_order
from employment_portal.workflow.engine import history
from subsidies.notices import actions, queries
from subsidies.notices.enums import NoticeState, ObjectionState
from subsidies.notices.forms import AnswerForm, DraftForm
from subsidies.notices.models import Notice
from subsidies.notices.permissions import KEEPERS, may_decide_objection
from subsidies.notices.workflow import NOTICE
from subsidies.policies.models import SubsidyItem

PAGE_SIZE, LINES = 30, 100
OFFICERS = STAFF(*KEEPERS)
READERS = STAFF(*KEEPERS, StaffRole.FINANCE_OFFICER)
SORTS = {"number": "number", "claims": "lines", "until": "closes_at", "objections": "open_objections"}


@require_GET
@route(READERS)
def notice_list(request: HttpRequest) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("text", "").strip()[:40]
    rows = queries.notices_for_staff(request.user, state=state if state in NoticeState.values else "")
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(title__contains=text) | Q(region__name__contains=text)
        )
    rows = in_order(rows, request, SORTS, default=("-made_at", "-pk"))
    objections = queries.objections_for(request.user).filter(state=ObjectionState.OPEN)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "text": text,
        "states": NoticeState.choices,
        "waiting": queries.waiting_for(request.user) if request.user.has_role(*KEEPERS) else [],
        "objections": Paginator(objections, PAGE_SIZE).get_page(request.GET.get("objections")),
    }
    return render(request, "subsidies/notices/staff_list.html", context)


@route(OFFICERS)
def notice_draft(request: HttpRequest) -> HttpResponse:
    """The sentence about the standard and the office, asked before a draft is made."""
    source = request.POST if request.method == "POST" else request.GET
    region = get_object_or_404(Region, code=source.get("region", ""))
    item = get_object_or_404(SubsidyItem, code=source.get("item", ""))
    require(request.user.has_role(*KEEPERS, region=region))
    if request.method == "POST":
        form = DraftForm(request.POST)
        if form.is_valid():
            try:
                notice = actions.draft_notice(
                    region=region,
                    item=item,
                    standard=form.cleaned_data["standard"],
                    contact=form.cleaned_data["contact"],
                    by=request.user,
                    now=timezone.now(),
                )
            except DomainError as error:
                messages.error(request, str(error))
                return redirect("subsidies:staff_notices")
            return redirect("subsidies:staff_notice", notice.public_id)
    else:
        initial = {"region": region.code, "item": item.code, **queries.wording(region, item)}
        form = DraftForm(initial=initial)
    context = {"form": form, "region": region, "item": item}
    return render(request, "subsidies/notices/draft.html", context, status=422 if form.errors else 200)


def _visible(request: HttpRequest, public_id: str) -> Notice:
    return get_object_or_404(queries.notices_for_staff(request.user), public_id=public_id)


@require_GET
@route(READERS)
def notice_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = _visible(request, public_id)
    text = request.GET.get("text", "").strip()[:40]
    context = {
        "notice": notice,
        "text": text,
        "page": Paginator(queries.lines_of(notice, text=text), LINES).get_page(request.GET.get("page")),
        "total": queries.total_of(notice),
        "moves": NOTICE.allowed(notice, request.user),
        "objections": queries.objections_for(request.user).filter(entry__notice=notice),
        "steps": queries.steps(history(notice)),
    }
    return render(request, "subsidies/notices/staff_notice.html", context)


@require_POST
@route(OFFICERS)
def notice_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = _visible(request, public_id)
    try:
        notice = actions.publish_notice(notice_id=notice.pk, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        day = timezone.localtime(notice.closes_at) - timedelta(days=1)
        messages.success(
            request, _("Published. Objections are possible until %(day)s.") % {"day": f"{day:%Y-%m-%d}"}
        )
    return redirect("subsidies:staff_notice", public_id)


@require_POST
@route(OFFICERS)
def notice_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = _visible(request, public_id)
    reason = request.POST.get("reason", "")[:300]
    attempt(
        request,
        lambda: actions.cancel_notice(notice_id=notice.pk, reason=reason, by=request.user),
        _("Cancelled. Its claims wait for a new notice."),
    )
    return redirect("subsidies:staff_notice", public_id)


@route(OFFICERS)
def objection_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One objection: who objects is shown to whoever may decide, and that is recorded."""
    objection = get_object_or_404(queries.objections_for(request.user), public_id=public_id)
    may_decide = may_decide_objection(request.user, objection)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(may_decide or objection.state != ObjectionState.OPEN)  # answered already: the action says so
        answered = attempt_form(
            request,
            form,
            lambda data: actions.decide_objection(
                objection_id=objection.pk,
                uphold=data["verdict"] == "uphold",
                answer=data["answer"],
                by=request.user,
                now=timezone.now(),
            ),
            _("Answered. Whoever objected was told by text message."),
        )
        if answered:
            return redirect("subsidies:objection", public_id)
        objection.refresh_from_db()
    context = {
        "objection": objection,
        "entry": objection.entry,
        "amount": format_yuan(objection.entry.amount_fen, 2),
        "notice": objection.entry.notice,
        "form": form,
        "may_decide": may_decide,
        "open": objection.state == ObjectionState.OPEN,
    }
    return render(request, "subsidies/notices/objection.html", context, status=422 if form.errors else 200)


@require_GET
@route(OFFICERS)
def objection_evidence(request: HttpRequest, public_id: str) -> FileResponse:
    objection = get_object_or_404(queries.objections_for(request.user), public_id=public_id)
    require(may_decide_objection(request.user, objection))
    if not objection.evidence:
        raise Http404
    record(action="objection.open_paper", by=request.user, subject=objection, request=request)
    return serve_paper(objection.evidence, name=objection.evidence_name)
