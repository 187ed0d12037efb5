"""Language, theme and text size: cookies of the browser, the same for visitors and for signed-in users.

They are kept in cookies so that a page for visitors needs neither a session nor a CSRF token (docs/adr/0002).
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language

THEME_COOKIE = "portal_theme"
SIZE_COOKIE = "portal_size"
THEMES = frozenset({"light", "dark"})
SIZES = frozenset({"large"})
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    """``theme`` is light, dark or "" (as the device says); ``size`` is large (关怀模式) or ""."""

    theme: str
    size: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Preferences":
        theme = request.COOKIES.get(THEME_COOKIE, "")
        size = request.COOKIES.get(SIZE_COOKIE, "")
        return cls(theme if theme in THEMES else "", size if size in SIZES else "")


def cache_key(request: HttpRequest) -> str:
    """What, besides the address, decides how a page for visitors looks."""
    chosen = Preferences.of(request)
    return f"{get_language()}:{chosen.theme}:{chosen.size}"
