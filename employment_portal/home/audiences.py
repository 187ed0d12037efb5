"""Who sees what of the portal's frame."""

from collections.abc import Callable

from django.http import HttpRequest

from employment_portal.accounts.enums import CASE_ROLES, OFFICER_ROLES, StaffRole
from employment_portal.notifications.queries import unread_count
from employment_portal.ui.navigation import ADMIN, EMPLOYER, PERSON, PUBLIC, STAFF


def audiences(request: HttpRequest) -> set[str]:
    """Visitors are public; a signed-in user is staff, acts for an organisation, or is a person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {PUBLIC}
    if user.is_staff_member:
        return {STAFF} | ({ADMIN} if user.is_superuser else set())
    if getattr(request, "organisation", None) is not None:
        return {EMPLOYER}
    return {PERSON}


def unread(request: HttpRequest) -> int:
    """Unread messages of the signed-in user; one query for all the places that show it."""
    if not hasattr(request, "_unread_messages"):
        request._unread_messages = unread_count(request.user)  # type: ignore[attr-defined]
    return request._unread_messages  # type: ignore[attr-defined]


def has_role(*roles: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_role(*roles)


EVERYONE = {PUBLIC, PERSON, EMPLOYER, STAFF}
CASE_STAFF = has_role(*CASE_ROLES)
OFFICERS = has_role(*OFFICER_ROLES)
REVIEWERS = has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)
IMPORTERS = has_role(StaffRole.CITY_OFFICER, StaffRole.SYSTEM_ADMIN)
REGISTRARS = has_role(StaffRole.CITY_OFFICER)
POLICY_READERS = has_role(
    StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER, StaffRole.POLICY_OFFICER
)
FINANCE = has_role(StaffRole.FINANCE_OFFICER)
BUDGET_READERS = has_role(StaffRole.FINANCE_OFFICER, StaffRole.CITY_OFFICER, StaffRole.POLICY_OFFICER)
NOTICE_READERS = has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER)
RECOVERY_READERS = has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER)
OPENING_KEEPERS = has_role(StaffRole.SYSTEM_ADMIN, StaffRole.FINANCE_OFFICER)
SYSTEM = has_role(StaffRole.SYSTEM_ADMIN)
TERM_KEEPERS = has_role(StaffRole.SYSTEM_ADMIN, StaffRole.POLICY_OFFICER)
SECURITY = has_role(StaffRole.SECURITY_ADMIN)
AUDITORS = has_role(StaffRole.AUDIT_ADMIN)
