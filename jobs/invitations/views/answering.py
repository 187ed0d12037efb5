"""The person's side: invitations of employers that found the résumé, and the answer."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from employment_portal.accounts.permissions import SIGNED_IN, route
from employment_portal.people.queries import person_for
from jobs.applications.queries import apply_state
from jobs.applications.views.applying import to_resume
from jobs.applications.views.common import page_of, told
from jobs.invitations import actions, queries
from jobs.invitations.enums import LEVELS, InvitationState
from jobs.invitations.models import Invitation
from jobs.invitations.workflow import INVITATION


@route(SIGNED_IN)
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    person = person_for(request)
    if person is None:
        return to_resume(request)
    if person.restricted_at is not None:
        return redirect("people:restricted")
    page = page_of(request, queries.invitations_received(person))
    for row in page:
        row.level = LEVELS[InvitationState(row.state)]
    return render(request, "jobs/invitations/received.html", {"page": page})


def _own(request: HttpRequest, public_id: str) -> Invitation:
    """An invitation to the person at hand; anybody else's is not found."""
    person = person_for(request)
    if person is None or person.restricted_at is not None:
        raise Http404
    return get_object_or_404(queries.invitations_received(person), public_id=public_id)


@route(SIGNED_IN)
@require_safe
def invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the employer wrote, and the four answers: apply, let them make contact, decline, block."""
    found = _own(request, public_id)
    context = {
        "invitation": found,
        "posting": found.posting,
        "level": LEVELS[InvitationState(found.state)],
        "state": apply_state(person_for(request), found.posting, today=timezone.localdate()),
        "can": INVITATION.allowed(found, request.user),
    }
    return render(request, "jobs/invitations/invitation.html", context)


def _answer(
    request: HttpRequest, public_id: str, act: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    found = _own(request, public_id)
    with told(request, done):
        act(invitation_id=found.pk, by=request.user, **more)
    return redirect("jobs:invitation", public_id)


@route(SIGNED_IN)
@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("The employer can see your name and phone number now. Each look is recorded for you.")
    return _answer(request, public_id, actions.accept_invitation, done, today=timezone.localdate())


@route(SIGNED_IN)
@require_POST
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    return _answer(request, public_id, actions.decline_invitation, _("You have declined the invitation."))


@route(SIGNED_IN)
@require_POST
def block(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("The employer is blocked: it no longer sees your résumé and cannot invite you.")
    return _answer(request, public_id, actions.block_inviter, done)
