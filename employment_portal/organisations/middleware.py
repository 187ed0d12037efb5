from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from employment_portal.organisations.models import Member

SESSION_KEY = "acting_for"  # public id of the organisation; absent when the user acts for themselves


class ActingMiddleware:
    """Set ``request.organisation`` and ``request.membership`` to whom the signed-in user acts for, else None.

    One person can act for several organisations and switches between them; a membership that has ended, or
    a branch that was closed, stops counting with the next request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = None
        if request.user.is_authenticated and (acting_for := request.session.get(SESSION_KEY)):
            membership = (
                Member.objects.select_related("organisation__region")
                .filter(
                    user=request.user,
                    left_at__isnull=True,
                    organisation__public_id=acting_for,
                    organisation__closed_at__isnull=True,
                )
                .first()
            )
        request.membership = membership  # type: ignore[attr-defined]
        request.organisation = membership.organisation if membership else None  # type: ignore[attr-defined]
        return self.get_response(request)
