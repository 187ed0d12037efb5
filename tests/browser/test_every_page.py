"""Every page of a small sample city, in a real browser: no console error, no sideways scroll."""

import pytest

from employment_portal.accounts.models import User
from employment_portal.sample.load import SIZES, load_sample
from tests.browser import scan
from tests.browser.test_apply_and_hire import act_for
from tests.test_crawl import ROLES, client_of, crawl

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(1800),
]


def test_no_page_has_a_console_error_or_scrolls_sideways(page_as, monkeypatch, looks, request):
    """Each page once, as the first role that reaches it: the walk itself is that of tests/test_crawl.py."""
    if not request.config.getoption("matrix"):
        pytest.skip("takes minutes: part of --matrix")
    monkeypatch.setitem(SIZES, "demo", {"employers": 24, "postings": 120, "people": 30})
    load_sample(size="demo")
    opened: set[str] = set()
    wrong = []

    for role, email in ROLES.items():
        page = page_as(User.objects.get(email=email) if email else None, **looks)
        if role == "employer":
            act_for(page, User.objects.get(email=email).memberships.first().organisation)
        pages, _wrong = crawl(client_of(email))
        for name, address in pages.items():
            if name in opened:
                continue
            opened.add(name)
            page.goto(address)
            wrong += [f"{role}: {line}" for line in scan.too_wide(page)]
            wrong += [f"{role}: {address}: {page.errors.pop()}" for _each in list(page.errors)]

    assert not wrong, "\n".join(wrong)
