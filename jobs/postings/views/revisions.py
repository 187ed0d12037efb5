"""A change of a published posting: the officer's decisions about it, and the employer taking it back."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from employment_portal.accounts.permissions import require, route
from employment_portal.core.errors import DomainError
from jobs.postings import actions
from jobs.postings.forms import RejectForm, ReturnForm
from jobs.postings.models import Posting
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.workflow import REVISION
from jobs.postings.views.common import EMPLOYER, REVIEWER, own_posting, say, today_now
from jobs.postings.views.review import decide, in_sight, show


@route(EMPLOYER)
@require_POST
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = own_posting(request, public_id)
    _today, now = today_now()
    try:
        actions.take_back_revision(posting_id=posting.pk, by=request.user, now=now)
    except DomainError as error:
        say(request, error)
    else:
        messages.success(request, _("The change is taken back. The posting stays as it is published."))
    return redirect("jobs:manage_posting", public_id)


@route(REVIEWER)
@require_POST
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    revision = _visible(request, public_id)
    return _decide(request, revision, actions.approve_revision, _("Change approved: %(title)s"))


@route(REVIEWER)
@require_POST
def send_back(request: HttpRequest, public_id: str) -> HttpResponse:
    revision = _visible(request, public_id)
    form = ReturnForm(request.POST, names=revision.fields)
    if not form.is_valid():
        return show(request, revision.posting, status=422, return_form=form)
    try:
        return _decide(
            request,
            revision,
            actions.return_revision,
            _("Change returned: %(title)s"),
            comments=form.comments(),
            note=form.cleaned_data["note"],
        )
    except actions.CommentsMissing as error:
        form.add_error(None, str(error))
        return show(request, revision.posting, status=422, return_form=form)


@route(REVIEWER)
@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    revision = _visible(request, public_id)
    form = RejectForm(request.POST)
    if not form.is_valid():
        return show(request, revision.posting, status=422, reject_form=form)
    return _decide(
        request, revision, actions.reject_revision, _("Change rejected: %(title)s"), **form.cleaned_data
    )


def _visible(request: HttpRequest, public_id: str) -> PostingRevision:
    """A change of a posting in sight of the officer; it must be this person's to decide."""
    revision = get_object_or_404(
        PostingRevision.objects.select_related(
            "region", "posting__employer", "posting__region", "posting__occupation"
        ),
        public_id=public_id,
        posting__in=in_sight(request.user),
    )
    require(REVISION.may(revision, "approve", request.user))
    return revision


def _decide(
    request: HttpRequest, revision: PostingRevision, act: Any, done: str, **values: Any
) -> HttpResponse:
    return decide(request, revision.posting, partial(_on_revision, act, revision), done, **values)


def _on_revision(act: Any, revision: PostingRevision, *, posting_id: int, **values: Any) -> Posting:
    return act(revision_id=revision.pk, **values).posting
