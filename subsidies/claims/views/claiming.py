"""The pages on which somebody claims: list, start, task list, its parts, check and hand in."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, require, route
from employment_portal.core.errors import DomainError
from subsidies.claims import actions, rules
from subsidies.claims.actions.starting import current_account
from subsidies.claims.entitlement_models import Entitlement
from subsidies.claims.enums import ClaimState, EntryState
from subsidies.claims.forms import AccountForm, DataForm, MonthsForm, PaperForm, SubmitForm, YearForm
from subsidies.claims.models import Claim
from subsidies.claims.permissions import may_change_account
from subsidies.claims.queries import has_roster, missing_of, papers_of
from subsidies.claims.subjects import claimant_kind, rows_of
from subsidies.claims.views.common import (
    LEVELS,
    channel_of,
    claimant_ids,
    of_draft,
    own_claims,
    posted,
    told,
    with_standings,
)
from subsidies.payments.actions.accounts import set_account
from subsidies.policies.enums import PeriodKind
from subsidies.policies.models import PolicyVersion
from subsidies.policies.sections import threshold_words

PER_PAGE = 20


@route(SIGNED_IN)
@require_safe
def my_claims(request: HttpRequest) -> HttpResponse:
    """Everything that the person or organisation claims or claimed, newest first."""
    page = Paginator(own_claims(request).order_by("-created_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = with_standings(page.object_list)
    return render(
        request,
        "subsidies/claims/list.html",
        {
            "page": page,
            "has_record": bool(claimant_ids(request)),
            "is_organisation": _for_organisation(request),
        },
    )


def _for_organisation(request: HttpRequest) -> bool:
    return "organisation_id" in claimant_ids(request)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """What claiming takes; POST begins the draft or goes on with it."""
    today = timezone.localdate()
    version = get_object_or_404(
        PolicyVersion.objects.in_force(today).select_related("policy__item", "policy__region"),
        public_id=public_id,
    )
    ids = claimant_ids(request)
    kind = claimant_kind(version.policy.item.subject)
    fits = f"{kind}_id" in ids
    choices = []
    if fits and kind == "person" and version.policy.item.subject != "person":
        choices = rows_of(version.policy.item.subject, claimant_id=ids["person_id"], limit=50)
    if request.method == "POST":
        if not ids:
            messages.info(request, _("Fill in your name and number first. After that you can claim."))
            return redirect("people:record")
        chosen = request.POST.get("subject", "")
        try:
            claim = actions.start_claim(
                version_id=version.pk,
                by=request.user,
                now=timezone.now(),
                channel=channel_of(request),
                subject_id=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None,
                **ids,
            )
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("subsidies:start_claim", public_id)
        return redirect("subsidies:claim_tasks", claim.public_id)
    return render(
        request,
        "subsidies/claims/start.html",
        {
            "version": version,
            "item": version.policy.item,
            "fits": fits,
            "kind": kind,
            "choices": choices,
            "has_record": bool(ids),
            "steps": [(step, threshold_words(step)) for step in rules.all_steps(version.content)],
            "days": rules.longest_days(version.content),
            "materials": [paper["label"] for paper in version.content.get("evidence", [])],
        },
    )


@route(SIGNED_IN)
@require_safe
def tasks(request: HttpRequest, public_id: str) -> HttpResponse:
    """The task list of a draft or of a claim to be corrected; others show their own page."""
    claim = get_object_or_404(own_claims(request), public_id=public_id)
    if claim.state not in (ClaimState.DRAFT, ClaimState.CORRECTION):
        return redirect("subsidies:claim", public_id)
    missing = {part.part: part.sentence for part in missing_of(claim)}
    return render(
        request,
        "subsidies/claims/tasks.html",
        {
            "claim": claim,
            "tasks": _tasks(claim, missing),
            "ready": not missing,
            "reasons": _reasons(claim),
            "is_correction": claim.state == ClaimState.CORRECTION,
        },
    )


def _reasons(claim: Claim) -> list[dict[str, Any]]:
    """Why a person's own draft would not qualify by our data."""
    if claim.organisation_id is not None:
        return []
    return [reason for entry in claim.entries.all() for reason in entry.reasons]


def _tasks(claim: Claim, missing: dict[str, Any]) -> list[dict[str, Any]]:
    def task(part: str, label: str, name: str, *, hint: Any = "") -> dict[str, Any]:
        todo = part in missing
        return {
            "label": label,
            "url": reverse(f"subsidies:{name}", args=[claim.public_id]),
            "status": _("To do") if todo else pgettext("part of an application", "Done"),
            "level": "warn" if todo else "ok",
            "hint": missing.get(part, hint),
        }

    rows = []
    if claim.item.period_kind != PeriodKind.ONCE and claim.state == ClaimState.DRAFT:
        rows.append(task("period", _("Time that you claim for"), "claim_period", hint=period_words(claim)))
    if has_roster(claim):
        count = claim.entries.filter(state=EntryState.INCLUDED).count()
        hint = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
        rows.append(task("entries", _("People on the roster"), "claim_roster", hint=hint))
    rows.append(task("declare", _("Check the data that we hold"), "claim_data"))
    if claim.version.content.get("evidence"):
        rows.append(task("evidence", _("Papers or commitment"), "claim_papers"))
    account = f"{claim.account.bank_name} {claim.account.tail}" if claim.account else ""
    rows.append(task("account", _("Account for the money"), "claim_account", hint=account))
    return rows


