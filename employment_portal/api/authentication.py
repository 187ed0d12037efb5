from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from employment_portal.accounts.models import User
from employment_portal.api.actions import hash_of, note_use
from employment_portal.api.models import ApiToken
from employment_portal.api.throttling import count_refusal

SCHEME = "Bearer"


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer ept_…`` (RFC 6750). The session of a browser opens nothing here, so no CSRF either."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != SCHEME.lower().encode():
            return None
        now = timezone.now()
        token = None
        if len(parts) == 2:
            text = parts[1].decode("latin-1")
            token = ApiToken.objects.select_related("user").filter(token_hash=hash_of(text)).first()
        if token is None:
            raise self._refused(request, _("This token is not known. Check that it was copied whole."))
        if token.revoked_at is not None:
            raise self._refused(request, _("This token has been revoked. Make a new one on the portal."))
        if not token.is_valid_at(now):
            raise self._refused(request, _("This token has expired. Make a new one on the portal."))
        if not token.user.is_active:
            raise self._refused(request, _("This account is closed."))
        note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="api"'

    def _refused(self, request: Request, sentence: Any) -> Exception:
        """Whoever keeps sending tokens that open nothing is slowed down like a visitor."""
        wait = count_refusal(request)
        return Throttled(wait=wait) if wait else AuthenticationFailed(sentence)
