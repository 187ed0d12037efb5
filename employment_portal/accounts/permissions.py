"""Who may call a route. Every view declares it; a test walks every route × every role × inside and outside its region.

>>> @route(STAFF(StaffRole.DISTRICT_OFFICER))
... def queue(request): ...

The declaration decides who may come in at all (sign-in page or 403). Which rows they see is the queryset's
``visible_to(user)`` (404), what they may do with one is ``require(may_…)`` (403).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from employment_portal.accounts.enums import CASE_ROLES, StaffRole


@dataclass(frozen=True)
class Access:
    """A route's declaration. ``audience`` is public, signed_in, staff, member or key; ``roles`` narrows it.

    ``key`` is a route opened by a secret in its address (an unsubscribe link) or header (a token of the API).
    """

    audience: str
    roles: frozenset[str] = frozenset()


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
BY_KEY = Access("key")


def STAFF(*roles: str) -> Access:
    """Members of staff with one of ``roles`` (any role, a mentor's too, when none is named), two factors on."""
    return Access("staff", frozenset(str(role) for role in roles))


def MEMBER(*kinds: str) -> Access:
    """People acting for an organisation of one of ``kinds`` (organisations.enums.OrganisationKind; any when none)."""
    return Access("member", frozenset(str(kind) for kind in kinds))


def require(allowed: bool) -> None:
    """Raise PermissionDenied (403) unless ``allowed``."""
    if not allowed:
        raise PermissionDenied


def _admitted(access: Access, request: HttpRequest) -> bool:
    if access.audience == "staff":
        return request.user.is_staff_member and (not access.roles or request.user.has_role(*access.roles))
    if access.audience == "member":
        organisation = getattr(request, "organisation", None)
        return organisation is not None and (not access.roles or organisation.kind in access.roles)
    return True


def route(access: Access) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare and enforce who may call a view."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if access.audience not in {"public", "key"}:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                require(_admitted(access, request))
            return view(request, *args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined]
        if access.audience in {"public", "key"}:
            return login_not_required(guarded)
        return guarded

    return decorate


STAFF_ANY = STAFF(*CASE_ROLES)  # everybody who handles cases
OFFICERS = STAFF(StaffRole.STREET_CLERK, StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)
