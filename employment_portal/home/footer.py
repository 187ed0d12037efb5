"""The links below every page."""

from django.utils.translation import gettext_lazy as _

from employment_portal.home.audiences import EVERYONE
from employment_portal.ui.navigation import PUBLIC, entry

SEEKERS, HELP, RULES = _("Job seekers"), _("Help"), _("Rules")

FOOTER = [
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
