"""JSON for the occupation and industry search boxes: public, the same for everyone, cacheable."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from employment_portal.classifications.queries import search_industries, search_occupations

DAY = 24 * 3600
READABLE = {"ensure_ascii": False}  # a third of the size


@require_safe
@cache_control(public=True, max_age=DAY)
def occupations(request: HttpRequest) -> JsonResponse:
    """``?q=``: up to ten occupations; ``matched_alias`` is the colloquial name that led there, or empty."""
    return JsonResponse(
        [
            {"code": match.code, "name": match.name, "path": match.path, "matched_alias": match.matched_alias}
            for match in search_occupations(request.GET.get("q", ""))
        ],
        safe=False,
        json_dumps_params=READABLE,
    )


@require_safe
@cache_control(public=True, max_age=DAY)
def industries(request: HttpRequest) -> JsonResponse:
    """``?q=``: up to ten industries of any level."""
    return JsonResponse(
        [
            {"code": match.code, "name": match.name, "path": match.path}
            for match in search_industries(request.GET.get("q", ""))
        ],
        safe=False,
        json_dumps_params=READABLE,
    )
