import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.urls import path
from django_ratelimit.exceptions import Ratelimited

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.urls import handler400, handler403, handler404, handler500  # noqa: F401
from employment_portal.urls import urlpatterns as portal
from tests.factories.accounts import UserFactory


def raising(error):
    @route(PUBLIC)
    def view(request):
        raise error

    return view


urlpatterns = [
    *portal,
    path("raise/400/", raising(BadRequest("x"))),
    path("raise/413/", raising(RequestDataTooBig("x"))),
    path("raise/403/", raising(PermissionDenied("x"))),
    path("raise/429/", raising(Ratelimited())),
    path("raise/404/", raising(Http404("x"))),
    path("raise/500/", raising(ZeroDivisionError("secret detail"))),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "刷新后重试"),
        (403, "没有访问权限"),
        (404, "页面不存在"),
        (413, "文件太大"),
        (429, "过几分钟再试"),
        (500, "系统出错了"),
    ],
)
def test_an_error_page_says_what_to_do(client, status, words):
    client.raise_request_exception = False

    response = client.get(f"/raise/{status}/")

    assert response.status_code == status
    assert words in response.content.decode()
    assert "secret detail" not in response.content.decode()


def test_a_limited_visitor_learns_when_to_come_back(client):
    assert client.get("/raise/429/").headers["Retry-After"] == "300"


def test_the_page_for_a_broken_server_asks_the_database_nothing(client, django_assert_num_queries):
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        client.get("/raise/500/")


def test_an_expired_form_is_explained(client):
    strict = type(client)(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": "x"})

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@pytest.mark.django_db
def test_somebody_without_an_organisation_is_led_to_register_one(client):
    client.force_login(UserFactory())

    page = client.get("/employer/postings/")

    assert page.status_code == 403
    assert "/employer/register/" in page.content.decode()
