"""Batches: made, checked, released and sent by finance officers, three people to a batch."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan
from employment_portal.ui.acts import attempt
from employment_portal.ui.lists import in_order, state_tabs
from employment_portal.workflow.engine import TransitionNotAllowed, history
from subsidies.payments import actions, queries
from subsidies.payments.enums import AttemptState, BatchState, CaseState
from subsidies.payments.forms import BatchForm, HandInForm, ReasonForm, own_region
from subsidies.payments.models import Batch, PaymentAttempt
from subsidies.payments.views.common import FINANCE, PAGE_SIZE, places
from subsidies.payments.workflow import BATCH

FEW = 20  # cases named on the page of a batch; the rest is a link away
SORTS = {"number": "number", "count": "count", "total": "total_fen", "made": "made_at"}
OUT = frozenset({AttemptState.QUEUED, AttemptState.EXPORTED, AttemptState.UNKNOWN})


@require_GET
@route(FINANCE)
def batch_list(request: HttpRequest) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("text", "").strip()
    rows = queries.batches_visible_to(request.user)
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(item__name__contains=text) | Q(region__name__contains=text)
        )
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in BatchState.values:
        rows = rows.filter(state=state)
    rows = in_order(rows, request, SORTS, default=("-made_at", "-pk"))
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "places": places(request, "batches"),
        "tabs": state_tabs(request, BatchState.choices, counts, chosen=state, everything=_("All")),
        "state": state,
        "text": text,
    }
    return render(request, "subsidies/payments/batches.html", context)


@require_POST
@route(FINANCE)
def batch_make(request: HttpRequest) -> HttpResponse:
    years = sorted({row["line__year"] for row in queries.ready_by_year(request.user)}, reverse=True)
    form = BatchForm(request.POST, years=years or [timezone.localdate().year])
    if not form.is_valid():
        return render(request, "subsidies/payments/make.html", {"form": form}, status=422)
    try:
        batch = actions.build_batch(
            **form.cleaned_data,
            region=own_region(request.user, queries.FINANCE),
            by=request.user,
            now=timezone.now(),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return render(request, "subsidies/payments/make.html", {"form": form}, status=422)
    return redirect("subsidies:batch", batch.public_id)


def _visible(request: HttpRequest, public_id: str) -> Batch:
    rows = queries.batches_visible_to(request.user).select_related("checked_by", "released_by")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@route(FINANCE)
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _visible(request, public_id))


def _page(
    request: HttpRequest,
    found: Batch,
    *,
    cancel_form: ReasonForm | None = None,
    hand_in_form: HandInForm | None = None,
) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("text", "").strip()
    attempts = PaymentAttempt.objects.filter(batch=found).select_related(
        "account", "payable__person", "payable__organisation", "payable__claim"
    )
    if state in AttemptState.values:
        attempts = attempts.filter(state=state)
    if text:
        attempts = attempts.filter(
            Q(reference__iexact=text)
            | Q(account__holder__startswith=text)
            | Q(payable__claim__number__iexact=text)
        )
    by_state = queries.attempts_by_state(found)
    labels = dict(AttemptState.choices)
    counts = {value: count for value, count, _fen in by_state}
    context = {
        "batch": found,
        "page": Paginator(attempts.order_by("sequence").defer("account__number"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "tabs": state_tabs(request, AttemptState.choices, counts, chosen=state, everything=_("All")),
        "state": state,
        "text": text,
        "by_state": [(labels[value], count, format_yuan(fen, 2)) for value, count, fen in by_state],
        "total": format_yuan(found.total_fen, 2),
        "settled": sum(count for value, count in counts.items() if value not in OUT),
        "allowed": BATCH.allowed(found, request.user),
        "history": history(found),
        "cancel_form": cancel_form or ReasonForm(),
        "hand_in_form": hand_in_form or HandInForm(),
        "return_files": found.return_files.defer("content").order_by("-received_at"),
        "cases": queries.cases_visible_to(request.user)
        .filter(batch=found)
        .exclude(state=CaseState.RESOLVED)
        .order_by("opened_at", "pk")[:FEW],
    }
    refused = (cancel_form and cancel_form.errors) or (hand_in_form and hand_in_form.errors)
    return render(request, "subsidies/payments/batch.html", context, status=422 if refused else 200)


def _act(
    request: HttpRequest, batch: Batch, act: Callable[..., Any], done: str, **values: Any
) -> HttpResponse:
    """Carry ``act`` out on the batch, say how it went, and show the batch."""
    attempt(request, lambda: act(batch_id=batch.pk, by=request.user, now=timezone.now(), **values), done)
    return redirect("subsidies:batch", batch.public_id)


@require_POST
@route(FINANCE)
def batch_check(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Checked. A third person releases the batch.")
    return _act(request, _visible(request, public_id), actions.check_batch, done)


@require_POST
@route(FINANCE)
def batch_release(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Released. The bank file is ready to be sent.")
    return _act(request, _visible(request, public_id), actions.release_batch, done)


@require_POST
@route(FINANCE)
def batch_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _visible(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, cancel_form=form)
    done = _("Cancelled. Its payments are ready for another batch.")
    return _act(request, found, actions.cancel_batch, done, **form.cleaned_data)


@require_POST
@route(FINANCE)
def batch_send(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _visible(request, public_id)
    if not BATCH.can(found, "send", request.user):
        messages.error(request, TransitionNotAllowed.message)
        return redirect("subsidies:batch", found.public_id)
    return _act(request, found, actions.send_batch, _("The bank has the file."))


@require_POST
@route(FINANCE)
def batch_hand_in(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _visible(request, public_id)
    form = HandInForm(request.POST)
    if not form.is_valid():
        return _page(request, found, hand_in_form=form)
    return _act(request, found, actions.hand_in_batch, _("Recorded as handed in."), **form.cleaned_data)


@require_POST
@route(FINANCE)
def batch_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the bank whether it has a file of which nobody knows."""
    done = _("The bank has answered: see the state of the batch.")
    return _act(request, _visible(request, public_id), actions.ask_bank, done)


@require_GET
@route(FINANCE)
def batch_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The stored bytes, for handing in by other means. They hold full account numbers: each download is recorded."""
    found = _visible(request, public_id)
    file = getattr(found, "file", None)
    if file is None:
        return redirect("subsidies:batch", found.public_id)
    record(
        action="payments.download",
        by=request.user,
        subject=found,
        detail={"sha256": file.sha256},
        request=request,
    )
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["Cache-Control"] = "private, no-store"
    return response
