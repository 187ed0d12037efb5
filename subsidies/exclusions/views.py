"""The rules against double benefits as staff read, write and end them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from employment_portal.accounts.permissions import require, route
from employment_portal.core.masking import mask_name
from employment_portal.ui.acts import attempt, attempt_form
from employment_portal.workflow.engine import history
from subsidies.claims.entitlement_models import Entitlement
from subsidies.claims.views.claiming import period_words
from subsidies.exclusions import actions, queries
from subsidies.exclusions.forms import GuardForm
from subsidies.exclusions.permissions import may_ask, writes_for_the_city
from subsidies.exclusions.rules import names_of, rule_words
from subsidies.exclusions.workflow import GUARD
from subsidies.policies.enums import GuardState
from subsidies.policies.forms import ReasonForm
from subsidies.policies.models import Guard
from subsidies.policies.views.common import PUBLISHER, READER, WRITER

LEVELS = {
    GuardState.DRAFT: "neutral",
    GuardState.SUBMITTED: "info",
    GuardState.IN_FORCE: "ok",
    GuardState.ENDING: "warn",
    GuardState.ENDED: "neutral",
}
MOVES = {
    "edit": lambda: _("Edited"),
    "submit": lambda: pgettext("step of a policy", "Submitted"),
    "take_back": lambda: _("Taken back"),
    "send_back": lambda: _("Sent back"),
    "publish": lambda: _("Put in force"),
    "replace": lambda: _("Replaced"),
    "ask_end": lambda: _("End asked for"),
    "keep": lambda: _("Kept in force"),
    "end": lambda: pgettext("step of an exclusion", "Ended"),
}


def found(public_id: str) -> Guard:
    return get_object_or_404(queries.all_guards(), public_id=public_id)


@route(READER)
@require_GET
def exclusions(request: HttpRequest) -> HttpResponse:
    """Everything that counts or is being written; with ``ended`` also what counted once."""
    guards = queries.all_guards().order_by("pk")
    ended = request.GET.get("ended") == "1"
    if not ended:
        guards = guards.exclude(state=GuardState.ENDED)
    context = {
        "rows": [
            {"guard": guard, "items": names_of(guard.items.all()), "rule": rule_words(guard)}
            | {"level": LEVELS[GuardState(guard.state)]}
            for guard in guards
        ],
        "ended": ended,
        "may_write": request.user.has_role(*WRITER.roles) and writes_for_the_city(request.user),
    }
    return render(request, "subsidies/exclusions/list.html", context)


@route(WRITER)
@require_http_methods(["GET", "POST"])
def new_exclusion(request: HttpRequest) -> HttpResponse:
    require(writes_for_the_city(request.user))
    form = GuardForm(request.POST or None)
    made: list[Guard] = []
    done = _("The draft is kept. See below what it finds, then submit it.")
    if request.method == "POST" and attempt_form(
        request, form, lambda data: made.append(actions.start_guard(by=request.user, **data)), done
    ):
        return redirect("subsidies:exclusion", made[0].public_id)
    status = 422 if form.errors else 200
    return render(request, "subsidies/exclusions/write.html", {"form": form}, status=status)


@route(READER)
@require_GET
def exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return guard_page(request, found(public_id))


def guard_page(request: HttpRequest, guard: Guard, *, status: int = 200) -> HttpResponse:
    moves = GUARD.allowed(guard, request.user)
    steps = list(history(guard).order_by("-at", "-id"))
    context: dict[str, Any] = {
        "guard": guard,
        "items": guard.items.all(),
        "rule": rule_words(guard),
        "level": LEVELS[GuardState(guard.state)],
        "moves": moves,
        "may_change": "ask_end" in moves and writes_for_the_city(request.user),
        "change": Guard.objects.filter(replaces=guard).first(),
        "steps": [
            {"label": MOVES[step.name](), "at": step.at, "by": step.by, "note": step.note} for step in steps
        ]
        + ([{"label": _("Draft begun"), "at": guard.made_at, "by": guard.made_by}] if guard.made_by else []),
        "then": next((step.data for step in steps if step.name == "publish"), None),
    }
    if guard.state in {GuardState.DRAFT, GuardState.SUBMITTED}:
        effect = queries.effect_of(guard)
        context["effect"] = effect
        if may_ask(request.user, guard):  # the cases of the whole city
            context["pairs"] = [(_shown(late), _shown(early)) for late, early in effect.pairs]
    return render(request, "subsidies/exclusions/exclusion.html", context, status=status)


def _shown(granted: Entitlement) -> dict[str, Any]:
    """Enough to find the case, the name masked."""
    who = mask_name(granted.person.name) if granted.person else str(granted.organisation or "")
    number = granted.claim.number if granted.claim else ""
    return {"item": granted.item.label, "who": who, "period": period_words(granted), "number": number}


@route(WRITER)
@require_http_methods(["GET", "POST"])
def edit_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    guard = found(public_id)
    require(GUARD.may(guard, "edit", request.user))
    if guard.state != GuardState.DRAFT:
        messages.error(request, _("Only a draft is edited. Make a change of this exclusion instead."))
        return redirect("subsidies:exclusion", public_id)
    form = GuardForm.of(guard, request.POST or None)
    if request.method == "POST" and attempt_form(
        request,
        form,
        lambda data: actions.save_guard(guard_id=guard.pk, by=request.user, **data),
        _("Saved."),
    ):
        return redirect("subsidies:exclusion", public_id)
    context = {"form": form, "guard": guard}
    return render(request, "subsidies/exclusions/write.html", context, status=422 if form.errors else 200)


def _act(
    request: HttpRequest, public_id: str, name: str, act: Callable[[Guard], Any], done: str
) -> HttpResponse:
    guard = found(public_id)
    require(GUARD.may(guard, name, request.user))
    attempt(request, lambda: act(guard), done)
    return redirect("subsidies:exclusion", public_id)


def _act_for_a_reason(
    request: HttpRequest, public_id: str, name: str, act: Callable[..., Any], done: str
) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return _act(
            request,
            public_id,
            name,
            lambda guard: act(guard_id=guard.pk, reason=reason, by=request.user),
            done,
        )
    guard = found(public_id)
    require(GUARD.may(guard, name, request.user))
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return guard_page(request, guard, status=422)


@route(WRITER)
@require_POST
def change_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    """A draft with the wording of this one, which it will replace."""
    guard = found(public_id)
    require(writes_for_the_city(request.user))
    made: list[Guard] = []
    done = _("The draft has the wording of what it will replace.")
    if attempt(request, lambda: made.append(actions.change_guard(guard_id=guard.pk, by=request.user)), done):
        return redirect("subsidies:edit_exclusion", made[0].public_id)
    return redirect("subsidies:exclusion", public_id)


@route(WRITER)
@require_POST
def discard_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    guard = found(public_id)
    require(GUARD.may(guard, "edit", request.user))
    if attempt(
        request, lambda: actions.discard_guard(guard_id=guard.pk, by=request.user), _("The draft is gone.")
    ):
        return redirect("subsidies:exclusions")
    return redirect("subsidies:exclusion", public_id)


@route(WRITER)
@require_POST
def submit_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "submit",
        lambda guard: actions.submit_guard(guard_id=guard.pk, by=request.user),
        _("Submitted. A second person reads it and puts it in force."),
    )


@route(WRITER)
@require_POST
def take_back_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "take_back",
        lambda guard: actions.take_back(guard_id=guard.pk, by=request.user),
        _("It is a draft again."),
    )


@route(PUBLISHER)
@require_POST
def send_back_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Sent back to its authors.")
    return _act_for_a_reason(request, public_id, "send_back", actions.send_back, done)


@route(PUBLISHER)
@require_POST
def publish_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "publish",
        lambda guard: actions.publish_guard(guard_id=guard.pk, by=request.user, now=timezone.now()),
        _("In force. Whatever is granted from now on holds it."),
    )


@route(PUBLISHER)
@require_POST
def ask_end_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Asked for. It counts until a second person ends it.")
    return _act_for_a_reason(request, public_id, "ask_end", actions.ask_end, done)


@route(PUBLISHER)
@require_POST
def keep_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act_for_a_reason(request, public_id, "keep", actions.keep_guard, _("It stays in force."))


@route(PUBLISHER)
@require_POST
def end_exclusion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "end",
        lambda guard: actions.end_guard(guard_id=guard.pk, by=request.user, now=timezone.now()),
        _("Ended. Nothing granted from now on is refused by it."),
    )
