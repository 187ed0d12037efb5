"""Charts as inline SVG without script or style attributes, each with a sentence and the table behind it."""

from collections.abc import Iterable
from typing import Any

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

WIDTH, HEIGHT = 240, 72


@register.inclusion_tag("ui/histogram.html")
def histogram(
    bins: Iterable[Any], *, label: Any, head: Any, value_head: Any, chosen: Any = None
) -> dict[str, Any]:
    """Counts by class. A bin has ``label``, ``count`` and perhaps ``chosen`` (inside the filter).

    ``label`` is one sentence that says what one sees; ``head`` and ``value_head`` title the table.
    """
    rows = [_bin(each) for each in bins]
    highest = max((row["count"] for row in rows), default=0) or 1
    step = WIDTH / max(len(rows), 1)
    for index, row in enumerate(rows):
        row["height"] = round(row["count"] / highest * HEIGHT, 1) if row["count"] else 0
        row["x"], row["y"] = round(index * step, 1), round(HEIGHT - row["height"], 1)
    return {
        "rows": rows,
        "width": WIDTH,
        "height": HEIGHT,
        "bar": round(step - 3, 1),
        "label": label,
        "head": head,
        "value_head": value_head,
    }


def _bin(each: Any) -> dict[str, Any]:
    if isinstance(each, dict):
        return {"label": each["label"], "count": each["count"], "chosen": each.get("chosen", False)}
    return {"label": each.label, "count": each.count, "chosen": getattr(each, "chosen", False)}


@register.inclusion_tag("ui/bars.html")
def bars(rows: Iterable[Any], *, caption: Any, head: Any, value_head: Any) -> dict[str, Any]:
    """A ranking: a real table whose last column draws each value. A row has ``label``, ``value``, perhaps ``url``."""
    rows = [
        {"label": row["label"], "value": row["value"], "url": row.get("url", "")}
        if isinstance(row, dict)
        else {"label": row.label, "value": row.value, "url": getattr(row, "url", "")}
        for row in rows
    ]
    highest = max((row["value"] for row in rows), default=0) or 1
    for row in rows:
        row["share"] = round(row["value"] / highest * 100, 1)
    return {"rows": rows, "caption": caption, "head": head, "value_head": value_head}


@register.inclusion_tag("ui/trend.html")
def trend(points: Iterable[Any], *, label: Any, head: Any, value_head: Any) -> dict[str, Any]:
    """A line over time. A point has ``label`` and ``value``; ``label`` of the chart is one sentence."""
    rows = [
        {"label": point["label"], "value": point["value"]}
        if isinstance(point, dict)
        else {"label": point.label, "value": point.value}
        for point in points
    ]
    values = [row["value"] for row in rows]
    lowest, highest = min(values, default=0), max(values, default=0)
    span = (highest - lowest) or 1
    step = WIDTH / max(len(rows) - 1, 1)
    line = " ".join(
        f"{index * step:.1f},{HEIGHT - 6 - (value - lowest) / span * (HEIGHT - 12):.1f}"
        for index, value in enumerate(values)
    )
    return {
        "rows": rows,
        "line": line,
        "width": WIDTH,
        "height": HEIGHT,
        "label": label,
        "head": head,
        "value_head": value_head,
    }


@register.simple_tag
def qr(value: str, *, label: Any) -> SafeString:
    """A QR code of ``value`` as SVG on white. ``label`` says where it leads."""
    code = segno.make(value, error="m")
    side = code.symbol_size(border=2)[0]
    path = "".join(
        f"M{x + 2} {y + 2}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path d="{}"/></svg>',
        side,
        side,
        label,
        side,
        side,
        mark_safe(path),
    )
