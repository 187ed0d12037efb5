from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from employment_portal.ui.preferences import Preferences


def ui(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs of every request. No query, and nothing that touches the session."""
    return {"preferences": Preferences.of(request), "site": Site()}


class Site:
    """The public face of this deployment, as its operator set it in the environment."""

    hotline = settings.HOTLINE
    operator = settings.SITE_OPERATOR
    icp_number = settings.SITE_ICP_NUMBER
    government_id = settings.SITE_GOVERNMENT_ID
    simulated = settings.USE_SIMULATORS

    @property
    def city(self) -> str:
        return settings.CITY_NAME_EN if get_language() == "en" else settings.CITY_NAME
