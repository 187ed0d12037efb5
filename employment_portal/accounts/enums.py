from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffRole(models.TextChoices):
    """A post in an agency. The three administrators are three people: none has another's powers."""

    STREET_CLERK = "street_clerk", _("Street clerk")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    CITY_OFFICER = "city_officer", _("City officer")
    FINANCE_OFFICER = "finance_officer", _("Finance officer")
    POLICY_OFFICER = "policy_officer", _("Policy officer")
    COUNSELLOR = "counsellor", _("Career counsellor")
    MENTOR = "mentor", _("Start-up mentor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


ADMIN_ROLES = frozenset({StaffRole.SYSTEM_ADMIN, StaffRole.SECURITY_ADMIN, StaffRole.AUDIT_ADMIN})
CASE_ROLES = frozenset(StaffRole) - {StaffRole.MENTOR}  # a mentor opens no record and handles no case
OFFICER_ROLES = frozenset({StaffRole.STREET_CLERK, StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER})
