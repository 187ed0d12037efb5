"""The officer's side: the review queue and one posting."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from employment_portal.accounts.permissions import require, route
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from jobs.postings import actions, queries
from jobs.postings.actions.review import REVIEWABLE, open_item
from jobs.postings.actions.submission import REVIEW, SAMPLE
from jobs.postings.check import check_posting
from jobs.postings.forms import (
    COMMENT_FIELDS,
    RejectForm,
    ReturnForm,
    field_label,
)
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting
from jobs.postings.permissions import REVIEWERS, acts_for_employer
from jobs.postings.permissions import in_district as in_district_of
from jobs.postings.revisions.content import check_content, proposed
from jobs.postings.revisions.differences import differences
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.queries import coming_to, waiting_revision
from jobs.postings.rules import marked
from jobs.postings.views.common import REVIEWER, page_of, say, today_now
from jobs.postings.workflow import POSTING

FILTERS = ["tab", "q", "region", "marks"]
QUEUES = {"all": [REVIEW, SAMPLE], "review": [REVIEW], "sample": [SAMPLE]}


@route(REVIEWER)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for review in the officer's district, by time left; ``item`` opens one beside it."""
    today, _now = today_now()
    filters = filters_of(request.GET)
    items = _items(request, filters, today)
    page = page_of(request, items)
    everything = queries.review_items(request.user, kinds=QUEUES["all"], today=today)
    tabs = [
        ("all", _("All"), {"tab": "all"}, everything),
        (
            "due",
            _("Due today or overdue"),
            {"tab": "all", "marks": "due"},
            everything.filter(due_on__lte=today),
        ),
        ("review", _("Before publication"), {"tab": "review"}, everything.filter(kind=REVIEW)),
        ("sample", _("Sampled after publication"), {"tab": "sample"}, everything.filter(kind=SAMPLE)),
    ]
    current = "due" if filters.get("marks") == "due" else filters.get("tab", "all")
    context: dict[str, Any] = {
        "page": page,
        "rows": queries.queue_rows(page.object_list, today=today),
        "filters": filters,
        "query": urlencode(filters),
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode(params)}",
                "current": key == current,
                "count": rows.count(),
                "hot": key == "due",
            }
            for key, label, params, rows in tabs
        ],
        "regions": districts_of(request.user),
        "today": today,
    }
    if public_id := request.GET.get("item"):
        posting = visible(request, public_id)
        context |= _drawer(request, posting, filters)
    return render(request, "jobs/review/queue.html", context)


@route(REVIEWER)
@require_safe
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    """One posting with what the check marked, the employer's record, the history and the verdict."""
    posting = visible(request, public_id)
    filters = filters_of(request.GET)
    return render(
        request,
        "jobs/review/posting.html",
        _drawer(request, posting, filters) | {"query": urlencode(filters)},
    )


@route(REVIEWER)
@require_POST
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = _here(request, public_id)
    return decide(request, posting, actions.approve_posting, _("Approved: %(title)s"))


