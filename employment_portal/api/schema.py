"""The OpenAPI document: who may call what, and every refusal, from what the views declare."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from employment_portal.accounts.permissions import PUBLIC
from employment_portal.api.enums import Scope
from employment_portal.api.errors import MEDIA_TYPE, ProblemSerializer
from employment_portal.api.permissions import scope_for

SECURITY = "token"
REFUSALS = {
    400: _("The address or the body is malformed."),
    401: _("No token, or one that is unknown, revoked or expired."),
    403: _("The token may only read."),
    404: _("There is nothing here, or it is not yours."),
    409: _("As things stand this cannot be done; “detail” says why."),
    413: _("The body is larger than 64 KB."),
    415: _("The body is not JSON."),
    422: _("Some values cannot be used; “errors” names each."),
    429: _("Too many requests; “Retry-After” says how long to wait, in seconds."),
}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "employment_portal.api.authentication.BearerAuthentication"
    name = SECURITY

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class PortalSchema(AutoSchema):
    @property
    def is_public(self) -> bool:
        return getattr(self.view, "access", None) == PUBLIC

    def get_auth(self) -> list[dict[str, Any]]:
        found = super().get_auth()
        return [] if self.is_public else [each for each in found if each]

    def get_extensions(self) -> dict[str, Any]:
        return {} if self.is_public else {"x-scope": str(Scope(scope_for(self.method)))}

    def _refusals(self) -> list[int]:
        statuses = {400, 401, 429}  # a token that opens nothing is refused everywhere
        if "{" in self.path:
            statuses.add(404)
        if self.method == "GET":
            if any(each["in"] == "query" for each in self._get_parameters()):
                statuses.add(422)
        else:
            statuses |= {403, 409, 413, 415, 422}
        return sorted(statuses)

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._refusals():
            refusal = OpenApiResponse(ProblemSerializer, description=REFUSALS[status])
            bodies[str(status)] = self._get_response_for_code(
                refusal, str(status), media_types=[MEDIA_TYPE], direction=direction
            )
        return bodies


def without_docstrings(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Docstrings of serializers speak to developers, in English; choices keep theirs, which lists the labels."""
    for schema in result.get("components", {}).get("schemas", {}).values():
        if "enum" not in schema:
            schema.pop("description", None)
    return result


def openapi() -> dict[str, Any]:
    """The document of version 1 in the active language. It changes with the code only, so it is made once."""
    return _openapi(get_language() or "")


@lru_cache(maxsize=8)
def _openapi(language: str) -> dict[str, Any]:
    from employment_portal.api.urls import VERSION_1

    return SchemaGenerator(patterns=VERSION_1).get_schema(request=None, public=True)
