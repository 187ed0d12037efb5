import pytest
from django.core.cache import cache

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_a_visitors_page_is_not_sent_twice(client):
    first = client.get("/help/")

    again = client.get("/help/", headers={"if-none-match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_visitors_page_carries_no_cookie_and_no_token(client):
    for _attempt in range(2):
        response = client.get("/help/")

        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content
        assert "Cookie" in response.headers["Vary"]


def test_the_kept_page_takes_no_query(client, django_assert_num_queries):
    client.get("/help/")

    with django_assert_num_queries(0):
        client.get("/help/")


def test_languages_and_themes_are_kept_apart(client):
    chinese = client.get("/help/").content
    client.post("/preferences/", {"language": "en"})
    english = client.get("/help/").content

    assert chinese != english


def test_the_signed_in_never_get_or_leave_a_kept_page(client):
    user = UserFactory(display_name="李静静")
    client.get("/help/")
    client.force_login(user)

    own = client.get("/help/").content.decode()
    client.logout()
    visitors = client.get("/help/").content.decode()

    assert "李静静" in own
    assert "李静静" not in visitors