@route(REVIEWER)
@require_POST
def confirm_sample(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = _here(request, public_id)
    return decide(request, posting, actions.confirm_sample, _("Found in order: %(title)s"))


@route(REVIEWER)
@require_POST
def send_back(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = _here(request, public_id)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return show(request, posting, status=422, return_form=form)
    try:
        return decide(
            request,
            posting,
            actions.return_posting,
            _("Returned: %(title)s"),
            comments=form.comments(),
            note=form.cleaned_data["note"],
        )
    except actions.CommentsMissing as error:
        form.add_error(None, str(error))
        return show(request, posting, status=422, return_form=form)


@route(REVIEWER)
@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = _here(request, public_id)
    form = RejectForm(request.POST)
    if not form.is_valid():
        return show(request, posting, status=422, reject_form=form)
    return decide(request, posting, actions.reject_posting, _("Rejected: %(title)s"), **form.cleaned_data)


@route(REVIEWER)
@require_POST
def take_down(request: HttpRequest, public_id: str) -> HttpResponse:
    posting = _here(request, public_id)
    form = RejectForm(request.POST, auto_id="take_down_%s")
    if not form.is_valid():
        return show(request, posting, status=422, take_down_form=form)
    return decide(request, posting, actions.take_down, _("Taken down: %(title)s"), **form.cleaned_data)


@route(REVIEWER)
@require_POST
def approve_clean(request: HttpRequest) -> HttpResponse:
    """First asks, naming how many and for how many places; with ``confirmed`` each is checked again and approved."""
    filters = filters_of(request.POST)
    ticked = in_district(request.user).filter(public_id__in=request.POST.getlist("posting")[:100])
    titles = dict(ticked.values_list("pk", "title"))
    if not titles:
        say(request, _("Tick the postings first."))
        back = _queue_url(filters)
        return HttpResponseClientRedirect(back) if request.htmx else redirect(back)
    if "confirmed" not in request.POST:
        template = "jobs/review/approve_clean.html"
        rows = ticked.select_related("employer", "region").order_by("pk")
        return render(
            request,
            f"{template}#ask" if request.htmx else template,
            {
                "rows": rows,
                "places": sum(row.headcount or 0 for row in rows),
                "filters": filters,
                "back": _queue_url(filters),
                "dialog": bool(request.htmx),
            },
        )
    _today, now = today_now()
    approved, refused = actions.approve_clean(posting_ids=list(titles), by=request.user, now=now)
    if approved:
        text = ngettext("%(n)s posting is approved.", "%(n)s postings are approved.", len(approved))
        messages.success(request, text % {"n": len(approved)})
    for pk, sentence in refused.items():
        messages.warning(request, _("%(title)s: %(problem)s") % {"title": titles[pk], "problem": sentence})
    return redirect(_queue_url(filters))


def in_district(user: Any) -> Any:
    """Postings in the subtrees where the user reviews."""
    if not user.has_role(*REVIEWERS):
        return Posting.objects.none()
    return Posting.objects.visible_to_staff(user)


def in_sight(user: Any) -> Any:
    """Those, and postings that a waiting change would bring into one of the subtrees."""
    return in_district(user) | Posting.objects.filter(pk__in=coming_to(user).order_by().values("posting"))


def visible(request: HttpRequest, public_id: str) -> Posting:
    """A posting that was submitted once, in sight of the officer; drafts are nobody's business."""
    return _submitted(in_sight(request.user), public_id)


def _here(request: HttpRequest, public_id: str) -> Posting:
    """The same in the officer's own district: what is published there is theirs to decide about."""
    return _submitted(in_district(request.user), public_id)


def _submitted(postings: Any, public_id: str) -> Posting:
    rows = postings.filter(Q(submitted_at__isnull=False) | ~Q(source=""))
    posting = rows.select_related("employer__region", "employer__industry", "region", "occupation").filter(
        public_id=public_id
    )
    found = posting.first()
    if found is None or found.status in {"draft", "withdrawn"}:
        raise Http404
    return found


def as_code(text: str) -> str:
    return text if text.isalnum() and len(text) <= 12 else ""


def filters_of(data: Any) -> dict[str, str]:
    """The filters of the queue as they were sent, the empty ones left out."""
    sent = {name: data.get(name, "").replace("\x00", "")[:60] for name in FILTERS}
    sent["region"] = as_code(sent["region"])
    if sent["tab"] not in QUEUES:
        sent["tab"] = ""
    return {name: value for name, value in sent.items() if value}


def _items(request: HttpRequest, filters: dict[str, str], today: Any) -> Any:
    return queries.review_items(
        request.user,
        kinds=QUEUES[filters.get("tab", "all")],
        words=filters.get("q", ""),
        region=filters.get("region", ""),
        marks=filters.get("marks", ""),
        today=today,
    )


def districts_of(user: Any) -> list[Region]:
    """The places that the region filter offers: those directly below each post's region."""
    regions: list[Region] = []
    for post in user.current_posts():
        if post.role in REVIEWERS:
            regions += list(Region.objects.active().filter(parent=post.agency.region).order_by("path"))
    return regions


def _queue_url(filters: dict[str, str], item: str = "") -> str:
    query = urlencode(filters | ({"item": item} if item else {}))
    return reverse("jobs:review_queue") + (f"?{query}" if query else "")


def _drawer(
    request: HttpRequest,
    posting: Posting,
    filters: dict[str, str],
    *,
    return_form: ReturnForm | None = None,
    reject_form: RejectForm | None = None,
    take_down_form: RejectForm | None = None,
) -> dict[str, Any]:
    today, _now = today_now()
    revision = waiting_revision(posting)
    future = proposed(posting, revision.content) if revision else posting
    found = (
        check_content(posting, revision.content, on=today) if revision else check_posting(posting, on=today)
    )
    limits = limits_in_force(revision.region if revision else posting.region, today)
    texts = {"description": future.description, "requirements": future.requirements}
    moves = {name for name, row in POSTING.moves.items() if posting.status in row.sources}
    item = open_item(posting)
    is_here = in_district_of(request.user, posting)
    revision_is_here = revision is not None and request.user.has_role(*REVIEWERS, region=revision.region)
    return {
        "posting": posting,
        "revision": revision,
        "differences": differences(revision, field_label) if revision else [],
        "comes_from_elsewhere": not is_here,
        "goes_elsewhere": revision is not None and not revision_is_here,
        "sent_by_oneself": revision is not None and revision.submitted_by_id == request.user.pk,
        "level": queries.LEVELS[posting.status],
        "work_item": (open_item(revision) if revision else None) or item,
        "is_sample": item is not None and item.kind == SAMPLE and is_here,
        "remarks": [{"remark": remark, "label": field_label(remark.field)} for remark in found.remarks],
        "texts": [
            {"name": name, "label": field_label(name), "pieces": marked(text, found.of_field(name))}
            for name, text in texts.items()
        ],
        "standing": queries.standing_of(posting.employer, limits, today),
        "needed": limits.trusted_clean_reviews,
        "history": queries.timeline(posting, for_staff=True),
        "comments": posting.comments.select_related("by"),
        "reports": posting.reports.order_by("-created_at")[:5],
        "duplicates": queries.likely_duplicates(posting)[:3],
        "conflict": acts_for_employer(request.user, posting),
        "can_decide": posting.status in REVIEWABLE,
        "can": moves if is_here else set(),
        "confirmed": (revision or posting).compliance.get("confirmed", False),
        "verdicts": _verdicts(posting, revision) if revision is None or revision_is_here else {},
        "must_fix": len(found.must_fix),
        "return_form": return_form or ReturnForm(names=revision.fields if revision else COMMENT_FIELDS),
        "reject_form": reject_form or RejectForm(),
        "take_down_form": take_down_form or RejectForm(auto_id="take_down_%s"),
        "filters": filters,
        "close_url": _queue_url(filters),
        "today": today,
    }


def _verdicts(posting: Posting, revision: PostingRevision | None) -> dict[str, str]:
    """Where the verdict of this page goes: about the change that waits, or the posting that does."""
    if revision is not None:
        kind, public_id = "revision", revision.public_id
    elif POSTING.can(posting, "approve"):
        kind, public_id = "posting", posting.public_id
    else:
        return {}
    names = {"approve": "approve", "send_back": "return", "reject": "reject"}
    return {step: reverse(f"jobs:{name}_{kind}", args=[public_id]) for step, name in names.items()}


def show(request: HttpRequest, posting: Posting, *, status: int, **forms: Any) -> HttpResponse:
    filters = filters_of(request.POST)
    context = _drawer(request, posting, filters, **forms) | {"query": urlencode(filters)}
    return render(request, "jobs/review/posting.html", context, status=status)


def decide(request: HttpRequest, posting: Posting, act: Any, done: str, **values: Any) -> HttpResponse:
    """Carry a decision out, say so, and open the next one of the queue as it was filtered."""
    require(not acts_for_employer(request.user, posting))
    filters = filters_of(request.POST)
    today, now = today_now()
    following = _next_after(request, posting, filters, today)
    try:
        act(posting_id=posting.pk, by=request.user, now=now, **values)
    except actions.CommentsMissing:
        raise
    except DomainError as error:
        say(request, error)
        return redirect(_queue_url(filters, posting.public_id))
    messages.success(request, done % {"title": posting.title})
    return redirect(_queue_url(filters, following))


def _next_after(request: HttpRequest, posting: Posting, filters: dict[str, str], today: Any) -> str:
    rows = queries.queue_rows(_items(request, filters, today)[:200], today=today)
    items = list(dict.fromkeys(row.subject.pk for row in rows))
    place = items.index(posting.pk) if posting.pk in items else -1
    rest = items[place + 1 :] + items[: max(place, 0)]
    if not rest:
        return ""
    return Posting.objects.values_list("public_id", flat=True).get(pk=rest[0])
