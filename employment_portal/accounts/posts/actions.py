"""Taking up a post, leaving it, and handing over the work."""

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.accounts.posts.rules import (
    AdministratorAlone,
    AdministratorsAreInvited,
    AlreadyInPost,
    HandOverMissing,
    LastSecurityAdministrator,
    NotYours,
    SelfAppointment,
    clashing,
    may_appoint,
)
from employment_portal.accounts.sign_in.actions import end_sessions
from employment_portal.audit.actions import record
from employment_portal.notifications.actions import notify
from employment_portal.regions.models import Agency
from employment_portal.workflow.actions import assign_work_items
from employment_portal.workflow.models import WorkItem

POOL = "pool"


@transaction.atomic
def appoint(
    *, user: User, agency: Agency, role: str, starts_on: date, by: User | None, request: Any = None
) -> StaffPost:
    """Open a post. ``by`` None is the portal itself (the sample city, the first administrators).

    Raises SelfAppointment, AdministratorAlone, AlreadyInPost.
    """
    if by is not None and by.pk == user.pk:
        raise SelfAppointment
    User.objects.select_for_update().get(
        pk=user.pk
    )  # two posts for one person are decided one after the other
    others = StaffPost.objects.filter(user=user).exclude(ends_on__lt=starts_on)
    if others.filter(agency=agency, role=role).exists():
        raise AlreadyInPost
    if clashing(role, set(others.values_list("role", flat=True))):
        raise AdministratorAlone
    try:
        with transaction.atomic():
            post = StaffPost.objects.create(
                user=user, agency=agency, role=role, starts_on=starts_on, appointed_by=by
            )
    except IntegrityError as error:
        raise AdministratorAlone from error
    user.__dict__.pop("_posts_today", None)
    record(
        action="accounts.appoint",
        by=by,
        subject=post,
        detail={"user": user.public_id, "role": role, "agency": agency.public_id},
        request=request,
    )
    return post


def open_work_of(post: StaffPost):
    """Open work that its holder has taken on in this post."""
    return WorkItem.objects.open().filter(
        assigned_to=post.user, role=post.role, region__path__startswith=post.agency.region.path
    )


def colleagues_of(post: StaffPost, *, on: date):
    """Who can take over: the others with the same role in the same agency."""
    return (
        User.objects.filter(
            pk__in=StaffPost.objects.current_on(on)
            .filter(agency=post.agency, role=post.role)
            .exclude(user=post.user)
            .values("user")
        )
        .filter(is_active=True)
        .order_by("display_name", "pk")
    )


@transaction.atomic
def end_post(
    *,
    post_id: int,
    last_day: date,
    hand_over_to: User | str | None,
    reason: str,
    by: User,
    today: date,
    request: Any = None,
) -> StaffPost:
    """Let a post end with ``last_day`` (yesterday: at once) and hand its open work over in the same step.

    ``hand_over_to`` is a colleague, ``POOL`` (back to whoever takes it), or None when nothing is open.
    Raises NotYours, SelfAppointment, HandOverMissing, LastSecurityAdministrator.
    """
    post = _locked(post_id)
    _check_leaving(post, by, today)
    _hand_over(post, hand_over_to, by, today)
    _close(post, last_day, reason)
    record(
        action="accounts.end_post",
        by=by,
        subject=post,
        reason=reason,
        detail={"last_day": last_day.isoformat()},
        request=request,
    )
    if last_day < today:
        end_sessions(user=post.user, by=by, reason=reason, request=request)
    _tell(post)
    return post


