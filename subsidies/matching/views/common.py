"""Whose offers a request is about."""

from django.http import HttpRequest, QueryDict

from employment_portal.people.queries import person_for


def claimant_ids(request: HttpRequest) -> dict[str, int]:
    """The organisation one acts for, else the person at hand (at the counter or oneself). Empty without either."""
    if request.organisation is not None and request.assisted is None:  # type: ignore[attr-defined]
        return {"organisation_id": request.organisation.pk}  # type: ignore[attr-defined]
    person = person_for(request)
    return {"person_id": person.pk} if person is not None else {}


def through(request: HttpRequest) -> str:
    return "counter" if request.assisted is not None else "online"  # type: ignore[attr-defined]


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
