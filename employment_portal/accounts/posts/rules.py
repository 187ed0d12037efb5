"""Who may appoint whom, without the database."""

from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.models import User
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Agency


class NotYours(DomainError):
    message = _("This agency lies outside your region.")


class SelfAppointment(DomainError):
    message = _("Nobody appoints themselves. Ask another security administrator.")


class AdministratorAlone(DomainError):
    message = _(
        "An administrator holds no other post: the system, security and audit administrators are three people. "
        "End the other post first."
    )


class AdministratorsAreInvited(DomainError):
    message = _("Administrators are appointed by two people: end this post and invite the person anew.")


class AlreadyInPost(DomainError):
    message = _("This person already holds the post.")


class HandOverMissing(DomainError):
    message = _("This person has open work. Say who takes it over.")


class LastSecurityAdministrator(DomainError):
    message = _("This is the last security administrator of the region. Appoint another one first.")


def may_appoint(user: User, agency: Agency) -> bool:
    """A security administrator appoints within the subtree of their own region."""
    return user.has_role(StaffRole.SECURITY_ADMIN, region=agency.region)


def clashing(role: str, others: set[str]) -> bool:
    """Whether a post of ``role`` cannot stand beside posts of ``others`` of the same person."""
    if role in ADMIN_ROLES:
        return bool(others)
    return bool(others & ADMIN_ROLES)
