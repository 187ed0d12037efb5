import pytest

from tests.browser.scan import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/ui/components/",
    "/help/",
    "/safety/",
    "/privacy/",
    "/terms/",
    "/accessibility/",
    "/about/",
    "/offline/",
    "/no-such-page/",
]


@pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_has_no_accessibility_finding(page_as, path, wide, looks):
    page = page_as(None, wide=wide, **looks)

    page.goto(path)

    assert_accessible(page)


def test_dialogs_and_sheets_of_the_gallery_have_no_accessibility_finding(page_as, looks):
    page = page_as(None, wide=False, **looks)
    page.goto("/ui/components/")

    for opener in ("[data-open=sample-dialog]", "[data-open=sample-sheet]", "[data-confirm] > summary"):
        page.click(opener)
        assert page.locator("dialog[open]").count() == 1
        assert_accessible(page, narrow=False)
        page.keyboard.press("Escape")
