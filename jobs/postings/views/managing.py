"""The employer's postings: the list, one posting, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.permissions import route
from employment_portal.core.errors import DomainError
from jobs.applications.queries import message_templates
from jobs.postings import actions, queries
from jobs.postings.actions.review import open_item
from jobs.postings.forms import BulkForm, CloseForm, ExtendForm, field_label
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.revisions.differences import differences
from jobs.postings.revisions.queries import revision_at_hand, with_waiting_revision
from jobs.postings.rules import REJECTION_ARTICLES, latest_end
from jobs.postings.views import writing
from jobs.postings.views.common import EMPLOYER, own_posting, page_of, say, today_now
from jobs.postings.workflow import POSTING

BULK_ACTS = {"live": ["pause", "resume", "extend", "close"], "awaiting": ["close"]}


@route(EMPLOYER)
@require_safe
def postings(request: HttpRequest) -> HttpResponse:
    """The employer's postings by tab, with their funnels."""
    today, _now = today_now()
    tab = request.GET.get("tab", "live")
    if tab not in queries.TABS:
        tab = "live"
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    page = page_of(
        request,
        queries.postings_of(request.organisation, tab=tab, words=words, sort=request.GET.get("sort", "")),
    )
    counts = queries.tab_counts(request.organisation)
    funnels = queries.funnels(page.object_list)
    changing = with_waiting_revision(page.object_list)
    limits = limits_in_force(request.organisation.region, today)
    return render(
        request,
        "jobs/postings/list.html",
        {
            "page": page,
            "rows": [
                {
                    "posting": posting,
                    "funnel": funnels[posting.pk],
                    "level": queries.LEVELS[posting.status],
                    "is_changing": posting.pk in changing,
                }
                for posting in page.object_list
            ],
            "tab": tab,
            "tabs": [
                {"label": label, "url": f"?tab={key}", "current": key == tab, "count": counts[key]}
                for key, (label, _states) in queries.TABS.items()
            ],
            "words": words,
            "acts": BULK_ACTS.get(tab, []),
            "bulk": BulkForm(ids=[], initial={"expires_on": latest_end(today, limits)}),
            "shows_funnel": tab in {"live", "awaiting", "closed"},
            "is_empty": not any(counts.values()),
        },
    )


@route(EMPLOYER)
@require_safe
def manage(request: HttpRequest, public_id: str) -> HttpResponse:
    """One posting: where it stands, what can be done, its funnel and history."""
    posting = own_posting(request, public_id)
    revision = revision_at_hand(posting)
    return render(
        request,
        "jobs/postings/manage.html",
        {
            "revision": revision,
            "revision_item": open_item(revision) if revision else None,
            "differences": differences(revision, field_label) if revision else [],
            "revision_comments": writing.comments_of(revision),
            "revision_articles": REJECTION_ARTICLES.get(revision.reason, ()) if revision else (),
            "posting": posting,
            "level": queries.LEVELS[posting.status],
            "can": set(POSTING.allowed(posting, request.user)),
            "funnel": queries.funnels([posting])[posting.pk],
            "steps": queries.timeline(posting, for_staff=False),
            "comments": [
                {"label": field_label(row.field), "text": row.text}
                for row in posting.comments.filter(resolved_at__isnull=True, revision__isnull=True)
            ],
            "decision": queries.last_decision(posting) if posting.status == "rejected" else None,
        },
    )


def _simple(act: Callable[..., Any], done: Callable[[], str]) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        posting = own_posting(request, public_id)
        _today, now = today_now()
        try:
            act(posting_id=posting.pk, by=request.user, now=now)
        except DomainError as error:
            say(request, error)
        else:
            messages.success(request, done())
        return redirect("jobs:manage_posting", public_id)

    return view


