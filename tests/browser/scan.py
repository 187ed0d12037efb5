"""What every page must pass in a real browser."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

from employment_portal.organisations.middleware import SESSION_KEY

AXE = (Path(__file__).parent.parent / "vendor/axe-4.14.1.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = 320
SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder: keep a picture of every page looked at
# Theme and text size, the usual one first.
LOOKS = [(theme, size) for theme in ("light", "dark") for size in ("", "large")]
# Only what is wrong is collected and brought over: what is in order is a hundred times as much.
RUN = """async (rules) => {
  const asked = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] };
  return (await axe.run(document, asked)).violations;
}"""
DRESS = """([theme, size]) => {
  const root = document.documentElement;
  root.dataset.theme = theme;
  size ? root.dataset.size = size : delete root.dataset.size;
}"""


def violations(page: Any) -> list[str]:
    """Findings of axe on the page as it stands (open dialogs included), as readable lines.

    axe comes in through the debugger, not as a script of the page: the Content Security Policy stays as it is.
    """
    page.evaluate("window.scrollTo(0, 0)")  # what lies below a header that stays is no target too small
    page.evaluate(AXE + "; null")
    found = page.evaluate(RUN, RULES)
    return [
        f"{violation['impact']} {violation['id']}: {node['target']} {node['html'][:120]}"
        for violation in found
        for node in violation["nodes"][:3]
    ]


def sideways(page: Any) -> int:
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def too_wide(page: Any) -> list[str]:
    """Where the page scrolls sideways at 320 pixels, in each of ``page.looks``, as readable lines."""
    size = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    found = []
    for look in page.looks:
        page.evaluate(DRESS, look)
        if (over := sideways(page)) > 0:
            found.append(f"{page.url} {' '.join(look)} scrolls sideways by {over} px at {NARROWEST}")
    page.evaluate(DRESS, LOOKS[0])
    page.set_viewport_size(size)
    return found


def assert_accessible(page: Any, *, narrow: bool = True) -> None:
    """No finding of axe, and no sideways scrolling: as the page stands and, with ``narrow``, at 320 pixels.

    In each of ``page.looks``, put on as the server would (the attributes of ``<html>`` are all that differs). A larger
    text has the same names and colours, so that axe looks at each theme once.
    """
    page.wait_for_load_state("domcontentloaded")  # a click may have brought a page that has no element yet
    wrong = []
    for look in page.looks:
        page.evaluate(DRESS, look)
        where = f"{page.url} {' '.join(look)}"
        if look[1] == "":
            wrong += [f"{where} {finding}" for finding in violations(page)]
        if (over := sideways(page)) > 0:
            wrong.append(f"{where} scrolls sideways by {over} px")
    page.evaluate(DRESS, LOOKS[0])
    if narrow:
        wrong += too_wide(page)
    assert not wrong, "\n".join(wrong)


def look(page: Any, name: str, *, narrow: bool = True) -> None:
    """Scan the page as it stands, and keep a picture of it when asked to."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert_accessible(page, narrow=narrow)


def choose_region(page: Any, field: str, words: str = "成华") -> None:
    """Find a place by its name in the search of a region field."""
    box = page.locator(f"region-select:has(input[name={field}]) .region__search")
    box.locator("input").fill(words)
    box.locator("[role=option]").first.click()


def act_for(page: Any, organisation: Any) -> None:
    """Let the user of an open page act for an organisation."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session[SESSION_KEY] = organisation.public_id
    session.save()
