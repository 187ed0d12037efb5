"""Policies as staff read them: the list, one version, who qualifies, one person, what changes."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from employment_portal.accounts.permissions import route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.workflow.engine import history
from subsidies.policies import queries, sections
from subsidies.policies.checking import problems
from subsidies.policies.cost import count_and_cost
from subsidies.policies.engine import evaluate
from subsidies.policies.enums import Confidence, PeriodKind, VersionState
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.parsing import ContentError, parse
from subsidies.policies.permissions import WRITERS
from subsidies.policies.views.common import PAGE_SIZE, READER, today, visible
from subsidies.policies.workflow import VERSION

LEVELS = {
    VersionState.DRAFT: "neutral",
    VersionState.SUBMITTED: "info",
    VersionState.PUBLISHED: "ok",
    VersionState.RETIRED: "warn",
}


@route(READER)
@require_GET
def staff_policies(request: HttpRequest) -> HttpResponse:
    rows = queries.versions_visible_to(request.user)
    regions = Region.objects.filter(pk__in=rows.order_by().values("policy__region")).order_by("path")
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "item", "region", "state")}
    if chosen["q"]:
        words = chosen["q"]
        rows = rows.filter(Q(title__icontains=words) | Q(policy__item__name__icontains=words))
    if chosen["item"]:
        rows = rows.filter(policy__item__code=chosen["item"])
    if chosen["region"]:
        rows = rows.filter(policy__region__code=chosen["region"])
    if chosen["state"] in VersionState.values:
        rows = rows.filter(state=chosen["state"])
    else:
        rows = rows.exclude(state=VersionState.RETIRED)
    ordered = rows.order_by("policy__item__order", "policy__region__path", "-number")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(version, level_of(version), standing(version)) for version in page],
        "chosen": chosen,
        "items": SubsidyItem.objects.all(),
        "regions": regions,
        "states": VersionState.choices,
        "may_write": request.user.has_role(*WRITERS),
    }
    return render(request, "subsidies/policies/staff_list.html", context)


def standing(version: PolicyVersion) -> str:
    """Where a published version stands today, in words."""
    if version.state != VersionState.PUBLISHED:
        return str(VersionState(version.state).label)
    if version.effective_from > today():
        return _("Published, not yet in force")
    if version.effective_until and version.effective_until < today():
        return _("Run out")
    return _("In force")


def level_of(version: PolicyVersion) -> str:
    """How that is coloured: green only while the version decides claims."""
    ended = version.effective_until and version.effective_until < today()
    if version.state == VersionState.PUBLISHED and (ended or version.effective_from > today()):
        return "neutral"
    return LEVELS[VersionState(version.state)]


@route(READER)
@require_GET
def policy_version(request: HttpRequest, public_id: str) -> HttpResponse:
    return version_page(request, visible(request, public_id))


def version_page(
    request: HttpRequest, version: PolicyVersion, *, wrong: Any = None, status: int = 200
) -> HttpResponse:
    found = problems(version.content, version.policy.item) if version.state == VersionState.DRAFT else []
    context = {
        "version": version,
        "sections": sections.sections(version)[1:],
        "standing": standing(version),
        "level": level_of(version),
        "confidence": Confidence(version.confidence),
        "problems": wrong or found,
        "moves": VERSION.allowed(version, request.user),
        "may_draft": request.user.has_role(*WRITERS) and VERSION.may(version, "edit", request.user),
        "excluded": queries.excluded_with(version.policy.item),
        "others": version.policy.versions.order_by("-number"),
        "steps": [
            {"label": step.get_name_words(), "at": step.at, "by": step.by, "note": step.note}
            for step in map(Named, history(version).order_by("-at", "-id"))
        ],
        "before": queries.version_before(version),
        "today": today(),
    }
    return render(request, "subsidies/policies/version.html", context, status=status)


MOVES = {
    "edit": lambda: _("Edited"),
    "submit": lambda: pgettext("step of a policy", "Submitted"),
    "take_back": lambda: _("Taken back"),
    "send_back": lambda: _("Sent back"),
    "publish": lambda: _("Published"),
    "end": lambda: _("Last day set"),
    "retire": lambda: _("Retired"),
}


class Named:
    """A step of a version's history with its words."""

    def __init__(self, step: Any) -> None:
        self.at, self.by, self.note, self.name = step.at, step.by, step.note, step.name

    def get_name_words(self) -> str:
        return MOVES[self.name]()


@route(READER)
@require_GET
def count_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who qualifies now by place, and what that costs; a part of the version's page, or a page of its own."""
    version = visible(request, public_id)
    context: dict[str, Any] = {"version": version, "rows": [], "message": "", "total": None}
    wrong = problems(version.content, version.policy.item)
    if wrong:
        context["message"] = _("The count appears once the draft is complete.")
    else:
        content = parse(version.content)
        counts = count_and_cost(version.policy, content, on=today())
        names = dict(Region.objects.filter(path__in=[row.path for row in counts]).values_list("path", "name"))
        context["rows"] = [(names.get(row.path, row.path), row) for row in counts]
        context["total"] = {
            "count": sum(row.count for row in counts),
            "fen": sum(row.fen for row in counts),
            "granted_fen": sum(row.granted_fen for row in counts),
            "year_fen": sum(row.year_fen for row in counts),
        }
        context["by_months"] = version.policy.item.period_kind == PeriodKind.MONTHS
    template = "subsidies/policies/_count.html" if request.htmx else "subsidies/policies/count.html"
    return render(request, template, context)


@route(READER)
@require_GET
def preview_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try a version on one subject: search by name, then each condition with the value found."""
    version = visible(request, public_id)
    item = version.policy.item
    text = request.GET.get("q", "").strip()[:60]
    chosen = request.GET.get("subject", "")
    paths = [post.agency.region.path for post in request.user.current_posts()]
    rows = queries.subjects_named(item.subject, text, paths=paths) if text else []
    evaluation, message = None, ""
    if chosen.isdecimal() and len(chosen) < 18 and any(row.pk == int(chosen) for row in rows):
        try:
            [evaluation] = evaluate(version, subject_ids=[int(chosen)], on=today())
        except (DomainError, ValueError) as error:
            message = str(error)
        else:
            record(
                action="policy.preview",
                by=request.user,
                subject=version,
                detail={"subject": item.subject, "id": int(chosen)},
                request=request,
            )
    context = {
        "version": version,
        "text": text,
        "rows": [(row.pk, queries.shown_name(item.subject, row.name)) for row in rows],
        "chosen": chosen,
        "evaluation": evaluation,
        "message": message,
        "problems": problems(version.content, item),
    }
    return render(request, "subsidies/policies/preview.html", context)


@route(READER)
@require_GET
def policy_changes(request: HttpRequest, public_id: str) -> HttpResponse:
    """This version beside the one before it."""
    version = visible(request, public_id)
    before = queries.version_before(version)
    only = request.GET.get("all", "") == ""
    parts = []
    for title, lines in sections.changes(before, version):
        shown = [line for line in lines if line.changed or not only]
        if shown:
            parts.append((title, shown))
    context = {"version": version, "before": before, "parts": parts, "only": only}
    return render(request, "subsidies/policies/changes.html", context)


@route(READER)
@require_GET
def print_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    version = visible(request, public_id)
    try:
        parse(version.content)
    except ContentError:
        complete = False
    else:
        complete = True
    context = {
        "version": version,
        "sections": sections.sections(version)[1:],
        "complete": complete,
        "standing": standing(version),
        "today": today(),
    }
    return render(request, "subsidies/policies/print.html", context)
