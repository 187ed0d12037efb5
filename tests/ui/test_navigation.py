import re

import pytest
from django.test import RequestFactory

from employment_portal.home.navigation import ENTRIES
from employment_portal.ui import navigation
from employment_portal.ui.navigation import PUBLIC, entry
from tests.factories.people import PersonFactory


@pytest.mark.parametrize("name", sorted({each.url_name for each in ENTRIES}))
def test_every_link_of_the_frame_leads_to_a_page(name):
    assert navigation.url_of(name) is not None


def test_an_entry_without_its_page_stays_hidden(monkeypatch):
    ghost = entry("no:such_page", "Ghost", "x", to={PUBLIC}, places={"header"})
    monkeypatch.setattr(navigation, "_entries", [*ENTRIES, ghost])
    request = RequestFactory().get("/")

    labels = [str(item.label) for item in navigation.items("header", request)]

    assert "Ghost" not in labels
    assert labels


def test_the_most_specific_link_is_the_current_one():
    request = RequestFactory().get("/help/")

    current = [str(item.label) for item in navigation.items("header", request) if item.current]

    assert current == ["帮助"]


@pytest.mark.django_db
def test_the_menu_of_a_phone_shows_each_link_once(client):
    client.force_login(PersonFactory().user)

    page = client.get("/help/").content.decode()

    menu = re.findall(r'<a href="([^"]+)"', page.split('id="nav-sheet"')[1].split("</dialog>")[0])
    assert len(menu) == len(set(menu)) > 5


def test_an_unknown_place_is_refused():
    with pytest.raises(ValueError, match="cellar"):
        entry("home", "Home", "home", to={PUBLIC}, places={"cellar"})
