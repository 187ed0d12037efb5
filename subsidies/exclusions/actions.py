"""Every write to the rules against double benefits: drafting, the second person, coming into force, the end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.fields import new_public_id
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.entitlement_models import Entitlement
from subsidies.exclusions import queries
from subsidies.exclusions.permissions import city
from subsidies.exclusions.rules import names_of
from subsidies.exclusions.workflow import GUARD
from subsidies.policies.models import Guard, SubsidyItem


class NothingToHold(DomainError):
    message = _("%(items)s: granted to nobody of this kind, so the rule could not be held.")


class NoSubsidies(DomainError):
    message = _("Tick at least one subsidy.")


class ChangeUnderWay(DomainError):
    message = _("This exclusion has a change under way already. Go on with that one.")


def _locked(guard_id: int) -> Guard:
    return Guard.objects.select_for_update(of=("self",), no_key=True).get(pk=guard_id)


@transaction.atomic
def start_guard(
    *, scope: str, lifetime: bool, legal_basis: str, items: Iterable[SubsidyItem], by: Any
) -> Guard:
    """The draft of a new exclusion. Raises NoSubsidies, NothingToHold."""
    key = new_public_id()
    guard = Guard(public_id=key, code=key, made_by=by, made_at=timezone.now())
    return _written(guard, scope, lifetime, legal_basis, list(items), by)


@transaction.atomic
def change_guard(*, guard_id: int, by: Any) -> Guard:
    """A draft with the wording of an exclusion in force, which it replaces when it is published.

    Raises ChangeUnderWay, TransitionNotAllowed.
    """
    old = _locked(guard_id)
    if Guard.objects.filter(replaces=old).exists():
        raise ChangeUnderWay
    if not GUARD.can(old, "replace"):
        raise TransitionNotAllowed
    key = new_public_id()
    guard = Guard(public_id=key, code=key, made_by=by, made_at=timezone.now(), replaces=old)
    return _written(guard, old.scope, old.lifetime, old.legal_basis, list(old.items.all()), by)


def _written(
    guard: Guard, scope: str, lifetime: bool, legal_basis: str, items: list[SubsidyItem], by: Any
) -> Guard:
    _require_holders(items, scope)
    guard.scope, guard.lifetime, guard.legal_basis = scope, lifetime, legal_basis
    guard.save()
    guard.items.set(items)
    record(action="guard.draft", by=by, subject=guard)
    return guard


def _require_holders(items: list[SubsidyItem], scope: str) -> None:
    if not items:
        raise NoSubsidies
    without = queries.without_holder(items, scope)
    if without:
        raise NothingToHold(items=names_of(without))


@transaction.atomic
def save_guard(
    *, guard_id: int, scope: str, lifetime: bool, legal_basis: str, items: Iterable[SubsidyItem], by: Any
) -> Guard:
    """Write a draft. Raises NoSubsidies, NothingToHold, TransitionNotAllowed."""
    guard, chosen = _locked(guard_id), list(items)
    _require_holders(chosen, scope)
    guard.scope, guard.lifetime, guard.legal_basis = scope, lifetime, legal_basis
    GUARD.apply(guard, "edit", by=by, save_fields=["scope", "lifetime", "legal_basis"])
    guard.items.set(chosen)
    return guard


@transaction.atomic
def discard_guard(*, guard_id: int, by: Any) -> None:
    """Throw a draft away; what it would have replaced stays in force. Raises TransitionNotAllowed."""
    guard = _locked(guard_id)
    if not GUARD.can(guard, "edit", by):
        raise TransitionNotAllowed
    record(action="guard.discard", by=by, subject=guard)
    guard.delete()


@transaction.atomic
def submit_guard(*, guard_id: int, by: Any) -> Guard:
    """Ask for the second person. Raises TransitionNotAllowed."""
    guard = _locked(guard_id)
    GUARD.apply(guard, "submit", by=by)
    _ask_second(guard)
    return guard


def _ask_second(guard: Guard) -> None:
    today = timezone.localdate()
    open_work_item(
        kind="exclusion",
        subject=guard,
        title="、".join(item.name for item in guard.items.all()),
        path=reverse("subsidies:exclusion", args=[guard.public_id]),
        region=city(),
        role=StaffRole.CITY_OFFICER,
        working_days=term(TermCode.POLICY_REVIEW, region=city(), on=today),
        today=today,
    )


@transaction.atomic
def take_back(*, guard_id: int, by: Any) -> Guard:
    """The authors go on writing. Raises TransitionNotAllowed."""
    return _move(guard_id, "take_back", by, "")


@transaction.atomic
def send_back(*, guard_id: int, reason: str, by: Any) -> Guard:
    """The second person says what to change. Raises TransitionNotAllowed."""
    return _move(guard_id, "send_back", by, reason)


def _move(guard_id: int, name: str, by: Any, note: str) -> Guard:
    guard = _locked(guard_id)
    GUARD.apply(guard, name, by=by, note=note)
    close_work_items(subject=guard, by=by, outcome=name)
    return guard


@transaction.atomic
def publish_guard(*, guard_id: int, by: Any, now: datetime) -> Guard:
    """Put it in force at once, and end the one that it replaces.

    What is granted from now on holds it. What was granted before stays as it is, and is held as far as no two of its
    holder overlap. Waits for grants under way, and they for it. Raises TransitionNotAllowed.
    """
    with connection.cursor() as cursor:  # before any row is locked: grants under way lock rows after theirs
        cursor.execute("LOCK TABLE subsidies_entitlement IN SHARE ROW EXCLUSIVE MODE")
    guard = _locked(guard_id)
    if not GUARD.can(guard, "publish", by):
        raise TransitionNotAllowed
    if guard.replaces_id is not None:
        old = _locked(guard.replaces_id)
        old.end_asked_by_id, old.ended_by, old.ended_at = guard.made_by_id, by, now
        GUARD.apply(old, "replace", by=by, save_fields=["end_asked_by", "ended_by", "ended_at"])
        close_work_items(subject=old, by=by, outcome="replace")
    found = queries.effect_of(guard)
    guard.published_by, guard.published_at = by, now
    guard.grants_before = Entitlement.objects.aggregate(last=Max("pk"))["last"] or 0
    held = queries.hold_what_was_granted(guard)
    GUARD.apply(
        guard,
        "publish",
        by=by,
        data={"granted": found.granted, "overlapping": found.overlapping, "held": held},
        save_fields=["published_by", "published_at", "grants_before"],
    )
    close_work_items(subject=guard, by=by, outcome="publish")
    return guard


@transaction.atomic
def ask_end(*, guard_id: int, reason: str, by: Any) -> Guard:
    """Ask a second person to end it; it counts until then. Raises TransitionNotAllowed."""
    guard = _locked(guard_id)
    guard.end_asked_by = by
    GUARD.apply(guard, "ask_end", by=by, note=reason, save_fields=["end_asked_by"])
    _ask_second(guard)
    return guard


@transaction.atomic
def keep_guard(*, guard_id: int, reason: str, by: Any) -> Guard:
    """It stays in force. Raises TransitionNotAllowed."""
    guard = _locked(guard_id)
    guard.end_asked_by = None
    GUARD.apply(guard, "keep", by=by, note=reason, save_fields=["end_asked_by"])
    close_work_items(subject=guard, by=by, outcome="keep")
    return guard


@transaction.atomic
def end_guard(*, guard_id: int, by: Any, now: datetime) -> Guard:
    """Nothing granted from now on holds it, and nothing is refused by it. Raises TransitionNotAllowed."""
    guard = _locked(guard_id)
    guard.ended_by, guard.ended_at = by, now
    GUARD.apply(guard, "end", by=by, save_fields=["ended_by", "ended_at"])
    close_work_items(subject=guard, by=by, outcome="end")
    return guard
