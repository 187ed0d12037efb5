"""From a résumé shown to employers to an invitation and its answer, on a phone and at a desk."""

import os

import pytest
from django.urls import reverse

from employment_portal.people.models import Expectation, Resume
from jobs.invitations.models import Invitation
from tests.browser.scan import assert_accessible
from tests.browser.test_apply_and_hire import act_for
from tests.factories.applications import person_with_resume
from tests.factories.jobs import OccupationFactory, PostingFactory
from tests.factories.organisations import MemberFactory
from tests.factories.regions import RegionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder: keep a picture of every page looked at


def look(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert_accessible(page)


def url(name, *args):
    return reverse(name, args=args)


def test_a_resume_is_shown_found_and_its_owner_invited(page_as, looks):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    person = person_with_resume()
    hopes = Expectation.objects.create(resume=Resume.objects.get(), pay_min_fen=500_000)
    hopes.occupations.add(OccupationFactory())
    hopes.regions.add(RegionFactory())
    phone = page_as(person.user, wide=False, **looks)
    desk = page_as(member.user, **looks)
    act_for(desk, member.organisation)

    desk.goto(url("jobs:find_people"))
    look(desk, "people-empty-1440")
    phone.goto(url("people:resume_visibility"))
    look(phone, "visibility-390")
    phone.check("[name=visibility][value=employers]")
    phone.click("main form .form__actions button >> nth=0")
    phone.wait_for_load_state()
    look(phone, "visibility-saved-390")

    desk.goto(url("jobs:find_people"))
    desk.fill("[name=occupation]", "养老护理员")
    desk.select_option("[name=region]", "510108")
    desk.select_option("[name=years]", "3")
    desk.fill("[name=q]", "夜班")
    desk.click("main form .form__actions button")
    desk.wait_for_selector(".people-card")
    look(desk, "people-1440")
    assert person.name not in desk.inner_text("main")
    desk.click(".people-card a")
    look(desk, "found-resume-1440")
    desk.fill("[name=message]", "您的护理经验很合适，欢迎申请。")
    desk.click("#invite button.btn--primary")
    desk.wait_for_load_state()
    look(desk, "found-resume-invited-1440")

    made = Invitation.objects.get()
    phone.goto(url("jobs:invitations"))
    look(phone, "invitations-390")
    phone.click(".app-list__link")
    phone.wait_for_url(f"**{made.get_absolute_url()}")
    look(phone, "invitation-390")
    phone.click(".confirm summary >> nth=0")
    look(phone, "invitation-dialog-390")
    phone.click("dialog[open] button.btn--primary")
    phone.wait_for_load_state()
    made.refresh_from_db()
    assert made.state == "accepted"

    desk.goto(url("jobs:invitations_made"))
    look(desk, "invitations-made-1440")
    desk.click("tbody form button")
    desk.wait_for_load_state()
    assert person.name in desk.inner_text("main")
    look(desk, "invitations-contact-1440")
    phone.goto(url("people:data_requests"))
    assert member.organisation.name in phone.inner_text("#looks")
    look(phone, "data-looks-390")
    narrow = page_as(member.user, wide=False, **looks)
    act_for(narrow, member.organisation)
    for name in ("find_people", "invitations_made"):
        narrow.goto(url(f"jobs:{name}"))
        look(narrow, f"{name}-390")
    assert posting.title in narrow.inner_text("main")
