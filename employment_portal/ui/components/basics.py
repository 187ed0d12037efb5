"""Small parts written a hundred times on a page: made in Python, because a template each would be slow."""

from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from employment_portal.core.money import format_yuan
from employment_portal.ui.components.html import attributes, one_of

register = template.Library()

ICON_SIZES = frozenset({"", "sm", "lg"})
BUTTONS = frozenset({"primary", "soft", "outline", "ghost", "danger", "inverse"})
BUTTON_SIZES = frozenset({"", "sm", "lg"})
BUTTON_TYPES = frozenset({"submit", "button", "reset"})
LEVELS = {
    "neutral": "minus",
    "info": "info-circle",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
}
TAGS = frozenset({"", "brand", "seal", "outline"})


@register.simple_tag
def icon(name: str, size: str = "", *, label: str = "", tone: str = "") -> SafeString:
    """An icon of the sprite. Decoration unless ``label`` says what it means. ``tone``: ok, warn or bad."""
    return _icon(name, size, str(label), tone)


# A list of jobs shows more than a hundred, of twenty kinds.
@lru_cache(maxsize=1024)
def _icon(name: str, size: str, label: str, tone: str) -> SafeString:
    one_of("size", size, ICON_SIZES)
    classes = "icon" + (f" icon--{size}" if size else "") + (f" text-{tone}" if tone else "")
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>', classes, meaning, static("icons.svg"), name
    )


def _face(label: Any, icon_name: str, icon_end: str, icon_only: bool) -> SafeString:
    before = icon(icon_name) if icon_name else ""
    after = icon(icon_end, "sm") if icon_end else ""
    words = format_html('<span class="sr-only">{}</span>', label) if icon_only else label
    return format_html("{}{}{}", before, words, after)


def _button_classes(variant: str, size: str, block: bool, icon_only: bool) -> str:
    one_of("variant", variant, BUTTONS)
    one_of("size", size, BUTTON_SIZES)
    return (
        f"btn btn--{variant}"
        + (f" btn--{size}" if size else "")
        + (" btn--block" if block else "")
        + (" btn--icon" if icon_only else "")
    )


@register.simple_tag
def button(
    label: Any,
    *,
    variant: str = "primary",
    size: str = "",
    type: str = "submit",
    name: str = "",
    value: Any = None,
    icon: str = "",
    icon_end: str = "",
    icon_only: bool = False,
    block: bool = False,
    disabled: bool = False,
    busy: bool = False,
    opens: str = "",
    closes: bool = False,
    **extra: Any,
) -> SafeString:
    """A button that says what happens.

    ``opens`` is the id of a dialog or sheet, ``closes`` closes the one around it; both make it type="button".
    ``extra``: hx_*, data_*, aria_*, id, form, formaction.
    """
    if opens:
        extra |= {"data_open": opens, "aria_haspopup": "dialog"}
    if closes:
        extra |= {"data_close": True}
    return format_html(
        '<button class="{}" type="{}"{}{}{}{}>{}</button>',
        _button_classes(variant, size, block, icon_only),
        "button" if opens or closes else one_of("type", type, BUTTON_TYPES),
        mark_safe(" disabled") if disabled else "",
        format_html(' name="{}"', name) if name else "",
        format_html(' value="{}"', value) if value is not None else "",
        attributes(({"title": label} if icon_only else {}) | ({"aria_busy": "true"} if busy else {}) | extra),
        _face(label, icon, icon_end, icon_only),
    )


@register.simple_tag
def link_button(
    label: Any,
    href: Any,
    *,
    variant: str = "primary",
    size: str = "",
    icon: str = "",
    icon_end: str = "",
    icon_only: bool = False,
    block: bool = False,
    context: str = "",
    **extra: Any,
) -> SafeString:
    """A link that looks like a button. ``context`` is read out after the label, as in "Apply: nurse"."""
    return format_html(
        '<a class="{}" href="{}"{}>{}{}</a>',
        _button_classes(variant, size, block, icon_only),
        href,
        attributes(({"title": label} if icon_only else {}) | extra),
        _face(label, icon, icon_end, icon_only),
        format_html('<span class="sr-only">{}{}</span>', _(": "), context) if context else "",
    )


@register.simple_tag
def tag(label: Any, *, kind: str = "", icon: str = "") -> SafeString:
    """A fact about a thing (not its state: that is ``status``). ``kind``: "", brand, seal (urgent only), outline."""
    one_of("kind", kind, TAGS)
    return format_html(
        '<span class="tag{}">{}{}</span>', f" tag--{kind}" if kind else "", _small(icon), label
    )


