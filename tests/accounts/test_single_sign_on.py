"""A government single sign-on by OpenID Connect, played by a small server of our own."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount

from employment_portal.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/gov/login/"
CALLBACK = "/accounts/oidc/gov/login/callback/"


def jwt(claims: dict) -> str:
    parts = [{"alg": "RS256", "kid": "1"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


class Provider(ThreadingHTTPServer):
    """Answers discovery, token and userinfo; ``person`` is who signs in, ``broken`` makes the token fail."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.person: dict = {"sub": "u-1"}
        self.broken = False
        self.asked: dict = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *args: object) -> None:
        pass

    def reply(self, body: dict, status: int = 200) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        url = self.server.url
        if self.path == "/.well-known/openid-configuration":
            self.reply(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        else:
            self.reply(self.server.person)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = {name: values[0] for name, values in parse_qs(body).items()}
        if self.server.broken:
            self.reply({"error": "server_error"}, 500)
            return
        claims = {"iss": self.server.url, "aud": "portal", "exp": time.time() + 60, "iat": time.time()}
        self.reply(
            {"access_token": "a", "token_type": "Bearer", "id_token": jwt(claims | self.server.person)}
        )


@pytest.fixture
def provider(settings):
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "gov",
                    "name": "政务服务统一身份认证",
                    "client_id": "portal",
                    "secret": "s",
                    "settings": {"server_url": server.url},
                }
            ],
        }
    }
    yield server
    server.shutdown()
    server.server_close()


def come_through(client, code: str = "c"):
    response = client.post(START)
    asked = parse_qs(urlsplit(response.url).query)
    return client.get(CALLBACK, {"code": code, "state": asked["state"][0]}, follow=True)


def test_the_sign_in_page_offers_the_single_sign_on(client, provider):
    assert "政务服务统一身份认证" in client.get("/accounts/login/code/").content.decode()


def test_without_a_provider_nothing_is_offered(client):
    assert "oidc" not in client.get("/accounts/login/code/").content.decode()
    assert client.post(START).status_code == 404


def test_a_new_person_comes_in_with_a_verified_number(client, provider):
    provider.person = {
        "sub": "u-1",
        "name": "陈芳",
        "phone_number": "+86 13800138000",
        "phone_number_verified": True,
    }

    come_through(client)

    user = User.objects.get()
    assert (user.phone, user.phone_verified, user.display_name, user.email) == (
        "13800138000",
        True,
        "陈芳",
        None,
    )
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "code_verifier" in provider.asked


def test_a_known_number_leads_to_its_account(client, provider):
    known = UserFactory(phone="13800138000")
    provider.person = {"sub": "u-1", "phone_number": "13800138000", "phone_number_verified": True}

    come_through(client)

    assert client.session["_auth_user_id"] == str(known.pk)
    assert SocialAccount.objects.get().user == known


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_unverified_number_opens_nobodys_account(client, provider, verified):
    UserFactory(phone="13800138000")
    provider.person = {"sub": "u-1", "phone_number": "13800138000", "phone_number_verified": verified}

    page = come_through(client)

    assert "_auth_user_id" not in client.session
    assert page.redirect_chain[-1][0].startswith("/accounts/social/signup/") or page.status_code == 200


def test_a_known_address_that_is_verified_leads_to_its_account(client, provider):
    known = UserFactory(with_email=True)
    provider.person = {"sub": "u-1", "email": known.email, "email_verified": True}

    come_through(client)

    assert client.session["_auth_user_id"] == str(known.pk)


def test_staff_still_give_their_second_factor(client, provider):
    UserFactory(phone="13800138000", district_officer=True)
    provider.person = {"sub": "u-1", "phone_number": "13800138000", "phone_number_verified": True}

    page = come_through(client)

    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_a_provider_that_fails_is_explained(client, provider):
    provider.broken = True

    page = come_through(client)

    assert page.status_code in {200, 401}
    assert "统一身份认证登录失败" in page.content.decode() or "did not work" in page.content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client, provider):
    page = client.get(CALLBACK, {"code": "c", "state": "made-up"})

    assert "_auth_user_id" not in client.session
    assert page.status_code in {200, 401}
