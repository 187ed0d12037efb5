"""Every link of the portal's frame. An entry whose page is not there yet stays hidden by itself."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.notifications.queries import unread_count
from employment_portal.ui.navigation import ADMIN, EMPLOYER, PERSON, PUBLIC, STAFF, entry


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


def _has_role(*roles: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_role(*roles)


EVERYONE = {PUBLIC, PERSON, EMPLOYER, STAFF}
OFFICERS = _has_role(*OFFICER_ROLES)
REVIEWERS = _has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)
IMPORTERS = _has_role(StaffRole.CITY_OFFICER, StaffRole.SYSTEM_ADMIN)
REGISTRARS = _has_role(StaffRole.CITY_OFFICER)
POLICY_READERS = _has_role(
    StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER, StaffRole.POLICY_OFFICER
)
FINANCE = _has_role(StaffRole.FINANCE_OFFICER)
BUDGET_READERS = _has_role(StaffRole.FINANCE_OFFICER, StaffRole.CITY_OFFICER, StaffRole.POLICY_OFFICER)
NOTICE_READERS = _has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER)
RECOVERY_READERS = _has_role(StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER, StaffRole.FINANCE_OFFICER)
OPENING_KEEPERS = _has_role(StaffRole.SYSTEM_ADMIN, StaffRole.FINANCE_OFFICER)
SYSTEM = _has_role(StaffRole.SYSTEM_ADMIN)
TERM_KEEPERS = _has_role(StaffRole.SYSTEM_ADMIN, StaffRole.POLICY_OFFICER)
SECURITY = _has_role(StaffRole.SECURITY_ADMIN)
AUDITORS = _has_role(StaffRole.AUDIT_ADMIN)

SEEKERS, HELP, RULES = _("Job seekers"), _("Help"), _("Rules")
TODAY = pgettext_lazy("heading of the workbench rail", "Today")
SERVICES = pgettext_lazy("heading of the workbench rail", "Services")
SUBSIDIES = pgettext_lazy("heading of the workbench rail", "Subsidies")
MANAGEMENT = pgettext_lazy("heading of the workbench rail", "Management")

ENTRIES = [
    # everybody
    entry("home", _("Home"), "home", to={PUBLIC, PERSON, EMPLOYER}, places={"header", "tabbar"}),
    entry("jobs:search", _("Find a job"), "search", to={PUBLIC, PERSON}, places={"header", "tabbar"}),
    entry(
        "subsidies:policies",
        pgettext_lazy("navigation", "Subsidies"),
        "coin-yuan",
        to={PUBLIC, PERSON, EMPLOYER},
        places={"header"},
    ),
    # people
    entry(
        "jobs:my_applications",
        _("My applications"),
        "clipboard-check",
        to={PERSON},
        places={"header", "account"},
    ),
    entry(
        "jobs:my_applications",
        pgettext_lazy("tab bar", "Applied"),
        "clipboard-check",
        to={PERSON},
        places={"tabbar"},
    ),
    entry("jobs:invitations", _("Invitations of employers"), "mail", to={PERSON}, places={"account"}),
    entry("people:resume", _("My résumé"), "file-text", to={PERSON}, places={"header", "account"}),
    entry("jobs:saved", _("Saved jobs"), "bookmark", to={PERSON}, places={"account"}),
    entry("jobs:searches", _("Kept searches"), "bell", to={PERSON}, places={"account"}),
    entry("people:record", _("My details"), "id-badge-2", to={PERSON}, places={"account"}),
    entry("subsidies:my_claims", _("My claims"), "file-text", to={PERSON}, places={"header", "account"}),
    entry(
        "subsidies:my_claims",
        _("Our claims"),
        "file-text",
        to={EMPLOYER},
        places={"header", "account"},
    ),
    entry("subsidies:for_me", _("Subsidies for me"), "coin-yuan", to={PERSON}, places={"account"}),
    entry("subsidies:for_me", _("Subsidies for us"), "coin-yuan", to={EMPLOYER}, places={"account"}),
    entry("subsidies:my_payments", _("My payments"), "wallet", to={PERSON, EMPLOYER}, places={"account"}),
    entry(
        "subsidies:my_statement",
        _("Statement of subsidies"),
        "report",
        to={PERSON, EMPLOYER},
        places={"account"},
    ),
    entry("people:data_requests", _("My data"), "lock", to={PERSON}, places={"account"}),
    # organisations
    entry("jobs:postings", _("Our jobs"), "briefcase", to={EMPLOYER}, places={"header", "tabbar", "account"}),
    entry("jobs:applicants", _("Applicants"), "users", to={EMPLOYER}, places={"header", "tabbar", "account"}),
    entry("jobs:find_people", _("Find people"), "search", to={EMPLOYER}, places={"header", "account"}),
    entry("jobs:invitations_made", _("Our invitations"), "mail", to={EMPLOYER}, places={"account"}),
    entry("organisations:profile", _("Organisation"), "building", to={EMPLOYER}, places={"account"}),
    entry("organisations:members", _("Members"), "friends", to={EMPLOYER}, places={"account"}),
    entry("people:employer_staff", _("Our staff"), "id-badge-2", to={EMPLOYER}, places={"account"}),
    # the signed-in
    entry(
        "desk:queue", _("Workbench"), "layout-dashboard", to={STAFF}, places={"header", "tabbar", "account"}
    ),
    entry(
        "notifications:inbox",
        _("Messages"),
        "message-circle",
        to={PERSON, EMPLOYER, STAFF},
        places={"tabbar", "account"},
        badge=unread,
    ),
    entry(
        "accounts:preferences",
        pgettext_lazy("tab bar", "Me"),
        "user",
        to={PERSON, EMPLOYER},
        places={"tabbar"},
    ),
    entry(
        "accounts:preferences",
        _("Account and security"),
        "settings",
        to={PERSON, EMPLOYER, STAFF},
        places={"account"},
    ),
    entry(
        "desk:choose", _("Change whom I act for"), "friends", to={PERSON, EMPLOYER, STAFF}, places={"account"}
    ),
    entry(
        "organisations:register", _("Register an organisation"), "building", to={PERSON}, places={"account"}
    ),
    entry(
        "admin:index", _("Configuration"), "tools", to={ADMIN}, places={"account", "rail"}, group=MANAGEMENT
    ),
    # help
    entry("help", _("Help"), "help-circle", to={PUBLIC}, places={"header"}),
    entry("help", _("Help"), "help-circle", to={PUBLIC}, places={"tabbar"}),
    entry(
        "account_request_login_code", pgettext_lazy("tab bar", "Me"), "user", to={PUBLIC}, places={"tabbar"}
    ),
    # the workbench
    entry("desk:queue", _("My cases"), "clipboard-check", to={STAFF}, places={"rail"}, group=TODAY),
    entry("desk:delegations", _("Standing in"), "friends", to={STAFF}, places={"account"}),
    entry(
        "notifications:inbox",
        _("Messages"),
        "message-circle",
        to={STAFF},
        places={"rail"},
        group=TODAY,
        badge=unread,
    ),
    entry(
        "jobs:review_queue",
        _("Review of jobs"),
        "briefcase",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=REVIEWERS,
    ),
    entry(
        "jobs:reports",
        _("Reported jobs"),
        "flag",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=REVIEWERS,
    ),
    entry(
        "subsidies:staff_policies",
        _("Policies"),
        "file-text",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=_has_role(
            StaffRole.STREET_CLERK,
            StaffRole.DISTRICT_OFFICER,
            StaffRole.CITY_OFFICER,
            StaffRole.FINANCE_OFFICER,
            StaffRole.POLICY_OFFICER,
        ),
    ),
    entry(
        "organisations:staff_list",
        _("Organisations"),
        "building",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=OFFICERS,
    ),
    entry(
        "people:staff_people",
        _("People"),
        "users",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=OFFICERS,
    ),
    entry(
        "jobs:imports:list",
        _("Imports"),
        "file-import",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=IMPORTERS,
    ),
    entry(
        "registers:list",
        _("Registers"),
        "archive",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=REGISTRARS,
    ),
    entry(
        "registers:facts",
        _("Facts for policies"),
        "list-details",
        to={STAFF},
        places={"rail"},
        group=SERVICES,
        visible=POLICY_READERS,
    ),
    entry(
        "subsidies:searches",
        _("People found for policies"),
        "search",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=POLICY_READERS,
    ),
    entry(
        "subsidies:staff_claims",
        _("Subsidy claims"),
        "clipboard-check",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=OFFICERS,
    ),
    entry(
        "subsidies:staff_notices",
        _("Public notices"),
        "file-text",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=NOTICE_READERS,
    ),
    entry(
        "subsidies:budget",
        _("Budget"),
        "chart-bar",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=BUDGET_READERS,
    ),
    entry(
        "subsidies:payables",
        _("Payments to be made"),
        "wallet",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=FINANCE,
    ),
    entry(
        "subsidies:batches",
        _("Payment batches"),
        "list-details",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=FINANCE,
    ),
    entry(
        "subsidies:return_files",
        _("Return files"),
        "file-import",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=FINANCE,
    ),
    entry(
        "subsidies:cases",
        _("Exceptions"),
        "alert-triangle",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=FINANCE,
    ),
    entry(
        "subsidies:finance",
        _("Subsidy money"),
        "report",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=BUDGET_READERS,
    ),
    entry(
        "subsidies:staff_recoveries",
        _("Recoveries"),
        "refresh",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=RECOVERY_READERS,
    ),
    entry(
        "subsidies:openings",
        _("Opening data"),
        "upload",
        to={STAFF},
        places={"rail"},
        group=SUBSIDIES,
        visible=OPENING_KEEPERS,
    ),
    entry(
        "accounts:posts",
        _("Staff and posts"),
        "user-plus",
        to={STAFF},
        places={"rail"},
        group=MANAGEMENT,
        visible=SECURITY,
    ),
    entry(
        "desk:audit_trail",
        _("Audit trail"),
        "history",
        to={STAFF},
        places={"rail"},
        group=MANAGEMENT,
        visible=AUDITORS,
    ),
    entry(
        "desk:terms",
        _("Terms and limits"),
        "calendar",
        to={STAFF},
        places={"rail"},
        group=MANAGEMENT,
        visible=TERM_KEEPERS,
    ),
    entry(
        "desk:failed_tasks",
        _("Failed tasks"),
        "alert-triangle",
        to={STAFF},
        places={"rail"},
        group=MANAGEMENT,
        visible=SYSTEM,
    ),
    # the footer
    entry("jobs:search", _("Find a job"), "search", to=EVERYONE, places={"footer"}, group=SEEKERS),
    entry(
        "subsidies:self_check",
        _("Which subsidies could I get?"),
        "coin-yuan",
        to=EVERYONE,
        places={"footer"},
        group=SEEKERS,
    ),
    entry("account_signup", _("Register"), "user-plus", to={PUBLIC}, places={"footer"}, group=SEEKERS),
    entry(
        "safety",
        _("Avoiding recruitment fraud"),
        "shield-check",
        to=EVERYONE,
        places={"footer"},
        group=SEEKERS,
    ),
    entry("help", _("Help centre"), "help-circle", to=EVERYONE, places={"footer"}, group=HELP),
    entry("accessibility", _("Accessibility"), "accessible", to=EVERYONE, places={"footer"}, group=HELP),
    entry("about", _("About and contact"), "phone", to=EVERYONE, places={"footer"}, group=HELP),
    entry("api:documentation", _("Open API"), "world", to=EVERYONE, places={"footer"}, group=HELP),
    entry("privacy", _("Privacy notice"), "lock", to=EVERYONE, places={"footer"}, group=RULES),
    entry("terms", _("Terms of use"), "file-text", to=EVERYONE, places={"footer"}, group=RULES),
]
