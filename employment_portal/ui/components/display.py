"""What a page shows: panels, notices, tables, histories, facts, states."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from employment_portal.ui.components.basics import LEVELS, grouped, icon
from employment_portal.ui.components.html import attributes, one_of
from employment_portal.ui.components.html import template as html

register = template.Library()

OPTIONS = frozenset({"checkbox", "radio"})
NOTICES = {"info": "info-circle", "ok": "circle-check", "warn": "alert-triangle", "bad": "alert-circle"}


@register.simple_block_tag
def panel(
    content: str, *, title: Any = "", action: Any = "", action_label: Any = "", id: str = "", level: int = 2
) -> SafeString:
    """A bordered box with a heading and, at its right, one link (``action``, ``action_label``)."""
    return html(
        "panel",
        content=content,
        title=title,
        action=action,
        action_label=action_label,
        id=id,
        heading=f"h{level}",
    )


@register.simple_block_tag
def section(
    content: str, *, title: Any, id: str = "", more: Any = "", more_label: Any = "", note: Any = ""
) -> SafeString:
    """A part of a page under a gazette rule: heading, and at its right a link or a note."""
    return html("section", content=content, title=title, id=id, more=more, more_label=more_label, note=note)


@register.simple_block_tag
def notice(content: str, *, level: str = "info", title: Any = "", small: bool = False) -> SafeString:
    """A message inside the page. ``level``: info, ok, warn, bad (which is announced at once)."""
    one_of("level", level, NOTICES)
    return html("notice", content=content, level=level, icon_name=NOTICES[level], title=title, small=small)


@register.simple_block_tag
def empty(content: str, *, title: Any, icon: str = "inbox", level: int = 2) -> SafeString:
    """Nothing here, and the way out: the content holds a sentence and a link or button."""
    return html("empty", content=content, title=title, icon_name=icon, heading=f"h{level}")


@register.simple_block_tag
def dialog(content: str, *, id: str, title: Any, footer: Any = "", wide: bool = False) -> SafeString:
    """A modal window, opened by ``{% button … opens=id %}``. Put buttons last in ``{% form_actions %}``."""
    return html("dialog", content=content, id=id, title=title, footer=footer, wide=wide, sheet=False)


@register.simple_block_tag
def sheet(content: str, *, id: str, title: Any, footer: Any = "") -> SafeString:
    """A dialog that rises from the foot of the screen: filters and menus on a phone."""
    return html("dialog", content=content, id=id, title=title, footer=footer, wide=False, sheet=True)


@register.inclusion_tag("ui/confirm.html", takes_context=True)
def confirm(
    context: Context,
    label: Any,
    *,
    action: str,
    id: str,
    title: Any,
    text: Any = "",
    yes: Any,
    danger: bool = False,
    variant: str = "outline",
    size: str = "",
    icon: str = "",
    reason: Any = "",
    name: str = "",
    value: Any = None,
) -> dict[str, Any]:
    """A button whose act is asked again in a dialog that says what will happen, then POSTs to ``action``.

    ``yes`` is the act in words ("Withdraw the application"); ``reason`` the label of a required text named
    ``reason``. Without JavaScript the question is folded out in the page.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "label": label,
        "action": action,
        "id": id,
        "title": title,
        "text": text,
        "yes": yes,
        "variant": variant,
        "size": size,
        "danger": danger,
        "icon_name": icon,
        "reason": reason,
        "name": name,
        "value": value,
    }


@register.simple_block_tag
def description_list(content: str, *, narrow: bool = False) -> SafeString:
    """Terms and values; inside, one ``{% term %}`` each."""
    return format_html('<dl class="dl{}">{}</dl>', " dl--narrow" if narrow else "", content)