def period_words(claim: Claim | Entitlement) -> str:
    """The time a claim or grant covers, its last month included."""
    if claim.period is None or claim.period.lower is None or claim.period.upper is None:
        return ""
    last = claim.period.upper.replace(day=1)
    before = last.month - 1 or 12
    year = last.year - (1 if last.month == 1 else 0)
    return _("%(first)s to %(last)s") % {
        "first": f"{claim.period.lower:%Y-%m}",
        "last": f"{year}-{before:02d}",
    }


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def data(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What we hold with its source; the claimant says what is not right."""
    form = DataForm(posted(request), claim=claim)
    if request.method == "POST" and form.is_valid():
        with told(request, _("Saved. We reckoned the amount anew.")):
            actions.save_declared(
                claim_id=claim.pk,
                facts=form.declared(),
                declared_fen=form.cleaned_data["declared_yuan"],
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
        return redirect("subsidies:claim_tasks", claim.public_id)
    entry = claim.entries.order_by("row").first()
    return render(
        request,
        "subsidies/claims/data.html",
        {"claim": claim, "form": form, "entry": entry},
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def period(request: HttpRequest, claim: Claim) -> HttpResponse:
    if claim.item.period_kind == PeriodKind.ONCE or claim.state != ClaimState.DRAFT:
        return redirect("subsidies:claim_tasks", claim.public_id)
    lower = claim.period.lower if claim.period else timezone.localdate()
    form: MonthsForm | YearForm
    if claim.item.period_kind == PeriodKind.YEAR:
        form = YearForm(posted(request), initial={"year": lower.year})
    else:
        last = claim.period.upper.replace(day=1) if claim.period else lower
        before = last.replace(year=last.year - (last.month == 1), month=last.month - 1 or 12)
        form = MonthsForm(posted(request), initial={"first": lower, "last": before})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_period(
                claim_id=claim.pk, period=form.period(), by=request.user, today=timezone.localdate()
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim_tasks", claim.public_id)
    context = {"claim": claim, "form": form, "title": _("Time that you claim for")}
    return render(request, "subsidies/claims/part.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def papers(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The papers of the policy; POST hands one in."""
    form = PaperForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_evidence(
                claim_id=claim.pk,
                code=form.cleaned_data["code"],
                file=form.cleaned_data["file"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            messages.success(request, _("The paper was handed in."))
            return redirect("subsidies:claim_papers", claim.public_id)
    rows = papers_of(claim)
    return render(
        request,
        "subsidies/claims/papers.html",
        {
            "claim": claim,
            "papers": rows,
            "refused": form if form.errors else None,
            "refused_code": request.POST.get("code", ""),
            "may_commit": any(paper["commitment_allowed"] for paper in rows),
        },
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_POST
@of_draft
def remove_paper(request: HttpRequest, claim: Claim, paper_id: str) -> HttpResponse:
    paper = get_object_or_404(claim.evidence.filter(replaced_at__isnull=True), public_id=paper_id)
    with told(request, _("The paper was taken back.")):
        actions.remove_evidence(claim_id=claim.pk, evidence_id=paper.pk, by=request.user, now=timezone.now())
    return redirect("subsidies:claim_papers", claim.public_id)


@route(SIGNED_IN)
@require_POST
@of_draft
def commitment(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Sign the commitment in place of papers, or take it back."""
    signed = request.POST.get("signed") == "1"
    done = _("You signed the commitment.") if signed else _("The commitment was taken back.")
    with told(request, done):
        actions.sign_commitment(claim_id=claim.pk, signed=signed, by=request.user, now=timezone.now())
    return redirect("subsidies:claim_papers", claim.public_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def account(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The account on record, or a new one, which of an organisation only its owner gives: all its money goes there."""
    if not may_change_account(request.user, claim):
        return _account_on_record(request, claim)
    holder = claim.organisation or claim.person
    form = AccountForm(posted(request), initial={"holder": holder.name})
    if request.method == "POST" and form.is_valid():
        try:
            made = set_account(
                person=claim.person,
                organisation=claim.organisation,
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
            actions.choose_account(claim_id=claim.pk, account_id=made.pk, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim_tasks", claim.public_id)
    return render(
        request, "subsidies/claims/account.html", {"claim": claim, "form": form},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _account_on_record(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What a member who is no owner may do: take the account that the organisation is paid to now."""
    present = current_account(person=None, organisation=claim.organisation)
    if request.method == "POST":
        require(present is not None)
        with told(request):
            actions.choose_account(claim_id=claim.pk, account_id=present.pk, by=request.user)
        return redirect("subsidies:claim_tasks", claim.public_id)
    return render(request, "subsidies/claims/account.html", {"claim": claim, "present": present})


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def check(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Everything once more, then hand in."""
    if missing_of(claim):
        return redirect("subsidies:claim_tasks", claim.public_id)
    form = SubmitForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_claim(claim_id=claim.pk, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim_sent", claim.public_id)
    return render(
        request,
        "subsidies/claims/check.html",
        {
            "claim": claim,
            "form": form,
            "entries": claim.entries.filter(state=EntryState.INCLUDED)
            .select_related("person")
            .order_by("row")[:20],
            "count": claim.entries.filter(state=EntryState.INCLUDED).count(),
            "papers": [paper for paper in papers_of(claim) if paper["files"]],
            "reasons": _reasons(claim),
            "period": period_words(claim),
        },
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_safe
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happens next and by when."""
    claim = get_object_or_404(own_claims(request), public_id=public_id)
    if claim.number is None:
        raise Http404
    steps = rules.steps_for(claim.version.content, claim.amount_fen)
    return render(
        request,
        "subsidies/claims/sent.html",
        {"claim": claim, "steps": steps, "content": claim.version.content, "level": LEVELS[claim.state]},
    )


@route(SIGNED_IN)
@require_POST
@of_draft
def discard(request: HttpRequest, claim: Claim) -> HttpResponse:
    with told(request, _("The draft was deleted.")):
        actions.discard_draft(claim_id=claim.pk, by=request.user)
    return redirect("subsidies:my_claims")
