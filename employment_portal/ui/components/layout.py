"""Parts of the page around the content: navigation, breadcrumbs."""

from typing import Any

from django import template
from django.template import Context

from employment_portal.ui import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_items(context: Context, place: str) -> list[navigation.Item]:
    """The links of one place (header, tabbar, account, rail, footer) for this request."""
    return navigation.items(place, context["request"]) if "request" in context else []


@register.simple_tag(takes_context=True)
def nav_groups(context: Context, place: str) -> list[tuple[Any, list[navigation.Item]]]:
    """The same links under their headings, each heading once, in the order in which headings first appear."""
    groups: dict[str, list[navigation.Item]] = {}
    for item in nav_items(context, place):
        groups.setdefault(str(item.group), []).append(item)
    return list(groups.items())


@register.inclusion_tag("ui/crumbs.html")
def crumbs(*trail: Any) -> dict[str, Any]:
    """Where this page is: label, url, label, url, …, and last the label of the page itself."""
    *links, here = trail
    return {"links": list(zip(links[::2], links[1::2], strict=True)), "here": here}
