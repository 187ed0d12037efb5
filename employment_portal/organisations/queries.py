from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from employment_portal.accounts.models import Invitation
from employment_portal.organisations.enums import OrganisationKind, VerificationStatus
from employment_portal.organisations.models import Member, Organisation, OrganisationQuerySet, Verification
from employment_portal.workflow.engine import history

SORTS = {
    "name": ["name_key", "pk"],
    "-name": ["-name_key", "-pk"],
    "until": ["verified_until", "pk"],
    "-until": ["-verified_until", "-pk"],
}


def organisations_for_staff(
    user, *, text: str = "", status: str = "", kind: str = "", sort: str = "name"
) -> QuerySet[Organisation]:
    """Registered organisations in the user's subtree; ``text`` is part of the name or the start of the code."""
    rows = (
        Organisation.objects.visible_to_staff(user)
        .active()
        .filter(code__isnull=False)
        .select_related("region")
    )
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text.upper()))
    if status:
        rows = rows.filter(status=status)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by(*SORTS.get(sort, SORTS["name"]))


def members_of(organisation: Organisation) -> QuerySet[Member]:
    return organisation.members.filter(left_at__isnull=True).select_related("user").order_by("joined_at")


def open_invitations(organisation: Organisation, *, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        organisation=organisation, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    ).order_by("-created_at")


def branches_of(organisation: Organisation) -> OrganisationQuerySet:
    return (
        organisation.branches.active()
        .select_related("region")
        .annotate(member_count=Count("members", filter=Q(members__left_at__isnull=True)))
        .order_by("name_key")
    )


def latest_verification(organisation: Organisation) -> Verification | None:
    return organisation.verifications.select_related("decided_by").order_by("-submitted_at", "-pk").first()


def public_employer(public_id: str) -> Organisation | None:
    """An employer's public page: registered, or known from imported adverts."""
    return (
        Organisation.objects.active()
        .select_related("region", "industry", "parent")
        .filter(public_id=public_id, kind=OrganisationKind.EMPLOYER)
        .first()
    )


def steps_of(organisation: Organisation) -> list[dict[str, Any]]:
    """The organisation's history for a timeline, newest first."""
    steps = [
        {"label": VerificationStatus(step.target).label, "at": step.at, "by": step.by, "note": step.note}
        for step in history(organisation)
    ]
    return steps[::-1]


def differences(organisation: Organisation, verification: Verification | None) -> list[dict[str, Any]]:
    """Declared in the newest submission against verified in the one before: what a reviewer looks at first."""
    if verification is None:
        return []
    before = (
        organisation.verifications.filter(
            status=VerificationStatus.VERIFIED, submitted_at__lt=verification.submitted_at
        )
        .order_by("-submitted_at", "-pk")
        .first()
    )
    if before is None:
        return []
    return [
        {
            "label": Organisation._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
            "before": before.declared.get(name, ""),
            "now": value,
        }
        for name, value in verification.declared.items()
        if before.declared.get(name, "") != value
    ]
