"""JSON for the region picker and search box: public, the same for everyone, cacheable."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from employment_portal.regions.models import Region
from employment_portal.regions.queries import children_of, search_regions

DAY = 24 * 3600
READABLE = {"ensure_ascii": False}  # a third of the size


@require_safe
@cache_control(public=True, max_age=DAY)
def children(request: HttpRequest) -> JsonResponse:
    """``?parent=CODE``: the places directly below it, the provinces without a parent. 404 for an unknown code."""
    parent = None
    if code := request.GET.get("parent", ""):
        parent = Region.objects.filter(code=code[:12].replace("\x00", "")).first()
        if parent is None:
            return JsonResponse([], safe=False, status=404)
    return JsonResponse(
        [
            {
                "code": region.code,
                "name": region.name,
                "level": region.level,  # 东城区 stands directly below 北京市, yet at level 3
                "has_children": region.has_children,
            }
            for region in children_of(parent)
        ],
        safe=False,
        json_dumps_params=READABLE,
    )


@require_safe
@cache_control(public=True, max_age=DAY)
def search(request: HttpRequest) -> JsonResponse:
    """``?q=``: up to ten places that fit a name, an old name, pinyin or initials; ``?within=CODE`` narrows it."""
    within = None
    if code := request.GET.get("within", ""):
        within = Region.objects.filter(code=code[:12].replace("\x00", "")).first()
        if within is None:
            return JsonResponse([], safe=False, status=404)
    found = search_regions(request.GET.get("q", "").replace("\x00", ""), within=within)
    return JsonResponse(
        [
            {
                "code": region.code,
                "name": region.name,
                "full_name": region.full_name,
                "level": region.level,
                "path": region.path,
            }
            for region in found
        ],
        safe=False,
        json_dumps_params=READABLE,
    )
