"""What a claimant does after handing in: follow, withdraw, appeal, look at papers, print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import serve_paper
from employment_portal.regions.terms import TermCode, working_days_in_words
from subsidies.claims import actions
from subsidies.claims.actions.appealing import APPEALED_STATES
from subsidies.claims.enums import ClaimState, EntryState
from subsidies.claims.forms import AppealForm
from subsidies.claims.models import Appeal, Claim
from subsidies.claims.progress import current_stage, next_words, payable_of, stages_of, timeline_of
from subsidies.claims.queries import papers_of
from subsidies.claims.views.claiming import period_words
from subsidies.claims.views.common import own_claim, own_claims, posted, reason_of, told, with_standings
from subsidies.claims.workflow import CLAIM


@route(SIGNED_IN)
@require_safe
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a claim stands, in plain words with dates; a draft goes to its task list."""
    row = get_object_or_404(own_claims(request), public_id=public_id)
    if row.state == ClaimState.DRAFT:
        return redirect("subsidies:claim_tasks", public_id)
    return render(request, "subsidies/claims/claim.html", _shown(request, row))


def _shown(request: HttpRequest, row: Claim) -> dict:
    with_standings([row])
    decision = row.decisions.order_by("-at", "-pk").first()
    appeal = Appeal.objects.filter(decision__claim=row).order_by("-made_at").first()
    counted = row.entries.exclude(state=EntryState.REMOVED).select_related("person").order_by("row")
    return {
        "claim": row,
        "notice_level": "info" if row.level == "neutral" else row.level,
        "next": next_words(row, today=timezone.localdate()),
        "stages": stages_of(row),
        "current": current_stage(row),
        "timeline": timeline_of(row, staff=False),
        "payable": payable_of(row),
        "decision": decision,
        "appeal": appeal,
        "may_appeal": row.state in APPEALED_STATES and decision is not None and not decision.appeals.exists(),
        "may_withdraw": CLAIM.can(row, "withdraw", request.user),
        "is_correction": row.state == ClaimState.CORRECTION,
        "entries": counted[:50],
        "entry_count": counted.count(),
        "papers": [paper for paper in papers_of(row) if paper["files"]],
        "period": period_words(row),
    }


@route(SIGNED_IN)
@require_safe
def print_claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """The claim on paper, with everything that was handed in."""
    row = own_claim(request, public_id)
    return render(request, "subsidies/claims/print.html", _shown(request, row))


@route(SIGNED_IN)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    row = own_claim(request, public_id)
    with told(request, _("The claim was withdrawn.")):
        actions.withdraw_claim(
            claim_id=row.pk, reason=reason_of(request), by=request.user, now=timezone.now()
        )
    return redirect("subsidies:claim", public_id)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Against a refusal; somebody who had no part in it looks at the claim again."""
    row = own_claim(request, public_id, *APPEALED_STATES)
    form = AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_appeal(
                claim_id=row.pk, text=form.cleaned_data["text"], by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("subsidies:claim", public_id)
    context = {
        "claim": row,
        "form": form,
        "decision": row.decisions.order_by("-at", "-pk").first(),
        "answered_within": working_days_in_words(
            TermCode.APPEAL_ANSWER, region=row.region, on=timezone.localdate()
        ),
    }
    return render(request, "subsidies/claims/appeal.html", context, status=422 if form.errors else 200)


@route(SIGNED_IN)
@require_safe
def paper(request: HttpRequest, public_id: str, paper_id: str) -> HttpResponse:
    """A paper that the claimant handed in, as a download."""
    row = own_claim(request, public_id)
    evidence = get_object_or_404(row.evidence, public_id=paper_id)
    return serve_paper(evidence.file, name=evidence.name)
