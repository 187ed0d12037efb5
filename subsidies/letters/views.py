"""A decision's letter for the claimant and for staff of the region."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from employment_portal.accounts.permissions import SIGNED_IN, STAFF_ANY, route
from employment_portal.audit.actions import record
from subsidies.claims.models import Claim, Decision
from subsidies.claims.permissions import is_claimant
from subsidies.letters.letter import letter_of
from subsidies.letters.pdf import letter_pdf


def _decision(public_id: str) -> Decision:
    rows = Decision.objects.select_related("claim__person", "claim__organisation", "claim__item")
    return get_object_or_404(rows, public_id=public_id)


def _own(request: HttpRequest, public_id: str) -> Decision:
    decision = _decision(public_id)
    if not is_claimant(request.user, decision.claim):
        raise Http404
    return decision


def _visible(request: HttpRequest, public_id: str) -> Decision:
    decision = _decision(public_id)
    if not Claim.objects.visible_to_staff(request.user).filter(pk=decision.claim_id).exists():
        raise Http404
    record(action="decision.open", by=request.user, subject=decision, request=request)
    return decision


def _page(request: HttpRequest, decision: Decision, *, base: str, pdf: str) -> HttpResponse:
    letter = letter_of(decision, addressee=str(decision.claim.person or decision.claim.organisation))
    context = {"letter": letter, "decision": decision, "claim": decision.claim, "base": base, "pdf": pdf}
    return render(request, "subsidies/letters/letter.html", context)


def _file(decision: Decision) -> HttpResponse:
    letter = letter_of(decision, addressee=str(decision.claim.person or decision.claim.organisation))
    response = HttpResponse(letter_pdf(letter), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{decision.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@route(SIGNED_IN)
def own_letter(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _own(request, public_id), base="base.html", pdf="subsidies:own_letter_pdf")


@require_GET
@route(SIGNED_IN)
def own_letter_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    return _file(_own(request, public_id))


@require_GET
@route(STAFF_ANY)
def staff_letter(request: HttpRequest, public_id: str) -> HttpResponse:
    decision = _visible(request, public_id)
    return _page(request, decision, base="base_staff.html", pdf="subsidies:staff_letter_pdf")


@require_GET
@route(STAFF_ANY)
def staff_letter_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    return _file(_visible(request, public_id))
