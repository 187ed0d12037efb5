"""One claim for an officer: differences, data, documents, trail, verdict; reveal, appeals, conflicts."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import STAFF_ANY, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import tidy
from employment_portal.core.uploads import serve_paper
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.people.records.actions import number_hash, reveal_number
from subsidies.claims import actions, rules
from subsidies.claims import queue as reads
from subsidies.claims.actions.appealing import may_answer
from subsidies.claims.enums import AppealState, ClaimState
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.forms import AnswerForm, ConflictForm, VerdictForm
from subsidies.claims.models import Appeal, Claim, ConflictOfInterest
from subsidies.claims.permissions import bar_to_deciding
from subsidies.claims.progress import timeline_of, work_item_of
from subsidies.claims.queries import papers_of
from subsidies.claims.views.claiming import period_words
from subsidies.claims.views.common import JOINED, LEVELS, posted, reason_of, told
from subsidies.claims.views.queue import asked_of, place, queue_context, require_officer

SHOWN_ENTRIES = 100
TRIED = 20  # cases that are looked at for the next one, should some be kept from the officer


def visible(request: HttpRequest, public_id: str) -> Claim:
    """A claim of the officer's region; those they have an interest in are kept from them."""
    claim = get_object_or_404(
        Claim.objects.visible_to_staff(request.user).select_related(*JOINED), public_id=public_id
    )
    if reads.is_own_case(request.user, claim):
        raise Http404
    return claim


@route(STAFF_ANY)
@require_safe
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """The case beside the queue it came from."""
    row = visible(request, public_id)
    record(action="claim.view", by=request.user, subject=row, request=request)
    return _show(request, row)


def _show(
    request: HttpRequest, row: Claim, *, form: VerdictForm | None = None, number: str = ""
) -> HttpResponse:
    context = queue_context(request) | _case(request, row) | {"number": number}
    if form is not None:
        context["form"] = form
    return render(
        request,
        "subsidies/claims/staff/queue.html",
        context,
        status=422 if form is not None and form.errors else 200,
    )


def _case(request: HttpRequest, row: Claim) -> dict[str, Any]:
    at_a_step = row.state in (ClaimState.SUBMITTED, ClaimState.IN_REVIEW)
    bar, authority = bar_to_deciding(request.user, row) if at_a_step else (None, None)
    entries = reads.counted_entries(row)
    return {
        "claim": row,
        "level": LEVELS[row.state],
        "who": str(row.organisation or row.person.name),
        "masked": reads.masked_number(row),
        "step": rules.STEP_NAMES.get(row.step, row.step),
        "findings": row.findings[:SHOWN_ENTRIES],
        "finding_count": len(row.findings),
        "entries": entries[:SHOWN_ENTRIES],
        "entry_count": entries.count(),
        "papers": [paper for paper in papers_of(row) if paper["files"]],
        "timeline": timeline_of(row, staff=True),
        "work_item": work_item_of(row),
        "bar": bar,
        "authority": authority,
        "may_decide": at_a_step and bar is None,
        "verdicts": reads.verdicts_of(row) if at_a_step else [],
        "form": VerdictForm(initial={"seen": content_sha256(row), "verdict": "pass"}),
        "seen": content_sha256(row),
        "period": period_words(row),
        "note": row.declared.get("note", ""),
        "decisions": row.decisions.order_by("-at", "-pk"),
        "appeals": Appeal.objects.filter(decision__claim=row),
        "close_url": f"{reverse('subsidies:staff_claims')}{place(request.GET)}#c-{row.public_id}",
    }


@route(STAFF_ANY)
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """One verdict; then the next case of the queue, or the queue."""
    row = visible(request, public_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form=form)
    following = _next(request, row) if request.POST.get("next") else None
    try:
        actions.decide_step(
            claim_id=row.pk,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
            by=request.user,
            now=timezone.now(),
            seen_sha256=form.cleaned_data["seen"],
        )
    except DomainError as error:
        form.add_error(None, str(error.message))
        return _show(request, Claim.objects.select_related(*JOINED).get(pk=row.pk), form=form)
    messages.success(request, _("Decided: %(number)s") % {"number": row.number})
    if following is not None:
        return _to_case(request, following.public_id)
    return redirect(f"{reverse('subsidies:staff_claims')}{place(request.GET)}")


def _to_case(request: HttpRequest, public_id: str) -> HttpResponse:
    """The case, beside the list as it was."""
    return redirect(f"{reverse('subsidies:staff_claim', args=[public_id])}{place(request.GET)}")


