"""Claims and what was granted as part of what hangs on a person: exported, moved when two records become one.

Never erased once submitted: subsidy files are kept ten years.
"""

from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, Move, plain, register
from employment_portal.people.models import Person
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.enums import ENDED_WITHOUT_MONEY, ClaimState
from subsidies.claims.models import Bundle, Claim, ClaimEntry, ConflictOfInterest, Evidence
from subsidies.policies.enums import GuardScope

PERSON = "person"  # the subject whose rows are persons themselves


def _claims(person: Person) -> Any:
    return Claim.objects.filter(person=person).order_by("pk")


def _entitlements(person: Person) -> Any:
    return Entitlement.objects.filter(person=person).order_by("pk")


def _erase_drafts(person: Person) -> None:
    """What was never submitted, with its files."""
    drafts = _claims(person).filter(state=ClaimState.DRAFT)
    files = [evidence.file for evidence in Evidence.objects.filter(claim__in=drafts)]
    drafts.delete()
    for file in files:
        transaction.on_commit(partial(file.storage.delete, file.name))


def move_claims(duplicate: Person, survivor: Person, by: Any) -> Move:
    """Claims and rosters' rows follow the person; who is their own subject follows too."""
    moved = _claims(duplicate).update(person=survivor)
    Bundle.objects.filter(person=duplicate).update(person=survivor)
    ConflictOfInterest.objects.filter(person=duplicate).update(person=survivor)
    entries = ClaimEntry.objects.filter(person=duplicate)
    settled = 0
    for entry in entries.filter(item__subject=PERSON).order_by("pk"):
        try:
            with transaction.atomic():
                ClaimEntry.objects.filter(pk=entry.pk).update(subject_id=survivor.pk)
        except (
            IntegrityError
        ):  # both records have an open claim for the same: the second keeps its old subject
            settled += 1
    entries.update(person=survivor)
    return Move(moved=moved, settled=settled)


def move_entitlements(duplicate: Person, survivor: Person, by: Any) -> Move:
    """What was granted follows, with its holds. Where both were granted the same, the duplicate's hold stays where it
    is: the survivor's keeps further benefits out, and the double benefit is found as such in the finance pages."""
    rows = _entitlements(duplicate)
    rows.filter(item__subject=PERSON).update(subject_id=survivor.pk)
    settled = 0
    holds = EntitlementHold.objects.filter(
        entitlement__person=duplicate, guard__scope=GuardScope.PERSON, holder_id=duplicate.pk
    )
    for hold in holds.order_by("pk"):
        try:
            with transaction.atomic():
                EntitlementHold.objects.filter(pk=hold.pk).update(holder_id=survivor.pk)
        except IntegrityError:
            settled += 1
    moved = rows.update(person=survivor)
    return Move(moved=moved - settled, settled=settled)


def _rows_about_claims(person: Person) -> list[Any]:
    """What hangs on a claimant beside the claims: forms, declared conflicts, and rows of anybody's roster."""
    about = (Claim, Bundle, ConflictOfInterest, ClaimEntry)
    return [model._default_manager.filter(person=person) for model in about]


def _rows_about_entitlements(person: Person) -> list[Any]:
    return [_entitlements(person), EntitlementHold.objects.filter(entitlement__person=person)]


def _claim_open(added: Any) -> Any:
    """A claim rests on the data of both records together: it has to end before they part."""
    if added.exclude(state__in=ENDED_WITHOUT_MONEY | {ClaimState.ARCHIVED}).exists():
        return _("A claim was begun since that has not ended. Decide or withdraw it first.")
    return None


def _granted(added: Any) -> Any:
    """What was granted on the data of both can't be said to be the one's or the other's."""
    if added.exists():
        return _("A subsidy was granted since on the data of both records. The merge can't be undone.")
    return None


def register_all() -> None:
    register(
        Holding(
            "subsidy_claims",
            _("Subsidy claims"),
            _("Deciding on subsidies"),
            _claims,
            move_claims,
            plain(
                "number", "item", "region", "get_state_display", "amount_fen", "submitted_at", "decided_at"
            ),
            retained=True,
            kept=lambda person: _claims(person).exclude(state=ClaimState.DRAFT),
            erase=_erase_drafts,
            touched=_rows_about_claims,
            hinders=_claim_open,
        )
    )
    register(
        Holding(
            "entitlements",
            _("Subsidies granted"),
            _("Paying each subsidy once"),
            _entitlements,
            move_entitlements,
            plain("item", "region", "period", "months", "amount_fen", "granted_at", "ended_at"),
            retained=True,
            touched=_rows_about_entitlements,
            hinders=_granted,
        )
    )
