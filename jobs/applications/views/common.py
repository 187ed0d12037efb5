"""What both sides of an application share: lists, and refusals shown as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from employment_portal.core.errors import DomainError
from jobs.applications.enums import STATUS_LEVELS
from jobs.applications.models import Application

PER_PAGE = 20


@contextmanager
def told(request: HttpRequest, done: Any = "") -> Iterator[None]:
    """Say ``done`` when the action went through, its sentence when it was refused."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if done:
            messages.success(request, str(done))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also an empty POST is a POST."""
    return request.POST if request.method == "POST" else None


def page_of(request: HttpRequest, rows: QuerySet, per_page: int = PER_PAGE) -> Page:
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def tab_items(
    request: HttpRequest, labels: dict[str, Any], counts: dict[str, int], current: str
) -> list[dict[str, Any]]:
    """The tabs of a list; each keeps the search and the order of the address."""
    items = []
    for key, label in labels.items():
        query = request.GET.copy()
        query.pop("page", None)
        query.pop("tab", None)
        if key != "all":
            query["tab"] = key
        items.append(
            {
                "label": label,
                "url": f"{request.path}?{query.urlencode()}" if query else request.path,
                "current": key == current,
                "count": counts[f"n_{key}"],
            }
        )
    return items


def with_levels(applications: Page) -> Page:
    """Each row with ``level``, the colour of its state."""
    for application in applications:
        application.level = level_of(application)
    return applications


def level_of(application: Application) -> str:
    return STATUS_LEVELS[application.status]
