"""For load balancers and monitoring. Public, without data: docs/operations.md says what each answer means."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.health import checks


@never_cache
@require_safe
@route(PUBLIC)
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Looks at nothing else: a restart would not mend a database."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
@route(PUBLIC)
def ready(request: HttpRequest) -> JsonResponse:
    """Whether this process can serve pages: 200 with ``ok`` or ``degraded`` (worker late), else 503."""
    found = checks.findings()
    states = {finding.state for finding in found.values()}
    status = "unavailable" if "failed" in states else "degraded" if "late" in states else "ok"
    body = {
        "status": status,
        "checks": {
            name: {"state": finding.state} | ({"detail": finding.detail} if finding.detail else {})
            for name, finding in found.items()
        },
    }
    return JsonResponse(body, status=503 if status == "unavailable" else 200)
