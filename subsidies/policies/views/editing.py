"""The editor of a draft: one page per part, every one of them without JavaScript too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from employment_portal.accounts.permissions import require, route
from employment_portal.core.errors import DomainError
from employment_portal.facts.catalogue import Fact, facts_for
from subsidies.policies import actions, sections
from subsidies.policies import condition_forms as tree
from subsidies.policies import content as c
from subsidies.policies.amount_forms import KINDS, SIMPLE, SPARE_ROWS, ColumnsForm, TableForm, columns_of
from subsidies.policies.checking import problems
from subsidies.policies.condition_forms import ConditionForm
from subsidies.policies.enums import VersionState
from subsidies.policies.forms import HeadingForm, PaperFormSet, RulesForm, StepFormSet
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.parsing import Reader
from subsidies.policies.views.common import WRITER, say, visible
from subsidies.policies.words import describe
from subsidies.policies.workflow import VERSION

PARTS = ("heading", "conditions", "amount", "rules", "exemption", "papers", "steps")


def draft(request: HttpRequest, public_id: str) -> PolicyVersion:
    version = visible(request, public_id)
    require(VERSION.may(version, "edit", request.user))
    return version


def part_labels() -> dict[str, str]:
    return {
        "heading": _("Heading"),
        "conditions": pgettext("policy", "Conditions"),
        "amount": pgettext("subsidy", "Amount"),
        "rules": _("Limits and time limits"),
        "exemption": _("Exemption"),
        "papers": _("Papers"),
        "steps": _("Steps"),
    }


def tabs_of(version: PolicyVersion, current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": reverse("subsidies:edit_policy_part", args=[version.public_id, part]),
            "current": part == current,
        }
        for part, label in part_labels().items()
    ]


@route(WRITER)
@require_GET
def edit_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect("subsidies:edit_policy_part", draft(request, public_id).public_id, "heading")


@route(WRITER)
@require_http_methods(["GET", "POST"])
def edit_part(request: HttpRequest, public_id: str, part: str) -> HttpResponse:
    """One part of a draft; what a version that is no draft says cannot be edited, its page tells so."""
    if part not in PARTS:
        raise Http404
    version = draft(request, public_id)
    if version.state != VersionState.DRAFT:
        say(request, _("Only a draft can be edited. Make a new draft from this version."))
        return redirect("subsidies:policy_version", public_id)
    pages: dict[str, Callable[[HttpRequest, PolicyVersion], HttpResponse]] = {
        "heading": heading,
        "conditions": conditions,
        "amount": amount,
        "rules": rules,
        "exemption": exemption,
        "papers": papers,
        "steps": steps,
    }
    return pages[part](request, version)


def page(
    request: HttpRequest, version: PolicyVersion, part: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    found = problems(version.content, version.policy.item)
    shared = {
        "version": version,
        "part": part,
        "part_label": part_labels()[part],
        "tabs": tabs_of(version, part),
        "problems": found,
    }
    return render(request, f"subsidies/policies/edit_{part}.html", {**shared, **context}, status=status)


def saved(
    request: HttpRequest, version: PolicyVersion, part: str, *, following: str = "", **what: Any
) -> HttpResponse:
    """Save and go to the next part, or stay where the same part goes on."""
    try:
        actions.save_draft(version_id=version.pk, by=request.user, **what)
    except DomainError as error:
        say(request, error)
        return redirect("subsidies:policy_version", version.public_id)
    messages.success(request, _("Saved."))
    if following:
        return redirect("subsidies:edit_policy_part", version.public_id, following)
    if part == PARTS[-1]:
        return redirect("subsidies:policy_version", version.public_id)
    return redirect("subsidies:edit_policy_part", version.public_id, PARTS[PARTS.index(part) + 1])


def heading(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    form = HeadingForm(request.POST or None, instance=version)
    if request.method == "POST" and form.is_valid():
        return saved(request, version, "heading", fields=form.cleaned_data)
    return page(request, version, "heading", form=form, status=422 if form.errors else 200)


def rules(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    form = RulesForm(
        request.POST or None, item=version.policy.item, initial=RulesForm.initial_of(version.content)
    )
    if request.method == "POST" and form.is_valid():
        return saved(request, version, "rules", content=form.changes(version.content))
    return page(request, version, "rules", form=form, status=422 if form.errors else 200)


def steps(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    return _rows(request, version, "steps", StepFormSet, "steps")


def papers(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    return _rows(request, version, "papers", PaperFormSet, "evidence")


def _rows(request: HttpRequest, version: PolicyVersion, part: str, kind: Any, key: str) -> HttpResponse:
    formset = kind(request.POST or None, initial=version.content.get(key) or [])
    if request.method == "POST" and formset.is_valid():
        rows = [row for row in (form.as_json() for form in formset) if row]
        return saved(request, version, part, content={**version.content, key: rows})
    refused = request.method == "POST"
    return page(request, version, part, formset=formset, status=422 if refused else 200)


def amount(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """The kind is chosen by a link; a table's columns are settled before its rows."""
    given = request.POST if request.method == "POST" else request.GET
    now = version.content.get("amount") or {}
    kind = given.get("kind") or now.get("kind") or "fixed"
    if kind not in KINDS:
        raise Http404
    held = now if now.get("kind") == kind else {}
    item = version.policy.item
    if kind in SIMPLE:
        form = SIMPLE[kind](request.POST or None, item=item, initial=SIMPLE[kind].initial_of(held))
        if request.method == "POST" and form.is_valid():
            return saved(request, version, "amount", content={**version.content, "amount": form.as_json()})
        return _amount_page(request, version, kind, form=form)
    return _table(request, version, kind, held)


