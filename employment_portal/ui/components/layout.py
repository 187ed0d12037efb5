"""Parts of the page around the content: navigation, breadcrumbs."""

from typing import Any

from django import template
from django.template import Context

from employment_portal.ui import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_items(context: Context, *places: str) -> list[navigation.Item]:
    """The links of a place (header, tabbar, account, rail, footer) for this request; of several, each link once."""
    if "request" not in context:
        return []
    found: dict[str, navigation.Item] = {}
    for place in places:
        for item in navigation.items(place, context["request"]):
            found.setdefault(item.url, item)
    return list(found.values())


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
