"""What lists for staff have in common: the order that the address asks for, and tabs by state."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest


def in_order(
    rows: QuerySet[Any], request: HttpRequest, fields: Mapping[str, str], *, default: Iterable[str]
) -> QuerySet[Any]:
    """``rows`` as ``?sort=key`` or ``?sort=-key`` asks, by the field of that key; else in the default order.

    Rows without a value come last; equal ones, latest first.
    """
    asked = request.GET.get("sort", "")
    field = fields.get(asked.removeprefix("-"))
    if field is None:
        return rows.order_by(*default)
    column = F(field)
    down = asked.startswith("-")
    return rows.order_by(column.desc(nulls_last=True) if down else column.asc(nulls_last=True), "-pk")


def state_tabs(
    request: HttpRequest,
    choices: Iterable[tuple[Any, Any]],
    counts: Mapping[str, int],
    *,
    chosen: str,
    everything: Any,
    param: str = "state",
    hot: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Tabs for ``{% tabs %}``: ``everything``, then each choice that has rows. They keep the other filters."""
    query = request.GET.copy()
    query.pop("page", None)

    def tab(value: str, label: Any, count: int) -> dict[str, Any]:
        query[param] = value
        return {
            "label": label,
            "url": f"?{query.urlencode()}",
            "current": chosen == value,
            "count": count,
            "hot": value in hot,
        }

    return [tab("", everything, sum(counts.values()))] + [
        tab(value, label, counts.get(value, 0))
        for value, label in choices
        if counts.get(value) or chosen == value
    ]
