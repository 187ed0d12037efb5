from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from employment_portal.accounts.permissions import BY_KEY, PUBLIC
from employment_portal.api.enums import Scope
from employment_portal.api.models import ApiToken


def scope_for(method: str) -> str:
    """What a token must be allowed for a method: reading is ``read``, everything else ``apply``."""
    return Scope.READ if method in SAFE_METHODS else Scope.APPLY


class DeclaredAccess(BasePermission):
    """Enforces the ``access`` that a view declares: PUBLIC for everybody, BY_KEY for tokens of the right scope.

    A view that declares neither lets nobody in.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        access = getattr(view, "access", None)
        if access == PUBLIC:
            return True
        token = request.auth
        return (
            access == BY_KEY and isinstance(token, ApiToken) and token.allows(scope_for(request.method or ""))
        )
