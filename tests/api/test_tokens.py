"""Tokens: who gets in with one, how often, and the page where they are made and revoked."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from employment_portal.accounts.adapters import AccountAdapter
from employment_portal.api.actions import MAX_VALID, TooManyTokens, WrongTerm
from employment_portal.api.models import ApiToken
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification
from employment_portal.people.consent import requests
from employment_portal.people.consent.exports import collected
from employment_portal.people.enums import DataRequestKind
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.api import bearer, expired, make_token
from tests.factories.applications import ApplicationFactory, person_with_resume
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

MINE = "/api/v1/me/applications/"
PAGE = "/me/account/api-tokens/"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def test_a_token_opens_its_owners_applications(client):
    application = ApplicationFactory()
    token, text = make_token(application.person.user, scope="read")

    answer = client.get(MINE, headers=bearer(text))

    token.refresh_from_db()
    assert [row["id"] for row in answer.json()["results"]] == [application.public_id]
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)


def test_only_the_hash_is_kept():
    token, text = make_token(UserFactory())

    assert text.startswith("ept_")
    assert text not in str(ApiToken.objects.filter(pk=token.pk).values())


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (expired, "This token has expired. Make a new one on the portal."),
        (
            lambda: {"revoked_at": timezone.now()},
            "This token has been revoked. Make a new one on the portal.",
        ),
    ],
    ids=["expired", "revoked"],
)
def test_a_token_that_is_over_is_refused(client, state, sentence):
    _token, text = make_token(UserFactory(), **state())

    answer = client.get(MINE, headers=bearer(text, **{"Accept-Language": "en"}))

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["detail"] == sentence


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer nonsense", "Bearer a b", "Bearer \xff", "Basic dTpw", ""]
)
def test_anything_else_is_refused(client, header):
    answer = client.get(MINE, headers={"Authorization": header} if header else {})

    assert answer.status_code == 401


def test_a_closed_account_is_refused(client):
    _token, text = make_token(UserFactory(is_active=False))

    assert client.get(MINE, headers=bearer(text)).status_code == 401


def test_the_session_of_a_browser_opens_nothing(client):
    client.force_login(person_with_resume().user)

    assert client.get(MINE).status_code == 401


def test_a_token_for_reading_changes_nothing(client):
    application = ApplicationFactory()
    _token, text = make_token(application.person.user, scope="read")

    answer = client.post(
        f"{MINE}{application.public_id}/withdraw/",
        {},
        content_type="application/json",
        headers=bearer(text, **{"Accept-Language": "en"}),
    )

    application.refresh_from_db()
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert application.status == "submitted"


def test_too_many_requests_of_a_token_wait(client, settings):
    settings.API_TOKEN_RATE = "3/m"
    _token, text = make_token(UserFactory())
    _other, other = make_token(UserFactory())

    answers = [client.get(MINE, headers=bearer(text, **{"Accept-Language": "en"})) for _ in range(4)]
    beside = client.get(MINE, headers=bearer(other))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert answers[3].json()["code"] == "throttled"
    assert (
        answers[3].json()["detail"] == f"Too many requests. Try again in {answers[3]['Retry-After']} seconds."
    )
    assert beside.status_code == 200


def test_too_many_requests_of_an_address_wait(client, settings):
    settings.API_ADDRESS_RATE = "2/m"

    answers = [client.get("/api/v1/regions/") for _ in range(3)]
    elsewhere = client.get("/api/v1/regions/", REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert elsewhere.status_code == 200


def test_guessing_tokens_is_slowed_down(client, settings):
    settings.API_ADDRESS_RATE = "2/m"

    answers = [client.get(MINE, headers=bearer(f"ept_{guess}")) for guess in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


def test_a_body_that_is_too_large_or_nested_without_end_is_refused(client):
    _token, text = make_token(person_with_resume().user)

    def send(body):
        return client.post(MINE, body, content_type="application/json", headers=bearer(text)).status_code

    assert send('{"letter": "' + "x" * 70_000 + '"}') == 413
    assert send("[" * 30_000) == 400
    assert send("{") == 400


# --- the page -----------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_works(client):
    user = UserFactory()
    sign_in(client, user)

    made = client.post(PAGE, {"name": "学校求职助手", "scope": "read", "days": "90"})
    again = client.get(PAGE)

    text = made.context["text"]
    assert text in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert text not in again.content.decode()
    assert "学校求职助手" in again.content.decode()
    assert client.get(MINE, headers=bearer(text)).status_code == 200
    assert AuditEntry.objects.filter(action="api.create_token", actor=user).count() == 1


def test_making_a_token_asks_who_one_is(client):
    client.force_login(UserFactory())

    answer = client.post(PAGE, {"name": "x", "scope": "read", "days": "90"})

    assert answer.status_code == 302
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked(client):
    user = UserFactory()
    token, text = make_token(user)
    client.force_login(user)

    client.post(f"{PAGE}{token.public_id}/revoke/")

    assert client.get(MINE, headers=bearer(text)).status_code == 401
    assert AuditEntry.objects.filter(action="api.revoke_token", actor=user).count() == 1


def test_a_token_of_somebody_else_is_not_found(client):
    token, _text = make_token(UserFactory())
    client.force_login(UserFactory())

    assert client.post(f"{PAGE}{token.public_id}/revoke/").status_code == 404


def test_a_form_without_a_name_says_what_to_do(client):
    sign_in(client, UserFactory())

    answer = client.post(PAGE, {"name": "", "scope": "read", "days": "9999"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "days"}


def test_there_are_not_endlessly_many_tokens():
    user = UserFactory()
    for _ in range(MAX_VALID):
        make_token(user)

    with pytest.raises(TooManyTokens):
        make_token(user)


@pytest.mark.parametrize("days", [0, 366])
def test_a_token_is_valid_for_a_year_at_most(days):
    with pytest.raises(WrongTerm):
        make_token(UserFactory(), days=days)


@pytest.mark.parametrize(("ended", "revoked"), [({}, 1), ({"revoked_at": timezone.now()}, 0)])
def test_a_new_password_revokes_every_valid_token_and_says_so(client, ended, revoked):
    user = UserFactory()
    token, text = make_token(user, **ended)
    other, _text = make_token(UserFactory())

    AccountAdapter().set_password(user, "k9-Lmq-2xv-PTz")

    other.refresh_from_db()
    told = Notification.objects.filter(user=user, kind="api_tokens_revoked")
    assert client.get(MINE, headers=bearer(text)).status_code == 401
    assert other.revoked_at is None
    assert AuditEntry.objects.filter(action="api.revoke_token", reason="password").count() == revoked
    assert told.count() == revoked
    assert all(token.name in each.body for each in told)


def test_tokens_are_exported_without_their_hash_and_gone_with_a_deletion():
    person = PersonFactory(with_number=True)
    token, _text = make_token(person.user)
    by = UserFactory(district_officer=True, region=RegionFactory(code="510108"), starts_on=date(2026, 1, 1))

    exported = collected(person)["api_tokens"]
    asked = requests.request_data(
        person_id=person.pk,
        kind=DataRequestKind.DELETE,
        text="",
        evidence=None,
        by=person.user,
        today=timezone.localdate(),
    )
    requests.answer_request(request_id=asked.pk, grant=True, answer="已办理", by=by)

    assert [row["name"] for row in exported] == [token.name]
    assert token.token_hash not in str(exported)
    assert not ApiToken.objects.filter(pk=token.pk).exists()


def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(client, settings):
    settings.API_ADDRESS_RATE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = "2/m", 1

    def ask(forwarded):
        return client.get("/api/v1/regions/", headers={"X-Forwarded-For": forwarded}).status_code

    one = [ask(f"203.0.113.{made_up}, 198.51.100.7") for made_up in range(3)]
    other = ask("198.51.100.8")

    assert one == [200, 200, 429]
    assert other == 200
