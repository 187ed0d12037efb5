import pytest

pytestmark = pytest.mark.django_db


def test_a_choice_is_kept_in_a_cookie_and_leads_back_to_the_page(client):
    response = client.post("/preferences/", {"theme": "dark", "next": "/help/?a=1"})

    assert response.headers["Location"] == "/help/?a=1"
    assert response.cookies["portal_theme"].value == "dark"


def test_the_page_shows_the_chosen_theme_and_size_without_javascript(client):
    client.post("/preferences/", {"theme": "dark"})
    client.post("/preferences/", {"size": "large"})

    page = client.get("/help/").content.decode()

    assert 'data-theme="dark"' in page
    assert 'data-size="large"' in page


def test_the_language_changes_the_page(client):
    client.post("/preferences/", {"language": "en"})

    page = client.get("/help/").content.decode()

    assert '<html lang="en"' in page
    assert "How to find a job" in page


def test_an_unknown_value_is_forgotten_rather_than_kept(client):
    client.post("/preferences/", {"size": "large"})

    response = client.post("/preferences/", {"size": "normal"})

    assert response.cookies["portal_size"].value == ""


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(client, target):
    assert client.post("/preferences/", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_another_sites_form_is_turned_away(client):
    response = client.post("/preferences/", {"theme": "dark"}, headers={"origin": "https://evil.example"})

    assert response.status_code == 403
    assert "portal_theme" not in response.cookies


def test_reading_the_address_changes_nothing(client):
    assert client.get("/preferences/?theme=dark").status_code == 405


def test_a_cookie_with_nonsense_is_ignored(client):
    client.cookies["portal_theme"] = '"><script>'

    page = client.get("/help/").content.decode()

    assert "data-theme" not in page.split(">", 3)[1]