@transaction.atomic
def move_post(
    *,
    post_id: int,
    to_agency: Agency,
    last_day: date,
    hand_over_to: User | str | None,
    reason: str,
    by: User,
    today: date,
    request: Any = None,
) -> StaffPost:
    """End a post and open the same one in another agency the day after. Returns the new post.

    Raises NotYours, SelfAppointment, HandOverMissing, LastSecurityAdministrator, AdministratorsAreInvited,
    AdministratorAlone, AlreadyInPost.
    """
    post = _locked(post_id)
    _check_leaving(post, by, today)
    if not may_appoint(by, to_agency):
        raise NotYours
    if to_agency.pk == post.agency_id:
        raise AlreadyInPost
    if post.role in ADMIN_ROLES:
        raise AdministratorsAreInvited
    _hand_over(post, hand_over_to, by, today)
    _close(post, last_day, reason)
    new = appoint(
        user=post.user,
        agency=to_agency,
        role=post.role,
        starts_on=last_day + timedelta(days=1),
        by=by,
        request=request,
    )
    record(
        action="accounts.move_post",
        by=by,
        subject=post,
        reason=reason,
        detail={"to": to_agency.public_id, "post": new.public_id},
        request=request,
    )
    _tell(post)
    return new


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: User, request: Any = None) -> None:
    """Remove the second factors of a member of staff who lost them; the next sign-in sets up new ones.

    Raises NotYours, SelfAppointment.
    """
    if user.pk == by.pk:
        raise SelfAppointment
    if not any(may_appoint(by, post.agency) for post in user.current_posts()):
        raise NotYours
    Authenticator.objects.filter(user=user).delete()
    record(action="accounts.reset_second_factor", by=by, subject=user, reason=reason, request=request)
    end_sessions(user=user, by=by, reason=reason, request=request)


def _locked(post_id: int) -> StaffPost:
    return (
        StaffPost.objects.select_for_update(of=("self",))
        .select_related("user", "agency__region")
        .get(pk=post_id)
    )


def _check_leaving(post: StaffPost, by: User, today: date) -> None:
    if not may_appoint(by, post.agency):
        raise NotYours
    if post.user_id == by.pk:
        raise SelfAppointment
    if post.role == StaffRole.SECURITY_ADMIN:
        others = StaffPost.objects.current_on(today).filter(role=post.role, ends_on__isnull=True)
        if not others.filter(agency__region=post.agency.region).exclude(pk=post.pk).exists():
            raise LastSecurityAdministrator


def _hand_over(post: StaffPost, to: User | str | None, by: User, today: date) -> None:
    item_ids = list(open_work_of(post).order_by("pk").values_list("pk", flat=True))
    if not item_ids:
        return
    if to is None:
        raise HandOverMissing
    if isinstance(to, str):  # POOL
        assign_work_items(item_ids=item_ids, to=None, by=by)
        return
    if not colleagues_of(post, on=today).filter(pk=to.pk).exists():
        raise HandOverMissing
    assign_work_items(item_ids=item_ids, to=to, by=by)


def release_work_of_leavers(*, today: date) -> int:
    """Nightly: what somebody took on in a post that has ended since, and may no longer do, goes back to the pool.

    Returns how many items.
    """
    ended = StaffPost.objects.filter(
        ends_on__lt=today, user__in=WorkItem.objects.open().exclude(assigned_to=None).values("assigned_to")
    )
    released = 0
    for post in ended.select_related("user", "agency__region").order_by("pk"):
        still_theirs = WorkItem.objects.visible_to(post.user).values("pk")
        with transaction.atomic():
            left = open_work_of(post).exclude(pk__in=still_theirs).select_for_update(of=("self",))
            item_ids = list(left.order_by("pk").values_list("pk", flat=True))
            if item_ids:
                released += assign_work_items(item_ids=item_ids, to=None, by=None)
    return released


def _close(post: StaffPost, last_day: date, reason: str) -> None:
    post.ends_on = max(last_day, post.starts_on - timedelta(days=1))
    post.end_reason = reason
    post.save(update_fields=["ends_on", "end_reason"])
    post.user.__dict__.pop("_posts_today", None)


def _tell(post: StaffPost) -> None:
    notify(
        kind="post_ended",
        to=post.user,
        context={"role": StaffRole(post.role).label, "agency": post.agency.name, "ends_on": post.ends_on},
        always=True,
    )
