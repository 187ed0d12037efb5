"""Every refusal as ``application/problem+json`` (RFC 9457), with a sentence in the language of Accept-Language."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from employment_portal.core.errors import DomainError

MEDIA_TYPE = "application/problem+json"
NOT_UNDERSTOOD = _("Some values cannot be used. Each is named under “errors”.")
SENTENCES = {
    "not_authenticated": _("Send a token: “Authorization: Bearer …”. Make one under “My account”."),
    "permission_denied": _("This token may only read. Make one that may also apply."),
    "not_found": _("There is nothing here, or it is not yours."),
    "bad_request": _("The address holds characters that no address here has."),
    "parse_error": _("The body is not valid JSON."),
    "unsupported_media_type": _("Send the body as application/json."),
    "not_acceptable": _("Only application/json can be had here."),
}


class ProblemSerializer(serializers.Serializer):
    """Why a request was refused (RFC 9457)."""

    type = serializers.CharField(help_text=_("Always about:blank; read “code”."))
    title = serializers.CharField(help_text=_("The phrase of the status."))
    status = serializers.IntegerField()
    code = serializers.CharField(
        help_text=_("What happened, for programs. Stays the same in every language.")
    )
    detail = serializers.CharField(help_text=_("What happened and what to do, for people."))
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("With status 422: each value that cannot be used, and why."),
    )


def problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. A DomainError, a rule of the field that says no, is 409; bad values are 422."""
    if isinstance(exception, DomainError):
        return _answer(409, code=_snake(type(exception).__name__), detail=str(exception))
    if isinstance(exception, exceptions.ValidationError):
        errors = dict(_flat(exception.detail))
        return _answer(422, code="invalid", detail=str(NOT_UNDERSTOOD), errors=errors)
    response = exception_handler(exception, context)
    if response is None:
        return None
    code = getattr(exception, "default_code", None) or {404: "not_found", 403: "permission_denied"}.get(
        response.status_code, "error"
    )
    detail = SENTENCES.get(code) or response.data.get("detail", "")
    if isinstance(exception, exceptions.Throttled):
        detail = _("Too many requests. Try again in %(seconds)s seconds.") % {
            "seconds": response.headers.get("Retry-After", "60")
        }
    answer = _answer(response.status_code, code=code, detail=str(detail))
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response.headers:
            answer[name] = response.headers[name]
    return answer


def problem_body(status: int, *, code: str, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }


def _answer(status: int, **parts: Any) -> Response:
    return Response(problem_body(status, **parts), status=status, content_type=MEDIA_TYPE)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested errors by dotted path: ``answers.0.question``."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(detail, list) and any(isinstance(each, (dict, list)) for each in detail):
        for place, value in enumerate(detail):
            if value:
                yield from _flat(value, f"{path}.{place}" if path else str(place))
    else:
        yield path or "body", [str(each) for each in (detail if isinstance(detail, list) else [detail])]
