"""Handing one's own post to a colleague for a while."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import ADMIN_ROLES, CASE_ROLES
from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.workflow.delegation import delegate
from employment_portal.workflow.models import Delegation


class NotYourPost(DomainError):
    message = _("You can hand over only a post that you hold today.")


class NoColleague(DomainError):
    message = _("Choose a colleague who holds a post in your agency, above it or below it.")


class NotAnAdministrators(DomainError):
    message = _(
        "An administrator's post is never handed over: ask the security administrator for another one."
    )


def colleagues_of(post: StaffPost, *, today: date) -> list[User]:
    """Who may stand in: staff whose post lies on one line of regions with this one, no administrators, no mentors."""
    path = post.agency.region.path
    posts = (
        StaffPost.objects.current_on(today)
        .filter(role__in=CASE_ROLES - ADMIN_ROLES)
        .exclude(user=post.user)
        .select_related("user", "agency__region")
    )
    found = {
        other.user
        for other in posts
        if other.user.is_active
        and (other.agency.region.path.startswith(path) or path.startswith(other.agency.region.path))
    }
    return sorted(found, key=lambda user: (str(user), user.pk))


@transaction.atomic
def hand_over_post(
    *,
    post_id: int,
    to: User,
    starts_on: date,
    last_day: date,
    reason: str,
    by: Any,
    now: datetime,
    today: date,
) -> Delegation:
    """Let a colleague use one's own post up to a day; both are named in what is decided.

    Raises NotYourPost, NotAnAdministrators, NoColleague and those of ``delegate``.
    """
    post = (
        StaffPost.objects.current_on(today)
        .select_related("agency__region", "user")
        .filter(pk=post_id, user=by)
        .first()
    )
    if post is None:
        raise NotYourPost
    if post.role in ADMIN_ROLES:
        raise NotAnAdministrators
    if to.pk != by.pk and to not in colleagues_of(post, today=today):
        raise NoColleague
    delegation = delegate(
        from_user=by,
        to_user=to,
        role=post.role,
        region=post.agency.region,
        starts_on=starts_on,
        last_day=last_day,
        reason=reason,
        now=now,
        today=today,
    )
    notify(
        kind="delegation",
        to=to,
        channels=INBOX_AND_MAIL,
        context={"delegation": delegation, "role": post.get_role_display()},
        path="/staff/",
        dedupe_key=f"delegation:{delegation.public_id}",
    )
    return delegation
