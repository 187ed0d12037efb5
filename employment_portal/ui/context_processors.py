from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from employment_portal.ui.preferences import Preferences


def ui(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs of every request. No query, and nothing that touches the session."""
    return {"preferences": Preferences.of(request), "site": Site(), "frame": Frame(request)}


class Frame:
    """Which page stands around a message for anybody: the workbench for staff, else the public one."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def template(self) -> str:
        user = getattr(self._request, "user", None)  # none yet where a request failed before sign-in was read
        return "base_staff.html" if getattr(user, "is_staff_member", False) else "base.html"


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
