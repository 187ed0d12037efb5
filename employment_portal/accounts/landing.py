"""Where a person starts after signing in or changing whom they act for."""

from django.urls import NoReverseMatch, reverse

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import User

# The first page that exists: the packages above this one own them.
STAFF_HOME = {
    StaffRole.SYSTEM_ADMIN: ["desk:failed_tasks"],
    StaffRole.SECURITY_ADMIN: ["accounts:posts"],
    StaffRole.AUDIT_ADMIN: ["desk:audit_trail"],
}


def home_for(user: User, *, acting_for: str | None = None) -> str:
    """The address where ``user`` starts: the desk of their role, their organisation, or the home page.

    ``acting_for`` is the public id of an organisation; by default the one they acted for last.
    """
    posts = user.current_posts()
    if posts:
        return _first(*STAFF_HOME.get(posts[0].role, []), "desk:queue", "home")
    if user.acting_for if acting_for is None else acting_for:
        return _first("organisations:dashboard", "organisations:postings", "organisations:home", "home")
    return _first("home")


def _first(*names: str) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"
