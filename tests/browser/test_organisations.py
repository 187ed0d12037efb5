"""An organisation in a real browser: from its registration to its verification, members, a branch, a suspension."""

import pytest
from django.urls import reverse

from employment_portal.notifications.models import OutboxMessage
from employment_portal.organisations.models import Organisation
from tests.browser import scan
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, organisation_code
from tests.factories.papers import pdf
from tests.factories.regions import RegionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def url(name, *args):
    return reverse(f"organisations:{name}", args=args)


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_registering_with_a_licence_until_an_officer_verifies_it(page_as, tmp_path, looks, wide):
    region = RegionFactory()
    licence = tmp_path / "营业执照.pdf"
    licence.write_bytes(pdf().read())
    employer = page_as(UserFactory(), wide=wide, **looks)
    officer = page_as(UserFactory(district_officer=True, region=region), wide=wide, **looks)

    employer.goto(url("register"))
    scan.assert_accessible(employer)
    employer.click("main form button.btn--primary")
    employer.wait_for_selector(".error-summary")
    scan.assert_accessible(employer)
    for name, value in {
        "code": organisation_code(77),
        "name": "成都安和家政服务有限公司",
        "legal_representative": "周敏",
        "address": "建设北路三段88号",
        "contact_name": "周敏",
        "contact_phone": "02884330000",
    }.items():
        employer.fill(f"[name={name}]", value)
    employer.fill(".region__search input", "成华")
    employer.click(".region__search [role=option]")
    employer.set_input_files("[name=licence]", licence)
    employer.click("main form button.btn--primary")
    employer.wait_for_url(f"**{url('profile')}")
    scan.assert_accessible(employer)
    organisation = Organisation.objects.get()
    assert (organisation.status, organisation.region) == ("submitted", region)

    officer.goto(url("staff_list"))
    scan.assert_accessible(officer)
    officer.goto(url("staff_detail", organisation.public_id))
    scan.assert_accessible(officer)
    officer.click("main form.form button.btn--primary")
    officer.wait_for_selector(".error-summary")
    scan.assert_accessible(officer)
    officer.check("input[name=decision][value=verify]")
    officer.click("main form.form button.btn--outline")
    officer.wait_for_load_state()
    scan.assert_accessible(officer)

    organisation.refresh_from_db()
    assert organisation.status == "verified"
    employer.goto(url("profile"))
    scan.assert_accessible(employer)
    employer.goto(url("public", organisation.public_id))
    scan.assert_accessible(employer)


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_an_owner_invites_a_colleague_who_accepts(page_as, looks, wide):
    owner = MemberFactory()
    colleague = UserFactory(with_email=True)
    page = page_as(owner.user, wide=wide, **looks)
    scan.act_for(page, owner.organisation)
    other = page_as(colleague, wide=wide, **looks)

    page.goto(url("members"))
    scan.assert_accessible(page)
    page.fill("[name=name]", "何东")
    page.fill("[name=email]", colleague.email)
    page.click("main form.form button.btn--primary")
    page.wait_for_selector(".messages")
    scan.assert_accessible(page)
    mail = OutboxMessage.objects.get(kind="organisation_invitation")
    path = "/employer/invitations/" + mail.body.split("/employer/invitations/")[1].split()[0]
    other.goto(path)
    scan.assert_accessible(other)
    other.click("main form button.btn--primary")
    other.wait_for_load_state()
    scan.assert_accessible(other)
    page.goto(url("members"))
    page.locator("details[data-confirm] > summary, .confirm summary").last.click()
    scan.assert_accessible(page, narrow=False)

    assert owner.organisation.members.filter(user=colleague).exists()


def test_a_branch_is_opened_and_the_profile_changed(page_as, looks):
    owner = MemberFactory()
    page = page_as(owner.user, **looks)
    scan.act_for(page, owner.organisation)

    page.goto(url("edit"))
    scan.assert_accessible(page)
    page.goto(url("verify"))
    scan.assert_accessible(page)
    page.goto(url("branch_new"))
    scan.assert_accessible(page)
    page.fill("[name=name]", "锦和养老猛追湾站")
    page.fill(".region__search input", "成华")
    page.click(".region__search [role=option]")
    page.fill("[name=address]", "猛追湾街12号")
    page.fill("[name=contact_name]", "何东")
    page.fill("[name=contact_phone]", "02884331111")
    page.click("main form button.btn--primary")
    page.wait_for_url(f"**{url('profile')}")
    scan.assert_accessible(page)

    assert Organisation.objects.get(parent=owner.organisation).name == "锦和养老猛追湾站"


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_an_officer_suspends_an_organisation_and_says_why(page_as, looks, wide):
    organisation = OrganisationFactory()
    officer = page_as(UserFactory(district_officer=True, region=organisation.region), wide=wide, **looks)

    officer.goto(url("staff_detail", organisation.public_id))
    officer.click(".confirm > summary")
    scan.assert_accessible(officer, narrow=False)
    officer.fill("[name=reason]", "多次发布虚假岗位。")
    officer.click("dialog[open] button.btn--danger")
    officer.wait_for_selector(".messages")
    scan.assert_accessible(officer)

    organisation.refresh_from_db()
    assert organisation.status == "suspended"