pause = route(EMPLOYER)(
    _simple(actions.pause, lambda: _("The posting is paused: search no longer shows it."))
)
resume = route(EMPLOYER)(_simple(actions.resume, lambda: _("The posting is live again.")))
take_back = route(EMPLOYER)(
    _simple(actions.take_back, lambda: _("The posting is a draft again. Correct it and submit it anew."))
)
withdraw = route(EMPLOYER)(_simple(actions.withdraw, lambda: _("The posting is withdrawn.")))


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = own_posting(request, public_id)
    today, now = today_now()
    if not {"extend", "extend_paused"} & set(POSTING.allowed(posting, request.user)):
        messages.error(
            request, _("Only a live or paused posting can be extended. Copy it to publish it again.")
        )
        return redirect("jobs:manage_posting", public_id)
    limits = limits_in_force(posting.region, today)
    form = ExtendForm(request.POST or None, initial={"expires_on": latest_end(today, limits)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.extend_posting(posting_id=posting.pk, by=request.user, now=now, **form.cleaned_data)
        except DomainError as error:
            form.add_error("expires_on", str(error))
        else:
            messages.success(request, _("The posting has a new last day."))
            return redirect("jobs:manage_posting", public_id)
    return render(
        request,
        "jobs/postings/act.html",
        {
            "posting": posting,
            "form": form,
            "heading": _("Extend this posting"),
            "text": _("It is open until %(day)s now.") % {"day": posting.expires_on},
            "submit": _("Extend"),
        },
        status=422 if request.method == "POST" else 200,
    )


@route(EMPLOYER)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a posting with its result: who was hired, elsewhere, not filled."""
    posting = own_posting(request, public_id)
    _today, now = today_now()
    if "close" not in POSTING.allowed(posting, request.user):
        messages.error(request, _("This posting is not open any more."))
        return redirect("jobs:manage_posting", public_id)
    form = CloseForm(
        request.POST or None,
        applications=queries.possible_hires(posting),
        waiting=queries.waiting_applicants(posting),
        wording=message_templates(request.organisation)["close"],
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_posting(posting_id=posting.pk, by=request.user, now=now, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The posting is closed. Thank you for its result."))
            return redirect("jobs:manage_posting", public_id)
    return render(
        request,
        "jobs/postings/act.html",
        {
            "posting": posting,
            "form": form,
            "heading": _("Close this posting"),
            "text": _("Its page stays up and points to similar jobs; nobody can apply any more."),
            "submit": _("Close the posting"),
        },
        status=422 if request.method == "POST" else 200,
    )


@route(EMPLOYER)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Pause, resume, extend or close the ticked postings, each by itself; the page says what was not done."""
    mine = {
        posting.public_id: posting
        for posting in Posting.objects.of_organisation(request.organisation).filter(
            public_id__in=request.POST.getlist("posting")[:100]
        )
    }
    back = (
        reverse("jobs:postings") + f"?tab={'awaiting' if request.POST.get('tab') == 'awaiting' else 'live'}"
    )
    form = BulkForm(request.POST, ids=list(mine))
    if not form.is_valid():
        sentences = [text for texts in form.errors.values() for text in texts]
        say(request, _("Tick the postings first.") if not mine else " ".join(map(str, sentences)))
        return redirect(back)
    _today, now = today_now()
    cleaned = form.cleaned_data
    done = 0
    for public_id in cleaned["posting"]:
        try:
            _bulk_one(cleaned, mine[public_id], by=request.user, now=now)
        except DomainError as error:
            messages.warning(
                request, _("%(title)s: %(problem)s") % {"title": mine[public_id].title, "problem": error}
            )
        else:
            done += 1
    if done:
        messages.success(
            request, ngettext("%(n)s posting is changed.", "%(n)s postings are changed.", done) % {"n": done}
        )
    return redirect(back)


def _bulk_one(cleaned: dict[str, Any], posting: Posting, **who: Any) -> None:
    if cleaned["act"] == "pause":
        actions.pause(posting_id=posting.pk, **who)
    elif cleaned["act"] == "resume":
        actions.resume(posting_id=posting.pk, **who)
    elif cleaned["act"] == "extend":
        actions.extend_posting(posting_id=posting.pk, expires_on=cleaned["expires_on"], **who)
    else:
        actions.close_posting(posting_id=posting.pk, result=cleaned["result"], **who)
