"""What a hand does on most pages, by what the page is made of, so that it works in every language."""

from typing import Any

from tests.browser.scan import assert_accessible


def press(page: Any, button: str) -> None:
    """Send a form. What the page said before is taken away first: the next word on it is the answer."""
    page.evaluate("document.querySelectorAll('.messages, .error-summary').forEach(each => each.remove())")
    page.click(button)


def submit(page: Any, within: str = "main") -> None:
    """Press the main button of a form."""
    press(page, f"{within} .form__actions button.btn--primary")


def ask(page: Any, form: str) -> None:
    """Press a button that asks again; its question stands open."""
    page.click(f".confirm:has(#{form}) summary")


def confirm(page: Any, form: str) -> None:
    """Press the button that asks again, and answer yes."""
    ask(page, form)
    press(page, f"#{form} button[type=submit]")


def said(page: Any) -> str:
    """What the page says of the last act."""
    page.wait_for_selector(".messages")
    return page.inner_text(".messages")


def scan(page: Any, *addresses: str) -> None:
    """Open each address and look at the page with axe, at its width and at 320."""
    for address in addresses:
        response = page.goto(address)
        assert response.status == 200, (address, response.status)
        assert_accessible(page)
