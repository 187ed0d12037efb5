"""The document of the API, the page that explains it, and the page of a person's tokens."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.models import User
from employment_portal.accounts.permissions import PUBLIC, SIGNED_IN, route
from employment_portal.accounts.sign_in.reauthentication import confirm_identity
from employment_portal.api import actions
from employment_portal.api.forms import TokenForm
from employment_portal.api.models import ApiToken
from employment_portal.api.reference import examples, operations
from employment_portal.api.schema import openapi
from employment_portal.core.errors import DomainError


@route(PUBLIC)
@require_safe
@cache_control(public=True, max_age=300)
def schema(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3, in the language of Accept-Language."""
    return JsonResponse(
        openapi(),
        json_dumps_params={"ensure_ascii": False},
        content_type="application/vnd.oai.openapi+json; charset=utf-8",
    )


@route(PUBLIC)
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    document = openapi()
    return render(
        request,
        "api/documentation.html",
        {
            "operations": operations(document),
            "examples": examples(),
            "version": document["info"]["version"],
        },
    )


@route(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of one's own; POST makes one and shows it, this once."""
    created = text = None
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        confirm_identity(request)
        try:
            created, text = actions.create_token(
                by=cast(User, request.user), now=timezone.now(), request=request, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            form = TokenForm()
    now = timezone.now()
    rows = [
        {"token": token, "valid": token.is_valid_at(now)}
        for token in ApiToken.objects.of_user(request.user)[:50]
    ]
    return render(
        request,
        "api/tokens.html",
        {"form": form, "rows": rows, "created": created, "text": text},
        status=422 if form.errors else 200,
    )


@route(SIGNED_IN)
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.of_user(request.user), public_id=public_id)
    actions.revoke_token(token_id=token.pk, by=cast(User, request.user), now=timezone.now(), request=request)
    messages.success(request, _("The token has been revoked. Programs that use it are refused from now on."))
    return redirect("api:tokens")