def _table(request: HttpRequest, version: PolicyVersion, kind: str, held: dict[str, Any]) -> HttpResponse:
    rate, item = kind == "rate_table", version.policy.item
    columns = columns_of(held)
    if "columns" in request.POST:
        chosen = ColumnsForm(request.POST, item=item)
        if not chosen.is_valid():
            return _amount_page(request, version, kind, columns_form=chosen)
        kept = held.get("rows") or [] if chosen.columns() == columns else []
        table = {"kind": kind, "columns": chosen.columns(), "rows": kept}
        content = {**version.content, "amount": {**held, **table}}
        return saved(request, version, "amount", following="amount", content=content)
    columns_form = ColumnsForm(item=item, initial=ColumnsForm.initial_of(held))
    if not columns:
        return _amount_page(request, version, kind, columns_form=columns_form)
    form = TableForm(
        request.POST or None,
        item=item,
        columns=columns,
        rate=rate,
        rows=len(held.get("rows") or []) + SPARE_ROWS,
        initial=TableForm.initial_of(held, rate),
    )
    if request.method == "POST" and form.is_valid():
        return saved(request, version, "amount", content={**version.content, "amount": form.as_json()})
    return _amount_page(request, version, kind, table=form, columns_form=columns_form)


def _amount_page(request: HttpRequest, version: PolicyVersion, kind: str, **forms: Any) -> HttpResponse:
    refused = request.method == "POST"
    kinds = [
        {
            "label": label,
            "url": reverse("subsidies:edit_policy_part", args=[version.public_id, "amount"]) + f"?kind={key}",
            "current": key == kind,
        }
        for key, label in KINDS.items()
    ]
    context = {"form": None, "table": None, "columns_form": None, "kind": kind, "kinds": kinds, **forms}
    return page(request, version, "amount", status=422 if refused else 200, **context)


