"""Several subsidies in one form (政策福袋): choose, check once, hand in together."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.core.errors import DomainError
from subsidies.claims import actions
from subsidies.claims.enums import ClaimState
from subsidies.claims.forms import SubmitForm
from subsidies.claims.queries import claimable, missing_of
from subsidies.claims.views.common import (
    channel_of,
    claimant_ids,
    own_bundle,
    posted,
    told,
    with_levels,
)


@route(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_bundle(request: HttpRequest) -> HttpResponse:
    """What the claimant may claim by the data we hold; POST opens one form for the ticked ones."""
    ids = claimant_ids(request)
    found = claimable(**ids, today=timezone.localdate()) if ids else []
    if request.method == "POST":
        chosen = [
            row.version.pk for row in found if row.version.public_id in request.POST.getlist("versions")
        ]
        if not chosen:
            messages.error(request, _("Tick at least one subsidy."))
            return redirect("subsidies:new_bundle")
        try:
            bundle = actions.open_bundle(
                version_ids=chosen, by=request.user, now=timezone.now(), channel=channel_of(request), **ids
            )
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("subsidies:new_bundle")
        return redirect("subsidies:bundle", bundle.public_id)
    return render(request, "subsidies/claims/bundle_new.html", {"found": found, "has_record": bool(ids)})


def _rows(bundle: Any) -> list[dict[str, Any]]:
    claims = bundle.claims.select_related("item", "version", "account", "person", "organisation")
    return [
        {"claim": claim, "missing": missing_of(claim) if claim.state == ClaimState.DRAFT else []}
        for claim in with_levels(claims.order_by("pk"))
    ]


@route(SIGNED_IN)
@require_safe
def bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form: each claim with what is still open, one check, one commitment, one button."""
    row = own_bundle(request, public_id)
    return _show(request, row, SubmitForm())


def _show(request: HttpRequest, row: Any, form: SubmitForm) -> HttpResponse:
    rows = _rows(row)
    drafts = [each for each in rows if each["claim"].state == ClaimState.DRAFT]
    return render(
        request,
        "subsidies/claims/bundle.html",
        {
            "bundle": row,
            "rows": rows,
            "drafts": len(drafts),
            "ready": bool(drafts) and not any(each["missing"] for each in drafts),
            "total_fen": sum(each["claim"].amount_fen for each in rows),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_POST
def confirm_bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    """The data of every draft are right, and the commitment stands in for papers where a policy allows it."""
    row = own_bundle(request, public_id)
    with told(request, _("Confirmed. What is still open is listed below.")):
        actions.confirm_bundle(bundle_id=row.pk, by=request.user, now=timezone.now())
    return redirect("subsidies:bundle", public_id)


@route(SIGNED_IN)
@require_POST
def submit_bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    row = own_bundle(request, public_id)
    form = SubmitForm(posted(request))
    if form.is_valid():
        try:
            claims = actions.submit_bundle(bundle_id=row.pk, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("%(n)s claims were handed in.") % {"n": len(claims)})
            return redirect("subsidies:bundle", public_id)
    return _show(request, row, form)
