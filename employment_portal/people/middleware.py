from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from employment_portal.people.models import AssistedSession

SESSION_KEY = "assisted_session"  # public id of the sitting in which counter staff act for a person


class AssistedMiddleware:
    """Set ``request.assisted`` to the running sitting (代办) of a clerk, else None.

    ``people.queries.person_for(request)`` is the person whose affairs the request is about: the one at the
    counter during a sitting, otherwise the user's own record.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        assisted = None
        if request.user.is_authenticated and (running := request.session.get(SESSION_KEY)):
            assisted = (
                AssistedSession.objects.select_related("person", "agency")
                .filter(
                    public_id=running,
                    clerk=request.user,
                    ended_at__isnull=True,
                    expires_at__gt=timezone.now(),
                )
                .first()
            )
        request.assisted = assisted  # type: ignore[attr-defined]
        return self.get_response(request)
