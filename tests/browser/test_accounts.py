"""Signing in as people do it, in a real browser at both widths: code, password, authenticator app, passkey."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from employment_portal.accounts.models import Lockout, User
from employment_portal.audit.actions import record
from employment_portal.notifications.models import OutboxMessage
from employment_portal.workflow.models import WorkItem
from tests.browser.scan import assert_accessible
from tests.factories.accounts import (
    PASSWORD,
    TOTP_SECRET,
    InvitationFactory,
    StaffPostFactory,
    UserFactory,
)
from tests.factories.organisations import MemberFactory
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])


@pytest.fixture(autouse=True)
def no_limits_from_before():
    cache.clear()


def shoot(page: Any, name: str) -> None:
    """Keep a picture when a folder for it is named; the pictures are looked at by people."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def code_for(address: str) -> str:
    body = OutboxMessage.objects.filter(address=address).latest("id").body
    return re.search(r"(?<!\d)\d{6}(?!\d)", body).group()


def app_code() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, int(timezone.now().timestamp()) // 30))


@WIDTHS
def test_a_person_registers_with_a_code(page_as, wide, looks, words):
    page = page_as(None, wide=wide, **looks)
    page.goto("/accounts/signup/")
    assert_accessible(page)
    shoot(page, "signup")
    page.get_by_role("button", name=words("Register"), exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    shoot(page, "signup-errors")

    page.get_by_label(words("Mobile number"), exact=True).fill("138 0013 8000")
    page.get_by_label(words("I have read and accept the terms of use and the privacy notice")).check()
    page.get_by_role("button", name=words("Register"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Confirm your mobile number"))
    assert_accessible(page)
    shoot(page, "verify-phone")
    page.get_by_label(words("6-digit code")).fill(code_for("13800138000"))
    page.get_by_role("button", name=words("Confirm"), exact=True).click()

    page.wait_for_url(re.compile("/$"))
    assert User.objects.get(phone="13800138000").phone_verified


@WIDTHS
def test_a_person_signs_in_by_code_with_a_mistake(page_as, wide, looks, words):
    UserFactory(phone="13900139000")
    page = page_as(None, wide=wide, **looks)
    page.goto("/me/account/")
    assert_accessible(page)
    shoot(page, "sign-in-code")

    page.get_by_label(words("Mobile number"), exact=True).fill("13900139000")
    page.get_by_role("button", name=words("Send me a code")).click()
    page.get_by_label(words("6-digit code")).fill("000000")
    page.get_by_role("button", name=words("Confirm"), exact=True).click()
    expect(
        page.get_by_text(
            words("This code is wrong or no longer valid. Check the digits or ask for a new one.")
        ).first
    ).to_be_visible()
    shoot(page, "sign-in-code-wrong")
    page.get_by_label(words("6-digit code")).fill(code_for("13900139000"))
    page.get_by_role("button", name=words("Confirm"), exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(words("My account"))
    assert_accessible(page)
    shoot(page, "account")


@WIDTHS
def test_staff_sign_in_with_password_and_app(page_as, wide, looks, words):
    region = RegionFactory(code="510108")
    user = UserFactory(with_email=True, district_officer=True, region=region, display_name="何敏")
    page = page_as(None, wide=wide, **looks)
    page.goto("/accounts/login/")
    assert_accessible(page)
    shoot(page, "sign-in-password")

    page.get_by_label(words("E-mail address or mobile number")).fill(user.email)
    page.get_by_label(words("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words("Sign in"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Second step"))
    assert_accessible(page)
    shoot(page, "second-step")
    page.get_by_label(words("Code of the authenticator app, or a recovery code")).fill(app_code())
    page.get_by_role("button", name=words("Sign in"), exact=True).click()

    page.wait_for_url("**/staff/")
    shoot(page, "queue-empty")
    assert_accessible(page)


@WIDTHS
def test_new_staff_set_up_an_authenticator_app(page_as, wide, looks, words):
    post = StaffPostFactory()
    Authenticator.objects.all().delete()
    page = page_as(post.user, wide=wide, **looks)
    # A session that just began, as after signing in: the set-up asks nobody twice.
    page.goto("/staff/")
    if "reauthenticate" in page.url:
        shoot(page, "reauthenticate")
        assert_accessible(page)
        page.locator("#id_password").fill(PASSWORD)
        page.get_by_role("button", name=words("Confirm"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Set up an authenticator app"))
    assert_accessible(page)
    shoot(page, "totp-setup")

    secret = page.locator(".totp__secret").inner_text()
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    page.get_by_label(words("Code that the app shows")).fill(code)
    page.get_by_role("button", name=words("Finish the set-up")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(words("Recovery codes"))
    assert_accessible(page)
    shoot(page, "recovery-codes")


@WIDTHS
def test_a_passkey_is_added_and_signs_in(page_as, wide, looks, words):
    user = UserFactory(phone="13900139000", password="!")
    page = page_as(user, wide=wide, **looks)
    page.goto("/me/account/")  # a passkey belongs to a name, not to a number
    origin = page.url.replace("127.0.0.1", "localhost").partition("/me/")[0]
    context = page.context
    context.add_cookies([{**cookie, "domain": "localhost"} for cookie in context.cookies()])
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{origin}/accounts/2fa/webauthn/add/")
    assert_accessible(page)
    shoot(page, "passkey-add")
    page.get_by_label(words("Sign in with this passkey alone")).check()
    page.get_by_role("button", name=words("Add a passkey")).click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    page.goto(f"{origin}/accounts/2fa/webauthn/")
    assert_accessible(page)
    shoot(page, "passkeys")

    context.clear_cookies()
    page.goto(f"{origin}/accounts/login/?next=/me/account/")
    page.get_by_role("button", name=words("Sign in with a passkey")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(words("My account"))


def _city() -> Any:
    city = AgencyFactory(region=RegionFactory(code="5101"))
    district = AgencyFactory(region=RegionFactory(code="510108"))
    return city, district


@WIDTHS
def test_the_queue_and_its_keys(page_as, wide, looks, words):
    _city_agency, district = _city()
    officer = UserFactory(district_officer=True, agency=district, display_name="何敏")
    StaffPostFactory(agency=district, user=UserFactory(display_name="罗玲"))
    today = timezone.localdate()
    for number in range(12):
        WorkItem.objects.create(
            kind="organisation_verification" if number % 2 else "posting_review",
            subject_type="test.thing",
            subject_id=number,
            title=f"成都锦和养老服务有限公司{number}",
            path="/help/",
            region=RegionFactory(code="510108001"),
            role="district_officer",
            opened_at=timezone.now(),
            due_on=today + timedelta(days=number - 3),
            due_provisional=number == 11,
            assigned_to=officer if number % 3 == 0 else None,
        )
    page = page_as(officer, wide=wide, **looks)
    page.goto("/staff/")
    assert_accessible(page)
    shoot(page, "queue")

    page.get_by_label(words("Tick %(title)s", title="成都锦和养老服务有限公司1"), exact=True).check()
    expect(page.locator(".bulkbar")).to_be_visible()
    shoot(page, "queue-ticked")
    assert_accessible(page, narrow=False)
    page.get_by_role("button", name=words("Take on"), exact=True).click()

    expect(page.locator(".messages")).to_be_visible()
    assert WorkItem.objects.get(subject_id=1).assigned_to == officer


@WIDTHS
def test_the_pages_of_the_administrators(page_as, wide, looks):
    city, district = _city()
    security = UserFactory(security_admin=True, agency=city, display_name="周宁")
    post = StaffPostFactory(agency=district, user=UserFactory(display_name="何敏"))
    InvitationFactory(agency=district, invited_by=security)
    Lockout.objects.create(
        user=post.user, locked_at=timezone.now(), until=timezone.now() + timedelta(minutes=15)
    )
    for number in range(5):
        record(action="accounts.sign_in", by=post.user, subject=post.user, detail={"n": number})
    pages = {
        security: [
            "/staff/posts/",
            f"/staff/posts/{post.public_id}/",
            "/staff/posts/invitations/",
            "/staff/posts/lockouts/",
        ],
        UserFactory(audit_admin=True, agency=city): ["/staff/audit/"],
        UserFactory(system_admin=True, agency=city): ["/staff/tasks/"],
    }
    for user, addresses in pages.items():
        page = page_as(user, wide=wide, **looks)
        for address in addresses:
            page.goto(address)
            assert_accessible(page)
            shoot(page, "admin" + address.replace("/", "-").replace(post.public_id, "post").rstrip("-"))


@WIDTHS
def test_the_other_pages_of_an_account(page_as, wide, looks):
    member = MemberFactory(user=UserFactory(phone="13900139000", password="!", display_name="陈芳"))
    page = page_as(member.user, wide=wide, **looks)
    for name, address in {
        "devices": "/accounts/sessions/",
        "factors": "/accounts/2fa/",
        "phone": "/accounts/phone/change/",
        "email": "/accounts/email/",
        "password-set": "/accounts/password/set/",
        "sign-out": "/accounts/logout/",
        "acting": "/me/acting/",
        "totp-simulator": "/simulator/totp/",
    }.items():
        page.goto(address)
        assert_accessible(page)
        shoot(page, name)
