from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.enums import CASE_ROLES
from employment_portal.accounts.models import User
from employment_portal.accounts.permissions import STAFF, STAFF_ANY, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import csv_lines, left_out
from employment_portal.desk.queue import actions, queries

PAGE_SIZE = 50
SHOWS = ("all", "mine", "unassigned", "overdue", "escalated")
EXPORT_LIMIT = 10_000


def _asked(request: HttpRequest) -> queries.QueueFilter:
    show = request.GET.get("show", "all")
    return queries.QueueFilter(
        show=show if show in SHOWS else "all",
        kind=request.GET.get("kind", ""),
        region=request.GET.get("region", ""),
        text=request.GET.get("text", "").strip(),
    )


@route(STAFF())
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The staff home: what is to be done, the nearest due day first. A mentor has no cases: the post itself."""
    if not request.user.has_role(*CASE_ROLES):
        return render(request, "desk/own_post.html", {"posts": request.user.current_posts()})
    asked, today = _asked(request), timezone.localdate()
    page = Paginator(queries.queue(request.user, asked, today=today), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": queries.rows(list(page.object_list), today=today),
        "asked": asked,
        "tabs": _tabs(request, asked, queries.queue_counts(request.user, today=today)),
        "kinds": queries.kinds_in(request.user),
        "regions": queries.regions_of(request.user),
        "colleagues": queries.colleagues(request.user, today=today)[:200],
        "as_of": timezone.localtime(),
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/queue.html", context)


def _tabs(request: HttpRequest, asked: queries.QueueFilter, counts: dict[str, int]) -> list[dict]:
    labels = {
        "all": _("All"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "overdue": _("Overdue"),
        "escalated": _("Escalated"),
    }
    kept = {name: request.GET[name] for name in ("kind", "region", "text") if request.GET.get(name)}
    return [
        {
            "label": label,
            "url": f"?{urlencode(kept | {'show': show})}",
            "current": asked.show == show,
            "count": counts[show],
            "hot": show == "overdue",
        }
        for show, label in labels.items()
        if show != "escalated" or counts[show]
    ]


@route(STAFF_ANY)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Take, give back or hand over the ticked items."""
    public_ids = request.POST.getlist("ids")[:PAGE_SIZE]
    what = request.POST.get("act")
    if not public_ids:
        messages.error(request, _("Tick at least one item first."))
        return _back(request)
    try:
        if what == "take":
            handed = actions.take_work(public_ids=public_ids, by=request.user)
        elif what == "release":
            handed = actions.release_work(public_ids=public_ids, by=request.user)
        else:
            to = User.objects.filter(public_id=request.POST.get("to", "")).first()
            if to is None:
                messages.error(request, _("Choose a colleague."))
                return _back(request)
            handed = actions.hand_work_to(
                public_ids=public_ids, to=to, by=request.user, today=timezone.localdate()
            )
    except DomainError as error:
        messages.error(request, error.message)
        return _back(request)
    _report(request, handed)
    return _back(request)


def _report(request: HttpRequest, handed: actions.Handed) -> None:
    if handed.done:
        words = ngettext("%(n)s item changed hands.", "%(n)s items changed hands.", handed.done)
        messages.success(request, words % {"n": handed.done})
    if handed.left:
        words = ngettext(
            "%(n)s item stayed as it was: done or taken meanwhile, or not yours to give.",
            "%(n)s items stayed as they were: done or taken meanwhile, or not yours to give.",
            handed.left,
        )
        messages.warning(request, words % {"n": handed.left})


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "desk:queue"
    return redirect(target)


@route(STAFF_ANY)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The queue as it is filtered, as a CSV file. Audited: the file leaves the portal's protection."""
    request.GET = request.POST  # the filter travels in the form
    asked, today = _asked(request), timezone.localdate()
    found = queries.queue(request.user, asked, today=today)
    items = list(found[:EXPORT_LIMIT])
    record(
        action="desk.export_queue",
        by=request.user,
        detail={"count": len(items), "show": asked.show, "kind": asked.kind, "region": asked.region},
        request=request,
    )
    heading = [
        pgettext("audit detail", "Number"),
        _("Kind"),
        _("Title"),
        _("Region"),
        _("Received"),
        _("Due"),
        _("Working days left"),
        _("Assigned to"),
    ]
    lines = csv_lines(
        heading,
        (
            [
                row.item.public_id,
                row.kind,
                row.item.title,
                row.item.region.name,
                f"{timezone.localtime(row.item.opened_at):%Y-%m-%d %H:%M}",
                row.item.due_on.isoformat(),
                row.left,
                row.item.assigned_to or "",
            ]
            for row in queries.rows(items, today=today)
        ),
        left_out(found.count(), EXPORT_LIMIT),
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="queue-{today.isoformat()}.csv"'
    return response
