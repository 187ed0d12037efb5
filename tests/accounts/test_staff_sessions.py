"""What graded protection asks of staff sessions, and of superusers in the configuration pages."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.landing import home_for
from employment_portal.accounts.models import Lockout
from employment_portal.accounts.sign_in.actions import SAMPLE_TOTP_SECRET, set_sample_second_factor
from employment_portal.accounts.sign_in.queries import sample_codes
from employment_portal.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory, sign_in
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def staff(**traits):
    return UserFactory(with_email=True, **(traits or {"district_officer": True}))


def test_staff_without_a_second_factor_are_led_to_set_one_up(client):
    user = staff()
    Authenticator.objects.all().delete()
    client.force_login(user)

    assert client.get("/staff/").url == reverse("mfa_activate_totp")
    assert client.get("/").url == reverse("mfa_activate_totp")
    assert client.get("/accounts/2fa/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client):
    user = staff()
    Authenticator.objects.update(type=Authenticator.Type.RECOVERY_CODES)
    client.force_login(user)

    assert client.get("/staff/").url == reverse("mfa_activate_totp")


def test_a_plain_person_needs_no_second_factor(client):
    client.force_login(UserFactory())

    assert client.get("/").status_code == 200


def test_an_idle_staff_session_ends_and_leads_back(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(staff())
        client.get("/staff/")
        clock.shift(timedelta(minutes=29))
        assert client.get("/staff/").status_code == 200
        clock.shift(timedelta(minutes=31))

        response = client.get("/staff/?show=mine")

    assert response.status_code == 302
    assert "next=/staff/%3Fshow%3Dmine" in response.url
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.filter(action="accounts.idle_sign_out").exists()


PAGE = "http://testserver/staff/policies/new/?from=7"
BACK = "next=/staff/policies/new/%3Ffrom%3D7"


@pytest.mark.parametrize("idle", [True, False])
@pytest.mark.parametrize(
    ("headers", "header"),
    [
        ({"Referer": PAGE}, "Location"),
        ({"HX-Request": "true", "HX-Current-URL": PAGE, "Referer": "http://testserver/"}, "HX-Redirect"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, idle, headers, header):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        if idle:
            client.force_login(staff())
            client.get("/staff/")
            clock.shift(timedelta(minutes=31))

        response = client.post("/staff/policies/new/", headers=headers)

    assert response[header].startswith("/accounts/login/")
    assert response[header].endswith(BACK)


def test_a_form_of_another_site_leads_home(client):
    response = client.post("/staff/policies/new/", headers={"Referer": "https://evil.example.org/x"})

    assert response["Location"].endswith("next=/")


def test_an_idle_htmx_request_is_sent_to_the_sign_in_page(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(staff())
        client.get("/staff/")
        clock.shift(timedelta(minutes=31))

        response = client.get("/staff/", headers={"HX-Request": "true"})

    assert response["HX-Redirect"].startswith("/accounts/login/")


def test_the_session_of_a_person_outlasts_an_hour(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(UserFactory())
        client.get("/me/account/")
        clock.shift(timedelta(hours=1))

        assert client.get("/me/account/").status_code == 200


def test_a_new_second_factor_ends_the_sessions_from_before(client, django_capture_on_commit_callbacks):
    user = UserFactory(with_email=True)
    thief = Client()
    for each in (thief, client):
        each.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})

    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    assert client.get("/me/account/").status_code == 200
    assert thief.get("/me/account/").status_code == 302


def test_staff_keep_their_last_second_factor(client):
    user = staff()
    sign_in(client, user)

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_the_secret_of_the_app_is_stored_encrypted():
    set_sample_second_factor(user=UserFactory(with_email=True))

    assert SAMPLE_TOTP_SECRET not in str(Authenticator.objects.get().data)


@pytest.mark.parametrize(
    ("traits", "status"), [({}, 302), ({"district_officer": True}, 302), ({"superuser": True}, 200)]
)
def test_the_configuration_pages_are_for_superusers(client, traits, status):
    client.force_login(UserFactory(with_email=True, **traits))

    response = client.get("/admin/", follow=False)

    assert response.status_code == status


def test_a_superuser_without_a_second_factor_sets_one_up_first(client):
    user = UserFactory(with_email=True, superuser=True)
    Authenticator.objects.all().delete()
    client.force_login(user)

    assert client.get("/admin/").url == reverse("mfa_activate_totp")


def test_a_visitor_of_the_configuration_pages_signs_in_like_everybody(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/code/")


def test_other_devices_are_signed_out(client):
    user = UserFactory(with_email=True)
    other = Client()
    for each in (client, other):
        each.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert UserSession.objects.filter(user=user).count() == 2

    client.post("/accounts/sessions/")

    assert other.get("/me/account/").status_code == 302
    assert client.get("/me/account/").status_code == 200


def test_the_security_administrator_lifts_a_lock(client):
    victim = UserFactory(with_email=True)
    browser = Client()
    for _attempt in range(5):
        browser.post("/accounts/login/", {"login": victim.email, "password": "wrong"})
    sign_in(client, UserFactory(security_admin=True, region=RegionFactory(code="5101")))

    client.post(reverse("accounts:lift_lockout", args=[Lockout.objects.get().pk]))
    browser.post("/accounts/login/", {"login": victim.email, "password": PASSWORD})

    assert browser.session["_auth_user_id"] == str(victim.pk)
    assert AuditEntry.objects.filter(action="accounts.unlock").exists()


def test_the_codes_of_sample_accounts_are_shown_in_a_simulation_only(client, settings):
    sample, _real = staff(), staff()
    Authenticator.objects.filter(user=sample).delete()
    set_sample_second_factor(user=sample)

    assert [row.user for row in sample_codes()] == [sample]
    settings.USE_SIMULATORS = False
    assert sample_codes() == []
    assert client.get("/simulator/totp/").status_code == 404


@pytest.mark.parametrize(
    ("traits", "start"),
    [
        ({}, "/"),
        ({"district_officer": True}, "/staff/"),
        ({"security_admin": True}, "/staff/posts/"),
        ({"audit_admin": True}, "/staff/audit/"),
        ({"system_admin": True}, "/staff/tasks/"),
    ],
)
def test_each_starts_at_their_own_desk(traits, start):
    assert home_for(UserFactory(**traits)) == start
