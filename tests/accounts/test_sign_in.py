"""Signing in and registering, by mobile number with a code and by e-mail with a password."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.models import Lockout, User
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import OutboxMessage
from tests.factories.accounts import PASSWORD, TOTP_SECRET, UserFactory, sign_in

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
BY_CODE = "/accounts/login/code/"
SIGNUP = "/accounts/signup/"


def last_text(address: str) -> str:
    return OutboxMessage.objects.filter(address=address).latest("id").body


def code_sent_to(address: str) -> str:
    return re.search(r"(?<!\d)\d{6}(?!\d)", last_text(address)).group()


def register_by_phone(client, phone: str = "13800138000"):
    return client.post(SIGNUP, {"by": "phone", "phone": phone, "agree": "on"}, follow=True)


def totp_code() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, int(timezone.now().timestamp()) // 30))


def test_a_person_registers_with_a_mobile_number_and_the_code(client):
    page = register_by_phone(client, "138 0013 8000")
    assert "138" in page.content.decode()

    client.post("/accounts/phone/verify/", {"action": "verify", "code": code_sent_to("13800138000")})

    user = User.objects.get(phone="13800138000")
    assert user.phone_verified
    assert not user.has_usable_password()
    assert client.get("/me/account/").status_code == 200


def test_registration_needs_the_consent(client):
    response = client.post(SIGNUP, {"by": "phone", "phone": "13800138000"})

    assert "agree" in response.context["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["", "12345", "02886543210", "1380013800", "<script>"])
def test_a_bad_mobile_number_is_explained(client, typed):
    response = client.post(BY_CODE, {"phone": typed})

    assert response.status_code == 200
    assert response.context["form"].errors["phone"]


def test_a_number_that_is_taken_looks_the_same_and_only_its_owner_is_told(client):
    UserFactory(phone="13800138000")

    page = register_by_phone(client)

    assert page.redirect_chain[-1][0].startswith("/accounts/phone/verify/")
    assert User.objects.count() == 1
    assert not re.search(r"\d{6}", last_text("13800138000"))


def test_a_registration_that_was_never_confirmed_does_not_hold_the_number(client):
    User.objects.create_user(phone="13800138000")

    register_by_phone(client)
    client.post("/accounts/phone/verify/", {"action": "verify", "code": code_sent_to("13800138000")})

    assert User.objects.get().phone_verified


def test_signing_in_with_a_code(client):
    user = UserFactory(phone="13900139000")

    client.post(BY_CODE, {"phone": "+86 139-0013-9000"})
    response = client.post("/accounts/login/code/confirm/", {"code": code_sent_to("13900139000")})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(action="accounts.sign_in", actor=user).exists()


def test_an_unknown_number_gets_no_code_but_sees_the_same_page(client):
    response = client.post(BY_CODE, {"phone": "13900139000"}, follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/code/confirm/")
    assert not re.search(r"\d{6}", last_text("13900139000"))


def test_a_wrong_code_is_refused_and_the_third_starts_again(client):
    UserFactory(phone="13900139000")
    client.post(BY_CODE, {"phone": "13900139000"})

    first = client.post("/accounts/login/code/confirm/", {"code": "000000"})
    client.post("/accounts/login/code/confirm/", {"code": "000001"})
    third = client.post("/accounts/login/code/confirm/", {"code": "000002"})

    assert first.context["form"].errors["code"]
    assert third.status_code == 302
    assert client.get("/accounts/login/code/confirm/").status_code == 302


def test_a_code_expires(client):
    UserFactory(phone="13900139000")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(BY_CODE, {"phone": "13900139000"})
        code = code_sent_to("13900139000")
        clock.shift(timedelta(minutes=6))

        response = client.post("/accounts/login/code/confirm/", {"code": code})

    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_second_code_must_wait_half_a_minute(client):
    UserFactory(phone="13900139000")
    client.post(BY_CODE, {"phone": "13900139000"})

    response = Client().post(BY_CODE, {"phone": "13900139000"})

    assert response.context["form"].errors
    assert OutboxMessage.objects.count() == 1


def test_a_code_of_one_browser_does_not_work_in_another(client):
    UserFactory(phone="13900139000")
    client.post(BY_CODE, {"phone": "13900139000"})

    response = Client().post("/accounts/login/code/confirm/", {"code": code_sent_to("13900139000")})

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_registering_with_e_mail_confirms_the_address_by_code(client):
    response = client.post(
        SIGNUP, {"by": "email", "email": "Chen@Example.com", "password1": PASSWORD, "agree": "on"}
    )
    assert response.url.startswith("/accounts/confirm-email/")
    assert "_auth_user_id" not in client.session

    client.post("/accounts/confirm-email/", {"code": code_sent_to("chen@example.com")})

    assert EmailAddress.objects.get(email="chen@example.com").verified
    assert client.get("/me/account/").status_code == 200


@pytest.mark.parametrize("password", ["short", "1234567890", "password123456789"[:10], "chen@example.com"])
def test_a_weak_password_is_refused(client, password):
    response = client.post(
        SIGNUP, {"by": "email", "email": "chen@example.com", "password1": password, "agree": "on"}
    )

    assert response.context["form"].errors["password1"]


def test_signing_in_by_e_mail(client):
    user = UserFactory(with_email=True)

    client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(user.pk)


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(client):
    user = UserFactory(with_email=True)
    for _attempt in range(5):
        client.post(LOGIN, {"login": user.email, "password": "wrong"})

    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert "15" in str(response.context["form"].errors)
    assert Lockout.objects.filter(user=user, lifted_at__isnull=True).count() == 1
    assert OutboxMessage.objects.filter(kind="account_locked", address=user.email).exists()


def test_an_unknown_address_is_locked_with_the_same_words(client):
    for _attempt in range(5):
        client.post(LOGIN, {"login": "nobody@example.com", "password": "wrong"})

    response = client.post(LOGIN, {"login": "nobody@example.com", "password": "wrong"})

    assert "15" in str(response.context["form"].errors)
    assert not Lockout.objects.exists()


def test_the_lock_of_one_mobile_number_leaves_others_alone(client):
    other = UserFactory(phone="13900139001")
    for _attempt in range(5):
        client.post(LOGIN, {"login": "13900139000", "password": "wrong"})

    client.post(LOGIN, {"login": other.phone, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(other.pk)


def test_a_lock_ends_by_itself(client):
    user = UserFactory(with_email=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(5):
            client.post(LOGIN, {"login": user.email, "password": "wrong"})
        clock.shift(timedelta(minutes=16))

        client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(user.pk)


def test_choosing_a_new_password_by_code(client):
    user = UserFactory(with_email=True)
    client.post("/accounts/password/reset/", {"email": user.email})

    client.post("/accounts/password/reset/confirm/", {"code": code_sent_to(user.email)})
    client.post(
        "/accounts/password/reset/complete/",
        {"password1": "new-horse-battery", "password2": "new-horse-battery"},
    )

    user.refresh_from_db()
    assert user.check_password("new-horse-battery")


def test_a_reset_for_an_unknown_address_looks_the_same(client):
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert response.url.startswith("/accounts/password/reset/confirm/")
    assert OutboxMessage.objects.get().kind == "email_unknown"


def test_staff_give_their_second_factor(client):
    user = UserFactory(with_email=True, district_officer=True)

    first = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert first.url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})

    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_code_of_the_app_works_once(client):
    user = UserFactory(with_email=True, district_officer=True)
    code = totp_code()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})

    thief = Client()
    thief.post(LOGIN, {"login": user.email, "password": PASSWORD})
    response = thief.post("/accounts/2fa/authenticate/", {"code": code})

    assert response.context["form"].errors
    assert "_auth_user_id" not in thief.session


def test_the_mobile_number_changes_after_the_code(client):
    user = UserFactory(phone="13900139000")
    sign_in(client, user)

    client.post("/accounts/phone/change/", {"phone": "13900139001"})
    user.refresh_from_db()
    assert user.phone == "13900139000"
    client.post("/accounts/phone/verify/", {"action": "verify", "code": code_sent_to("13900139001")})

    user.refresh_from_db()
    assert user.phone == "13900139001"


def test_the_number_of_somebody_else_cannot_be_taken(client):
    UserFactory(phone="13900139001")
    user = UserFactory(phone="13900139000")
    sign_in(client, user)

    client.post("/accounts/phone/change/", {"phone": "13900139001"})
    client.post("/accounts/phone/verify/", {"action": "verify", "code": "123456"})

    user.refresh_from_db()
    assert user.phone == "13900139000"


def test_an_e_mail_address_is_added_with_a_code(client):
    user = UserFactory(phone="13900139000")
    sign_in(client, user)

    client.post("/accounts/email/", {"action_add": "1", "email": "me@example.com"})
    client.post("/accounts/confirm-email/", {"code": code_sent_to("me@example.com")})

    user.refresh_from_db()
    assert user.email == "me@example.com"


@pytest.mark.parametrize(
    "name",
    [
        "account_login", "account_request_login_code", "account_signup", "account_reset_password",
        "accounts:simulator_totp",
    ],
)  # fmt: skip
def test_the_entrance_pages_open_for_a_visitor(client, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "account_email", "account_change_phone", "account_change_password", "account_logout", "mfa_index",
        "usersessions_list", "accounts:preferences",
    ],
)  # fmt: skip
def test_the_pages_of_the_account_open_for_its_owner(client, name):
    client.force_login(UserFactory(with_email=True))

    assert client.get(reverse(name)).status_code == 200