@register.simple_tag
def status(label: Any, *, level: str = "neutral", icon: str | None = None) -> SafeString:
    """The state of a case: icon, words and colour. ``level``: neutral, info, ok, warn, bad."""
    one_of("level", level, LEVELS)
    shown = LEVELS[level] if icon is None else icon
    return format_html('<span class="status status--{}">{}{}</span>', level, _small(shown), label)


def _small(name: str) -> SafeString | str:
    return icon(name, "sm") if name else ""


@register.simple_tag
def verified(label: Any) -> SafeString:
    """Who checked this and when, with the seal mark."""
    return format_html('<span class="verified">{}{}</span>', icon("rosette-discount-check", "sm"), label)


@register.simple_tag
def chip(
    label: Any, *, href: Any = "", remove: Any = "", pressed: bool | None = None, **extra: Any
) -> SafeString:
    """A choice in a pill. ``remove`` is the address without it, ``href`` a link, else a toggle button."""
    if remove:
        return format_html(
            '<a class="chip chip--remove" href="{}"{}>{}{}</a>',
            remove,
            attributes(extra),
            label,
            icon("x", "sm", label=_("Remove")),
        )
    if href:
        return format_html(
            '<a class="chip{}" href="{}"{}>{}</a>',
            " chip--on" if pressed else "",
            href,
            attributes(extra | ({"aria_current": "true"} if pressed else {})),
            label,
        )
    return format_html(
        '<button class="chip" type="button"{}>{}</button>',
        attributes(extra | ({"aria_pressed": "true" if pressed else "false"} if pressed is not None else {})),
        label,
    )


@register.filter
def grouped(number: int) -> str:
    """1208 as 1,208 in every language (Django groups Chinese figures by four, which nobody here reads)."""
    return f"{number:,}"


@register.simple_tag
def money(fen: int | None, *, sign: bool = True) -> SafeString:
    """An amount in fen as yuan with two decimals, in tabular figures; a dash when there is none."""
    if fen is None:
        return mark_safe('<span class="num">—</span>')
    return format_html('<span class="num">{}{}</span>', "¥" if sign else "", format_yuan(fen, 2))


@register.simple_tag
def pay_range(low_fen: int | None, high_fen: int | None, *, unit: Any = "") -> SafeString:
    """Pay as an advert says it, in whole yuan: ¥4,800–6,500 per month; "Pay by agreement" without figures."""
    if not low_fen:
        return format_html('<span class="salary">{}</span>', _("Pay by agreement"))
    low, high = format_yuan(low_fen, 0), format_yuan(high_fen or low_fen, 0)
    figures = low if low == high else f"{low}–{high}"
    words = format_html(' <span class="salary__unit">{}</span>', unit) if unit else ""
    return format_html('<span class="salary">¥{}{}</span>', figures, words)


@register.simple_tag
def avatar(name: Any, *, size: str = "") -> SafeString:
    """The last character of a name in a circle (the way Chinese names are shortened); decoration."""
    one_of("size", size, ICON_SIZES)
    initial = (str(name).strip() or "?")[-1]
    return format_html(
        '<span class="avatar{}" aria-hidden="true">{}</span>', f" avatar--{size}" if size else "", initial
    )


@register.simple_tag
def progress(value: float, *, of: int = 100, label: Any) -> SafeString:
    """How far a task is. ``label`` names the task for screen readers."""
    return format_html(
        '<progress class="bar" value="{}" max="{}" aria-label="{}"></progress>', value, of, label
    )


@register.simple_tag
def copy_button(value: Any, label: Any = None, *, size: str = "sm") -> SafeString:
    """Copies ``value``; hidden where the browser runs no JavaScript, so show the value as text beside it."""
    words = _("Copy") if label is None else label
    return format_html(
        '<copy-button hidden><button class="btn btn--outline btn--{}" type="button" data-copy="{}" data-done="{}">'
        "{}{}</button></copy-button>",
        size,
        value,
        _("Copied"),
        icon("copy"),
        words,
    )


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """Grey lines while something loads."""
    return format_html(
        '<div class="skeletons" role="status" aria-busy="true"><span class="sr-only">{}</span>{}</div>',
        _("Loading"),
        mark_safe('<div class="skeleton"></div>' * lines),
    )
