"""What a claimant sees of the money: each step in plain words, and the account it goes to."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from employment_portal.accounts.permissions import SIGNED_IN, require, route
from employment_portal.core.errors import DomainError
from employment_portal.organisations.enums import MemberRole
from employment_portal.people.queries import person_for
from subsidies.payments import actions
from subsidies.payments.enums import PayableState
from subsidies.payments.forms import AccountForm
from subsidies.payments.models import Payable
from subsidies.payments.rules import luhn_holds
from subsidies.payments.steps import steps_of

PAGE_SIZE = 20


def claimant_of(request: HttpRequest) -> dict[str, Any]:
    """Whose money a request is about: at the counter the person served, else the organisation that the user acts for,
    else the person themselves. Raises Http404 when there is none."""
    if request.organisation is not None and request.assisted is None:  # type: ignore[attr-defined]
        return {"organisation": request.organisation}  # type: ignore[attr-defined]
    person = person_for(request)
    if person is None:
        raise Http404
    return {"person": person}


def _may_change(request: HttpRequest, claimant: dict[str, Any]) -> bool:
    """Whether the user sets the account: of an organisation its owners alone."""
    organisation = claimant.get("organisation")
    if organisation is None:
        return True
    members = organisation.members.filter(user=request.user, left_at__isnull=True)
    return members.filter(role=MemberRole.OWNER).exists()


@require_GET
@route(SIGNED_IN)
def my_payments(request: HttpRequest) -> HttpResponse:
    claimant = claimant_of(request)
    payables = (
        Payable.objects.filter(**claimant)
        .select_related("line__item", "account", "claim")
        .prefetch_related("attempts__batch")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(payables, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"payable": payable, "steps": steps_of(payable)} for payable in page],
        "account": actions.current_account(**claimant),
        "may_change": _may_change(request, claimant),
        "returned": Payable.objects.filter(**claimant, state=PayableState.RETURNED).exists(),
    }
    return render(request, "subsidies/payments/mine.html", context)


@require_http_methods(["GET", "POST"])
@route(SIGNED_IN)
def my_account(request: HttpRequest) -> HttpResponse:
    """Add or correct the account. For an organisation its owners only."""
    claimant = claimant_of(request)
    require(_may_change(request, claimant))
    organisation = claimant.get("organisation")
    person = claimant.get("person")
    present = actions.current_account(**claimant)
    initial = {"holder": person.name if person else organisation.name}
    if present is not None:
        initial |= {"holder": present.holder, "bank_name": present.bank_name, "bank_code": present.bank_code}
    form = AccountForm(request.POST or None, person=person is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_account(**claimant, **form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error("holder", str(error))
        else:
            messages.success(
                request, _("The account is kept. What came back is paid again with the next batch.")
            )
            if person is not None and not luhn_holds(form.cleaned_data["number"]):
                messages.warning(
                    request,
                    _("The card number's check digit is unusual. Compare it once more with your card."),
                )
            return redirect("subsidies:my_payments")
    context = {"form": form, "present": present, "person": person is not None}
    return render(request, "subsidies/payments/account.html", context, status=422 if form.errors else 200)
