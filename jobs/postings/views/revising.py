"""The employer changes what is published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from jobs.postings import actions, queries
from jobs.postings.check import check_words
from jobs.postings.enums import RevisionState
from jobs.postings.forms import PostingForm, field_label, initial_of
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.revisions.content import proposed
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.queries import revision_at_hand
from jobs.postings.rules import reasons_for_review
from jobs.postings.views import writing
from jobs.postings.views.common import EMPLOYER, own_posting, today_now


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a published posting; the page says which changes wait for a review, and shows the one that waits."""
    posting = own_posting(request, public_id)
    if posting.status not in actions.CHANGES:
        return redirect("jobs:manage_posting", public_id)
    revision = _to_go_on_with(posting)
    initial = _initial(posting, revision)
    if request.method != "POST":
        return _show(request, posting, PostingForm(initial=initial, complete=True), revision)
    form = PostingForm(request.POST, initial=initial, complete=True)
    if not form.is_valid():
        return _show(request, posting, form, revision, status=422)
    today, now = today_now()
    try:
        stored, changed, sent = actions.revise_posting(
            posting_id=posting.pk,
            values=form.values(),
            by=request.user,
            now=now,
            confirmed="confirmed" in request.POST,
            seen=request.POST.get("seen", ""),
            waiting=request.POST.get("waiting", ""),
        )
    except actions.PostingChanged as error:
        conflict = writing.differences(form, error.posting)
        return _show(
            request, error.posting, form, revision, conflict=conflict, sentence=error.message, status=409
        )
    except actions.RevisionMoved as error:
        return _show(request, posting, form, revision, sentence=error.message, status=409)
    except actions.MustBeFixed as error:
        return _show(
            request, posting, form, revision, remarks=error.check.must_fix, sentence=error.message, status=422
        )
    except actions.MustBeConfirmed as error:
        found = check_words(form.values(), posting.employer, on=today).to_confirm
        return _show(
            request,
            posting,
            form,
            revision,
            remarks=found,
            confirm=True,
            sentence=error.message,
            status=422,
        )
    except DomainError as error:
        return _show(request, posting, form, revision, sentence=error.message, status=422)
    if sent is not None:
        messages.success(
            request,
            _("The change is sent in. The posting stays as it is published until the change is approved."),
        )
    elif not changed:
        messages.info(
            request, _("Nothing differs from what is published.") if revision else _("Nothing was changed.")
        )
    elif stored.status == "submitted":
        messages.success(request, _("The change is saved. It is reviewed before the posting is live."))
    else:
        messages.success(request, _("The change is saved and holds from now on."))
    return redirect("jobs:manage_posting", public_id)


def _to_go_on_with(posting: Posting) -> PostingRevision | None:
    """The change that waits or came back: what the form goes on from."""
    revision = revision_at_hand(posting)
    return None if revision is None or revision.state == RevisionState.REJECTED else revision


def _initial(posting: Posting, revision: PostingRevision | None) -> dict[str, Any]:
    if revision is None:
        return initial_of(posting)
    return initial_of(proposed(posting, revision.content), revision.content.get("questions"))


def _show(
    request: HttpRequest,
    posting: Posting,
    form: PostingForm,
    revision: PostingRevision | None,
    *,
    conflict: list[dict[str, Any]] | None = None,
    remarks: list[Any] | None = None,
    confirm: bool = False,
    sentence: Any = "",
    status: int = 200,
) -> HttpResponse:
    today, _now = today_now()
    limits = limits_in_force(posting.region, today)
    record = queries.employer_record(posting.employer, limits, today)
    waiting = revision is not None and revision.state == RevisionState.SUBMITTED
    return render(
        request,
        "jobs/postings/revise.html",
        {
            "posting": posting,
            "revision": revision,
            "waiting": revision.public_id if revision and waiting else "",
            "at_once": not reasons_for_review(record, limits, [], today=today),
            "comments": writing.comments_of(revision),
            "form": form,
            "conflict": conflict,
            "remarks": [{"remark": remark, "label": field_label(remark.field)} for remark in remarks or []],
            "confirm": confirm,
            "sentence": sentence,
            "version": actions.version_of(posting),
        },
        status=status,
    )
