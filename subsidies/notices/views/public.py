"""What everybody sees of the notices, and the objection."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_ratelimit.decorators import ratelimit

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from subsidies.notices import actions, queries
from subsidies.notices.enums import NoticeState
from subsidies.notices.forms import ObjectionForm
from subsidies.notices.models import Notice, NoticeEntry
from subsidies.policies.models import SubsidyItem

PAGE_SIZE, LINES = 20, 100


@require_GET
@route(PUBLIC)
def notice_list(request: HttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip() for name in ("region", "item")}
    rows = queries.public_notices(**chosen)
    shown = queries.public_notices().order_by()
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "regions": Region.objects.filter(pk__in=shown.values("region")),
        "items": SubsidyItem.objects.filter(pk__in=shown.values("item")),
    }
    return render(request, "subsidies/notices/list.html", context)


def _public(public_id: str) -> Notice:
    rows = Notice.objects.exclude(published_at=None).select_related("region", "item")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@route(PUBLIC)
def notice_page(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = _public(public_id)
    if notice.taken_down_at is not None or notice.state == NoticeState.CANCELLED:
        return render(request, "subsidies/notices/gone.html", {"notice": notice}, status=410)
    text = request.GET.get("text", "").strip()[:40]
    lines = queries.lines_of(notice, text=text)
    context = {
        "notice": notice,
        "text": text,
        "page": Paginator(lines, LINES).get_page(request.GET.get("page")),
        "open": notice.state == NoticeState.OPEN and notice.closes_at > timezone.now(),
        "total": queries.total_of(notice),
    }
    return render(request, "subsidies/notices/notice.html", context)


@ratelimit(key="ip", rate=settings.REPORTS_PER_ADDRESS, method="POST", block=True)
@route(PUBLIC)
def object_to(request: HttpRequest, public_id: str, row: int) -> HttpResponse:
    notice = _public(public_id)
    entry = get_object_or_404(NoticeEntry, notice=notice, row=row, live=True)
    if notice.state != NoticeState.OPEN:
        raise Http404
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            objection = actions.file_objection(entry_id=entry.pk, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return render(
                request, "subsidies/notices/objected.html", {"notice": notice, "objection": objection}
            )
    return render(
        request,
        "subsidies/notices/object.html",
        {"notice": notice, "entry": entry, "form": form},
        status=422 if form.errors else 200,
    )
