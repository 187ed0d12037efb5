from datetime import date, datetime

from django.db.models import Q, QuerySet

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import Invitation, Lockout, StaffPost, User
from employment_portal.regions.models import Agency


def _in_charge_of(user: User, path: str) -> Q:
    """The rows whose region lies under one of the user's posts as security administrator."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role == StaffRole.SECURITY_ADMIN:
            scope |= Q(**{f"{path}__startswith": post.agency.region.path})
    return scope


def agencies_in_charge_of(user: User) -> QuerySet[Agency]:
    return Agency.objects.filter(_in_charge_of(user, "region__path"), is_active=True).order_by(
        "region__path", "pk"
    )


def posts_in_charge_of(
    user: User, *, on: date, text: str = "", role: str = "", former: bool = False
) -> QuerySet[StaffPost]:
    """Posts of the user's region subtree, by place and name; ``former`` are those that have ended."""
    rows = StaffPost.objects.filter(_in_charge_of(user, "agency__region__path"))
    rows = rows.filter(ends_on__lt=on) if former else rows.exclude(ends_on__lt=on)
    if role:
        rows = rows.filter(role=role)
    for word in text.split():
        rows = rows.filter(
            Q(user__display_name__icontains=word)
            | Q(user__phone=word)
            | Q(user__email__icontains=word)
            | Q(agency__name__icontains=word)
        )
    return rows.select_related("user", "agency__region").order_by("agency__region__path", "role", "pk")


def invitations_in_charge_of(user: User) -> QuerySet[Invitation]:
    """Invitations to posts that were not taken up, the newest first."""
    return (
        Invitation.objects.filter(_in_charge_of(user, "agency__region__path"), accepted_at__isnull=True)
        .select_related("agency", "invited_by", "four_eyes")
        .order_by("-created_at", "-pk")
    )


def running_lockouts(now: datetime) -> QuerySet[Lockout]:
    return (
        Lockout.objects.filter(until__gt=now, lifted_at__isnull=True)
        .select_related("user")
        .order_by("-locked_at")
    )