def conditions(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """The tree of conditions, and one condition being written: ``into`` a group, or ``at`` its place."""
    act = request.POST.get("act", "")
    try:
        if act in {"remove", "group"}:
            return _reshape(request, version, act)
        return _condition(request, version)
    except tree.NoSuchPlace:
        say(request, _("The conditions were changed meanwhile. Here they are as they stand now."))
        return redirect("subsidies:edit_policy_part", version.public_id, "conditions")


def _reshape(request: HttpRequest, version: PolicyVersion, act: str) -> HttpResponse:
    root = version.content["conditions"]
    if act == "remove":
        changed = tree.without(root, request.POST.get("at", ""))
    else:
        kind = request.POST.get("kind", "")
        if kind not in {c.ALL, c.ANY, c.NOT}:
            raise Http404
        empty: Any = None if kind == c.NOT else []
        changed = tree.with_added(root, request.POST.get("into", ""), {kind: empty})
    content = {**version.content, "conditions": changed}
    return saved(request, version, "conditions", following="conditions", content=content)


def _condition(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    root, item = version.content["conditions"], version.policy.item
    at, into = given.get("at", ""), given.get("into", "")
    leaf = tree.node_at(root, at) if at else {}
    chosen, form = _condition_form(request, item, leaf)
    if request.method == "POST" and form is not None and form.is_valid():
        node = form.as_json()
        changed = tree.with_replaced(root, at, node) if at else tree.with_added(root, into, node)
        content = {**version.content, "conditions": changed}
        return saved(request, version, "conditions", following="conditions", content=content)
    context = {"rows": shown_tree(root), "at": at, "into": into}
    writing = bool(at or "into" in given or chosen)
    return _condition_page(request, version, "conditions", chosen, form, writing=writing, **context)


def _condition_form(
    request: HttpRequest, item: SubsidyItem, leaf: dict[str, Any]
) -> tuple[Fact | None, ConditionForm | None]:
    """The fact chosen, else that of the condition held, with the form that it asks for."""
    given = request.POST if request.method == "POST" else request.GET
    known = {fact.key: fact for fact in facts_for(item.subject)}
    chosen = known.get(given.get("fact") or leaf.get("fact", ""))
    if chosen is None:
        return None, None
    initial = ConditionForm.initial_of(chosen, leaf) if leaf.get("fact") == chosen.key else {}
    return chosen, ConditionForm(request.POST or None, fact=chosen, item=item, initial=initial)


def _condition_page(
    request: HttpRequest, version: PolicyVersion, part: str, chosen: Fact | None, form: Any, **more: Any
) -> HttpResponse:
    facts = tree.fact_choices(version.policy.item.subject)
    context = {"form": form, "fact": chosen, "facts": facts, **more}
    if request.htmx and request.method == "GET":
        shared = {"version": version, "part": part}
        return render(request, "subsidies/policies/_condition.html", {**shared, **context})
    return page(request, version, part, status=422 if request.method == "POST" else 200, **context)


def exemption(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """Whom the limit of months does not bind: those who meet one condition, or nobody."""
    limits = version.content.get("limits") or {}
    leaf = limits.get("lifetime_unless") or {}
    chosen, form = _condition_form(request, version.policy.item, leaf)
    removed = request.POST.get("act") == "remove"
    if removed or (request.method == "POST" and form is not None and form.is_valid()):
        unless = None if removed or form is None else form.as_json()
        content = {**version.content, "limits": {**limits, "lifetime_unless": unless}}
        following = "exemption" if removed else ""
        return saved(request, version, "exemption", following=following, content=content)
    held = Reader().condition(leaf, "", "") if leaf else None
    more = {"held": describe(held) if held else "", "article": leaf.get("article", ""), "at": "", "into": ""}
    return _condition_page(request, version, "exemption", chosen, form, writing=True, **more)


def shown_tree(node: Any, path: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """The tree line by line, also where it is not complete yet."""
    kind = next((kind for kind in (c.ALL, c.ANY, c.NOT) if kind in node), None)
    if kind is None:
        leaf = Reader().condition(node, path, path)
        words = describe(leaf) if leaf else _("A condition that cannot be read")
        return [
            {"path": path, "depth": depth, "words": words, "article": node.get("article", ""), "kind": ""}
        ]
    full = kind == c.NOT and node[kind] is not None
    lines = [
        {
            "path": path,
            "depth": depth,
            "words": sections.group_words(kind),
            "article": "",
            "kind": kind,
            "full": full,
        }
    ]
    parts = [node[kind]] if kind == c.NOT else node[kind]
    below = f"{path}.{kind}" if path else kind
    for index, part in enumerate(parts):
        if part is not None:
            lines.extend(shown_tree(part, f"{below}.{index}", depth + 1))
    return lines
