"""Shared by every test: the reference data, a browser, and pages as somebody.

Browser tests skip with a reason where there is no Chromium; ``REQUIRE_BROWSER=1`` makes that a failure.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from tests.browser import scan

pytest_plugins = ["tests.restoring", "tests.strict_templates"]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# What playwright switches off, which our own list would replace; and the suggestions of an address bar that nobody sees,
# which start a process and take a second of a core for every page.
OFF = (
    "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,"
    "PaintHolding,PreconnectToSearch,TcpPortRandomizationWin,ThirdPartyStoragePartitioning,"
    "WebUIOmniboxAimPopup,WebUIOmniboxPopup"
)
FLAGS = [
    "--no-sandbox",
    f"--disable-features={OFF}",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LANGUAGES = ("zh-CN", "en")

# Playwright's synchronous API runs an event loop in this thread; the tests' own queries are not in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--matrix",
        action="store_true",
        help="scan pages in every language, theme and text size, not only in Chinese and light",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes ``looks`` runs in Chinese; with --matrix in English too."""
    if "looks" in metafunc.fixturenames:
        languages = LANGUAGES if metafunc.config.getoption("matrix") else LANGUAGES[:1]
        metafunc.parametrize("looks", [{"language": each} for each in languages], ids=languages)


@pytest.fixture
def words(looks: dict[str, str]) -> Callable[..., str]:
    """``words("Confirm")`` is that text as a page in the language of ``looks`` shows it."""

    def shown(message: str, **values: object) -> str:
        with translation.override(translation.get_supported_language_variant(looks["language"])):
            return gettext(message) % values

    return shown


@pytest.fixture(autouse=True)
def _no_language_is_left_on() -> Iterator[None]:
    """A request in another language leaves it on in its thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        reason = "no Chromium on this machine (set CHROMIUM to its path)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page_as(browser: Any, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """``page_as(user)`` is a page signed in as ``user`` (``None``: a visitor) on the live server.

    ``wide=False`` is a phone. The page fails its test when the console reports an error. A path given to
    ``page.goto`` is taken from the live server. With --matrix every scan of the page looks at each theme and
    text size.
    """
    looks = scan.LOOKS if request.config.getoption("matrix") else scan.LOOKS[:1]
    contexts = []
    errors: list[str] = []

    def open_page(
        user: Any = None,
        *,
        wide: bool = True,
        width: int = 0,
        language: str = LANGUAGES[0],
        javascript: bool = True,
    ) -> Any:
        viewport = {"width": width or (1440 if wide else 390), "height": 900 if wide else 844}
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            locale=language,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            service_workers="block",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(errors, message))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.errors = errors
        page.looks = looks
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


def _note(errors: list[str], message: Any) -> None:
    # A refused form (422) or a missing page is an answer that tests ask for, not a defect of the page.
    if message.type == "error" and "Failed to load resource" not in message.text:
        errors.append(f"{message.text} ({message.location.get('url', '')})")


def _session(user: Any) -> str:
    """A session key of ``user``, past the second factor where one is wanted."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
