"""Tokens as a part of what is held about a person. They hang on the sign-in, so that a merge leaves them with it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.api.models import ApiToken
from employment_portal.people.holdings import Holding, plain, register, stay
from employment_portal.people.models import Person


def _tokens(person: Person) -> QuerySet[ApiToken]:
    tokens = ApiToken.objects.of_user(person.user) if person.user is not None else ApiToken.objects.none()
    return tokens.order_by("pk")


def _erase(person: Person) -> None:
    _tokens(person).delete()


def register_all() -> None:
    register(
        Holding(
            "api_tokens",
            _("API tokens"),
            _("Programs that you let act for you"),
            _tokens,
            stay,
            plain("name", "get_scope_display", "created_at", "expires_at", "last_used_at", "revoked_at"),
            erase=_erase,
        )
    )
