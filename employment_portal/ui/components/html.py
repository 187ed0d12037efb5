"""Shared by the components: checked extra attributes and rendering of their templates."""

from typing import Any

from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

PREFIXES = ("hx_", "data_", "aria_")
PLAIN = frozenset(
    {"id", "form", "title", "lang", "hreflang", "rel", "target", "download", "formaction", "role", "tabindex"}
)


def attributes(extra: dict[str, Any]) -> SafeString:
    """``hx_get="/x"`` as `` hx-get="/x"``. Only hx-, data-, aria- and a few plain attributes are known.

    ``True`` writes a bare attribute; ``None``, ``False`` and "" write none. A misspelt argument raises.
    """
    pairs = []
    for name, value in extra.items():
        if name not in PLAIN and not name.startswith(PREFIXES):
            raise TemplateSyntaxError(f"Unknown argument {name!r}")
        if value is None or value is False or value == "":
            continue
        pairs.append((name.replace("_", "-"), value))
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in pairs))


def _attribute(name: str, value: Any) -> SafeString:
    if value is True and not name.startswith("aria-"):
        return mark_safe(f" {name}")
    text = str(value).lower() if isinstance(value, bool) else value
    return format_html(' {}="{}"', name, text)


def one_of(argument: str, value: str, allowed: frozenset[str] | dict[str, Any]) -> str:
    """``value`` when it is among ``allowed``, else a template error that lists them."""
    if value not in allowed:
        raise TemplateSyntaxError(f"{argument}={value!r}: use one of {', '.join(sorted(map(repr, allowed)))}")
    return value


def template(name: str, **values: Any) -> SafeString:
    return get_template(f"ui/{name}.html").render(values)


def text(value: Any) -> SafeString:
    return conditional_escape(value)
