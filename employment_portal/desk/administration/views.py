"""Pages of the system administrator and of the audit administrator."""

from typing import Any
from urllib.parse import urlencode

from celery import states
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django_celery_results.models import TaskResult

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import STAFF, route
from employment_portal.accounts.sign_in.reauthentication import confirm_identity
from employment_portal.audit import labels
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.exports import csv_lines, left_out
from employment_portal.desk.administration import audit_trail as trail
from employment_portal.desk.administration import details
from employment_portal.desk.administration import failed_tasks as tasks
from employment_portal.desk.administration.forms import AuditFilterForm
from employment_portal.health import checks

SYSTEM = STAFF(StaffRole.SYSTEM_ADMIN)
AUDIT = STAFF(StaffRole.AUDIT_ADMIN)
PAGE_SIZE = 50
EXPORT_LIMIT = 50_000


@route(SYSTEM)
@require_safe
def failed_tasks(request: HttpRequest) -> HttpResponse:
    """How the portal is, and the background tasks that failed in the last two weeks."""
    name = request.GET.get("name", "")
    page = Paginator(tasks.failed_tasks(name=name), PAGE_SIZE).get_page(request.GET.get("page"))
    names = tasks.failed_tasks().order_by("task_name").values_list("task_name", flat=True).distinct()
    context = {
        "page": page,
        "rows": [(result, tasks.title_of(result.task_name), tasks.error_of(result)) for result in page],
        "name": name,
        "names": [(each, tasks.title_of(each)) for each in dict.fromkeys(names)],
        "parts": _parts(),
        "waiting": TaskResult.objects.filter(status__in=[states.PENDING, states.STARTED]).count(),
    }
    return render(request, "desk/failed_tasks.html", context)


def _parts() -> list[dict[str, str]]:
    """The findings of the health checks in words."""
    names = {
        "database": _("Database"),
        "migrations": _("Database schema"),
        "redis": _("Cache and queue"),
        "worker": _("Background worker"),
    }
    states_ = {"ok": (_("in order"), "ok"), "late": (_("late"), "warn"), "failed": (_("failed"), "bad")}
    return [
        {
            "label": _("%(part)s: %(state)s")
            % {"part": names.get(name, name), "state": states_[finding.state][0]},
            "level": states_[finding.state][1],
            "detail": finding.detail if finding.state == "failed" else "",
        }
        for name, finding in checks.findings().items()
    ]


@route(SYSTEM)
@require_safe
def failed_task(request: HttpRequest, result_id: int) -> HttpResponse:
    result = get_object_or_404(tasks.failed_tasks(), pk=result_id)
    context = {
        "result": result,
        "title": tasks.title_of(result.task_name),
        "arguments": _arguments(tasks.arguments_of(result)),
        "error": tasks.error_of(result),
        "may_retry": tasks.may_retry(result),
    }
    return render(request, "desk/failed_task.html", context)


def _arguments(arguments: dict[str, Any] | None) -> str:
    return ", ".join(f"{name} = {value}" for name, value in (arguments or {}).items())


@route(SYSTEM)
@require_POST
def retry_task(request: HttpRequest, result_id: int) -> HttpResponse:
    result = get_object_or_404(tasks.failed_tasks(), pk=result_id)
    try:
        tasks.retry_task(result_id=result.pk, by=request.user, request=request)
        messages.success(request, _("The task is in the queue again."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("desk:failed_task", result.pk)


@route(AUDIT)
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET)
    page = trail.page(
        trail.search(request.user, form.asked()),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "actions": list(labels.choices()),
        "page": page,
        "rows": details.explain(page.rows),
        "kept": kept,
        "newer": f"?{urlencode(kept | {'after': page.newer})}" if page.newer else "",
        "older": f"?{urlencode(kept | {'before': page.older})}" if page.older else "",
    }
    return render(request, "desk/audit_trail.html", context)


@route(AUDIT)
@require_POST
def export_audit_trail(request: HttpRequest) -> HttpResponse:
    """The trail as it is filtered, as a CSV file; the export is itself an entry of the trail."""
    confirm_identity(request)
    asked = AuditFilterForm(request.POST).asked()
    found = trail.search(request.user, asked)
    rows = found[:EXPORT_LIMIT]
    record(
        action="audit.export",
        by=request.user,
        detail={name: str(value) for name, value in vars(asked).items() if value and name != "actor"},
        request=request,
    )
    heading = [
        _("Time"),
        _("Who"),
        _("Action"),
        _("Code of the action"),
        _("Subject"),
        pgettext("audit detail", "Number"),
        _("Reason"),
        _("Details"),
        _("Address"),
    ]
    lines = csv_lines(
        heading,
        (
            [
                f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}",
                entry.actor or _("The portal"),
                entry.label,
                entry.action,
                entry.subject_label,
                entry.subject_id,
                entry.reason,
                entry.detail or "",
                entry.ip_address or "",
            ]
            for entry in rows.iterator(chunk_size=1000)
        ),
        left_out(found.count(), EXPORT_LIMIT),
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate().isoformat()}.csv"'
    return response