@register.simple_tag
def term(label: Any, value: Any, *, empty: Any = "—", num: bool = False) -> SafeString:
    """A term and its value; a dash when there is none."""
    shown = empty if value in (None, "") else value
    return format_html("<dt>{}</dt><dd{}>{}</dd>", label, mark_safe(' class="num"') if num else "", shown)


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """Key facts in a row, each a ``{% fact %}``."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_tag
def fact(label: Any, value: Any, *, empty: Any = "—") -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, empty if value in (None, "") else value)


@register.simple_block_tag
def stats(content: str) -> SafeString:
    """Figures side by side, each a ``{% stat %}``. Say beside them as of when they are true."""
    return format_html('<dl class="stats">{}</dl>', content)


@register.simple_tag
def stat(label: Any, value: Any, *, unit: Any = "", note: Any = "", href: Any = "") -> SafeString:
    """One figure; ``href`` leads to the rows behind it."""
    figure = format_html('<a href="{}">{}</a>', href, value) if href else value
    small = format_html("<small>{}</small>", unit) if unit else ""
    below = format_html('<dd class="stats__note">{}</dd>', note) if note else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd>{}</div>", label, figure, small, below)


@register.inclusion_tag("ui/timeline.html")
def timeline(steps: Iterable[Any]) -> dict[str, Any]:
    """A history, newest first. A step has ``label``, ``at`` (a datetime) and perhaps ``by`` and ``note``.

    The first step is marked as the present one.
    """
    return {"steps": list(steps)}


@register.inclusion_tag("ui/stepper.html")
def stepper(steps: Iterable[Any], *, current: str, label: Any = None) -> dict[str, Any]:
    """The steps of a long form. A step has ``key``, ``label`` and perhaps ``url`` (once it may be revisited)."""
    steps = list(steps)
    keys = [_of(step, "key") for step in steps]
    position = keys.index(current)
    rows = [
        {
            "label": _of(step, "label"),
            "url": _of(step, "url"),
            "done": index < position,
            "now": index == position,
        }
        for index, step in enumerate(steps)
    ]
    return {"steps": rows, "label": label, "number": position + 1, "total": len(rows), "now": rows[position]}


@register.inclusion_tag("ui/task_list.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    """Parts of an application to be done in any order.

    A task has ``label``, ``url``, ``status`` (words), ``level`` (as of ``status``) and perhaps ``hint``.
    """
    return {"tasks": list(tasks)}


def _of(thing: Any, name: str) -> Any:
    return thing.get(name, "") if isinstance(thing, dict) else getattr(thing, name, "")


@register.simple_block_tag
def table(
    content: str, *, caption: Any, stack: bool = False, visible_caption: bool = False, **extra: Any
) -> SafeString:
    """A table that scrolls inside itself on a narrow screen, or with ``stack`` becomes cards on a phone.

    The content is ``<thead>`` and ``<tbody>``; for ``stack`` each ``<td>`` has ``data-label``.
    """
    return html(
        "table",
        content=content,
        caption=caption,
        stack=stack,
        visible_caption=visible_caption,
        extra=attributes(extra),
    )


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(
    context: Context, label: Any, key: str, *, end: bool = False, param: str = "sort"
) -> dict[str, Any]:
    """A column header that sorts by ``key`` through ``?sort=key`` and ``?sort=-key``; keeps the other parameters."""
    query: QueryDict = context["request"].GET.copy()
    now = query.get(param, "")
    query[param] = f"-{key}" if now == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {"label": label, "query": query.urlencode(), "direction": direction, "end": end}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page, *, param: str = "page", label: Any = None) -> dict[str, Any]:
    """Numbered pages of a Django ``Page``; keeps the other parameters of the address."""
    query: QueryDict = context["request"].GET.copy()
    query.pop(param, None)
    rest = query.urlencode()
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return {
        "page": page,
        "numbers": numbers,
        "prefix": f"?{rest}&{param}=" if rest else f"?{param}=",
        "label": label,
    }


@register.inclusion_tag("ui/keyset_pager.html")
def keyset_pager(*, previous: Any = "", next: Any = "", label: Any = None) -> dict[str, Any]:
    """Previous and next page of a list that is not counted; each an address or ""."""
    return {"previous": previous, "next": next, "label": label}


@register.inclusion_tag("ui/service_facts.html")
def service_facts(
    *, deadline: Any, materials: Iterable[Any] = (), fee: Any = None, basis: Any = ""
) -> dict[str, Any]:
    """What every service page says: how long it takes, what to bring, what it costs, whom to call."""
    return {
        "deadline": deadline,
        "materials": list(materials),
        "fee": fee,
        "phone": settings.HOTLINE,
        "basis": basis,
    }


@register.simple_block_tag
def facet(content: str, *, title: Any, open: bool = True) -> SafeString:
    """A group of filters that folds; inside, one ``{% facet_option %}`` each."""
    return format_html(
        '<details class="facet"{}><summary>{}{}</summary><div role="group" aria-label="{}">{}</div></details>',
        mark_safe(" open") if open else "",
        title,
        icon("chevron-down"),
        title,
        content,
    )


@register.simple_tag
def facet_option(
    label: Any,
    *,
    name: str,
    value: Any,
    count: int | None = None,
    checked: bool = False,
    type: str = "checkbox",
) -> SafeString:
    """One filter with the number of results behind it."""
    one_of("type", type, OPTIONS)
    # Not format_html, which is five times as long about it: a page of results has seventy.
    words = label if hasattr(label, "__html__") else escape(str(label))
    found = f'<span class="check__count">{grouped(count)}</span>' if count is not None else ""
    return mark_safe(
        f'<label class="check check--row"><input type="{type}" name="{escape(name)}" value="{escape(str(value))}"'
        f"{' checked' if checked else ''}><span>{words}</span>{found}</label>"
    )


@register.simple_block_tag
def drawer(content: str, *, id: str = "drawer", title: Any, close: Any, kicker: Any = "") -> SafeString:
    """The case beside a staff queue. ``close`` is the address of the queue without it."""
    return html("drawer", content=content, id=id, title=title, close=close, kicker=kicker)


@register.simple_block_tag
def bulk_bar(content: str, *, noun: Any = "") -> SafeString:
    """Acts on the ticked rows of the ``<bulk-table>`` before it; hidden while none is ticked."""
    return html("bulk_bar", content=content, noun=noun)


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Any], *, label: Any) -> dict[str, Any]:
    """Views of one page as links. A tab has ``label``, ``url``, ``current`` and perhaps ``count`` and ``hot``."""
    return {"items": list(items), "label": label}


@register.simple_tag
def level_icon(level: str) -> str:
    return LEVELS[one_of("level", level, LEVELS)]
