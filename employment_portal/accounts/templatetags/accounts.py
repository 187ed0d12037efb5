"""``{% load accounts %}``: parts of the sign-in pages."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from employment_portal.accounts.enums import StaffRole

register = template.Library()


def _passing_next(context: Context, url: str, **query: str) -> str:
    value = context.get("redirect_field_value")
    if value:
        query["next"] = value
    return f"{url}?{urlencode(query)}" if query else url


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def sign_in_tabs(context: Context, current: str) -> dict[str, Any]:
    """By code to a mobile number, or with a password."""
    ways = [
        ("code", _("Code by text message"), reverse("account_request_login_code")),
        ("password", _("With a password"), reverse("account_login")),
    ]
    return _tabs(context, ways, current, _("Ways to sign in"))


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def sign_up_tabs(context: Context, current: str) -> dict[str, Any]:
    """With a mobile number, or with an e-mail address and a password."""
    url = reverse("account_signup")
    items = [
        {"label": _("Mobile number"), "url": _passing_next(context, url), "current": current == "phone"},
        {
            "label": _("E-mail address"),
            "url": _passing_next(context, url, by="email"),
            "current": current == "email",
        },
    ]
    return {"items": items, "label": _("Ways to register")}


def _tabs(context: Context, ways: list[tuple[str, str, str]], current: str, label: str) -> dict[str, Any]:
    items = [
        {"label": words, "url": _passing_next(context, url), "current": key == current}
        for key, words, url in ways
    ]
    return {"items": items, "label": label}


@register.simple_tag
def simulator_hint(address: str) -> SafeString | str:
    """In a simulation: where the code that was "sent" can be read."""
    if not settings.USE_SIMULATORS:
        return ""
    try:
        url = reverse("notifications:simulator_outbox")
    except NoReverseMatch:
        return ""
    return format_html(
        '<p class="small muted"><a href="{}?{}" target="_blank">{}</a></p>',
        url,
        urlencode({"address": address or ""}),
        _("Demonstration: read the code here"),
    )


@register.simple_tag
def simulator_totp_hint() -> SafeString | str:
    """In a simulation: where the sample accounts' authenticator codes can be read."""
    if not settings.USE_SIMULATORS:
        return ""
    return format_html(
        '<p class="small muted"><a href="{}" target="_blank">{}</a></p>',
        reverse("accounts:simulator_totp"),
        _("Demonstration: codes of the sample accounts"),
    )


@register.simple_tag
def url_if_any(name: str) -> str:
    """The address of a page, or "" while no package provides it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


BROWSERS = [
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]


@register.filter
def device(user_agent: str) -> str:
    """A browser's long name of itself in two words that its owner recognises."""
    found = [
        next((words for mark, words in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " / ".join(filter(None, found)) or _("Unknown device")


@register.filter
def staff_role(value: str) -> str:
    """The name of a role by its code."""
    return str(StaffRole(value).label) if value in StaffRole.values else value


@register.inclusion_tag("ui/tabs.html")
def posts_tabs(current: str) -> dict[str, Any]:
    """The pages of the security administrator."""
    pages = [
        ("posts", _("Staff posts"), reverse("accounts:posts")),
        ("invitations", _("Invitations"), reverse("accounts:invitations")),
        ("lockouts", _("Locked sign-ins"), reverse("accounts:lockouts")),
    ]
    items = [{"label": label, "url": url, "current": key == current} for key, label, url in pages]
    return {"items": items, "label": _("Accounts of staff")}