def _next(request: HttpRequest, row: Claim) -> Claim | None:
    """The case after this one in the queue as it is filtered, from the end on its first; none that is kept from them."""
    items = reads.queue(request.user, asked_of(request.GET), today=timezone.localdate())
    own = work_item_of(row)
    if own is not None:
        items = items.exclude(pk=own.pk)
        later = items.filter(Q(due_on=own.due_on, pk__gt=own.pk) | Q(due_on__gt=own.due_on))
        ids = [*later.values_list("subject_id", flat=True)[:TRIED], *_ids(items)]
    else:
        ids = _ids(items)
    found = Claim.objects.select_related("person", "organisation").in_bulk(ids)
    cases = (found[pk] for pk in ids if pk in found)
    return next((case for case in cases if not reads.is_own_case(request.user, case)), None)


def _ids(items: QuerySet) -> list[int]:
    return list(items.values_list("subject_id", flat=True)[:TRIED])


@route(STAFF_ANY)
@require_POST
def recalculate(request: HttpRequest, public_id: str) -> HttpResponse:
    row = visible(request, public_id)
    with told(request, _("Reckoned anew with the data held now.")):
        actions.recalculate(claim_id=row.pk, by=request.user, now=timezone.now())
    return _to_case(request, public_id)


@route(STAFF_ANY)
@require_POST
def reveal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the whole identity number, once, with a reason that the person reads."""
    row = visible(request, public_id)
    reason = reason_of(request)
    if row.person is None:
        raise Http404
    if not reason:
        messages.error(request, _("Write why you need the whole number."))
        return _to_case(request, public_id)
    number = reveal_number(person_id=row.person.pk, reason=reason, by=request.user, request=request)
    return _show(request, row, number=number)


@route(STAFF_ANY)
@require_safe
def paper(request: HttpRequest, public_id: str, paper_id: str) -> HttpResponse:
    row = visible(request, public_id)
    evidence = get_object_or_404(row.evidence, public_id=paper_id)
    asked_for = {each["code"]: each["label"] for each in row.version.content.get("evidence", [])}
    record(
        action="claim.open_evidence",
        by=request.user,
        subject=row,
        detail={"paper": asked_for.get(evidence.code) or evidence.name},
        request=request,
    )
    return serve_paper(evidence.file, name=evidence.name)


@route(STAFF_ANY)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    """An appeal and its answer, by a city officer who had no part in the claim."""
    rows = Appeal.objects.select_related("decision__claim__item", "decision__claim__region", "decided_by")
    row = get_object_or_404(
        rows.filter(decision__claim__in=Claim.objects.visible_to_staff(request.user)), public_id=public_id
    )
    case = visible(request, row.decision.claim.public_id)
    may = may_answer(request.user, case)
    form = AnswerForm(posted(request))
    if request.method == "POST":
        require(may)
        if form.is_valid():
            try:
                actions.decide_appeal(
                    appeal_id=row.pk, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
            else:
                messages.success(request, _("The appeal was answered."))
                return redirect("subsidies:staff_claims")
    context = {
        "appeal": row,
        "claim": case,
        "who": reads.who(case),
        "form": form,
        "may": may and row.state == AppealState.OPEN,
        "timeline": timeline_of(case, staff=True),
    }
    return render(request, "subsidies/claims/staff/appeal.html", context, status=422 if form.errors else 200)


@route(STAFF_ANY)
@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """Whose cases are kept from oneself, and declaring another one."""
    require_officer(request)
    form = ConflictForm(posted(request))
    if request.method == "POST" and form.is_valid():
        number = tidy(form.cleaned_data["number"])
        person = Person.objects.filter(id_number_hash=number_hash(number)).first()
        organisation = None if person else Organisation.objects.filter(code=number).first()
        if person is None and organisation is None:
            form.add_error("number", _("No record has this number. Compare it with the document."))
        else:
            actions.declare_conflict(
                user=request.user,
                relation=form.cleaned_data["relation"],
                person=person,
                organisation=organisation,
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("Declared. Those cases are kept from you."))
            return redirect("subsidies:staff_conflicts")
    rows = ConflictOfInterest.objects.filter(user=request.user, ended_at__isnull=True)
    context = {"form": form, "conflicts": rows.select_related("person", "organisation").order_by("-pk")}
    return render(
        request, "subsidies/claims/staff/conflicts.html", context, status=422 if form.errors else 200
    )


@route(STAFF_ANY)
@require_POST
def end_conflict(request: HttpRequest, conflict_id: int) -> HttpResponse:
    require_officer(request)
    row = get_object_or_404(ConflictOfInterest, pk=conflict_id, user=request.user)
    actions.end_conflict(conflict_id=row.pk, by=request.user, now=timezone.now())
    messages.success(request, _("The declaration was ended."))
    return redirect("subsidies:staff_conflicts")
