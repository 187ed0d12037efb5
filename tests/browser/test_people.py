"""A person's record and résumé on a phone, and the counter on a wide screen, in a real browser."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.notifications.models import OutboxMessage
from employment_portal.people.models import GroupMembership, Person, Resume
from tests.browser.scan import choose_region, look
from tests.factories.accounts import UserFactory
from tests.factories.jobs import OccupationFactory
from tests.factories.organisations import MemberFactory
from tests.factories.people import GroupFactory, PersonFactory, ResumeFactory, SpellFactory, resident_id
from tests.factories.regions import RegionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def url(name, *args):
    return reverse(f"people:{name}", args=args)


def test_a_person_registers_and_writes_a_resume_on_a_phone(page_as, looks):
    RegionFactory()
    occupation = OccupationFactory()
    user = UserFactory()
    page = page_as(user, wide=False, **looks)

    page.goto(url("resume"))
    look(page, "record-new-390")
    page.fill("[name=name]", "陈小芳")
    page.fill("[name=number]", resident_id())
    page.check("[name=retirement_category][value=woman_50]")
    choose_region(page, "household_region")
    choose_region(page, "residence_region")
    page.select_option("[name=education]", "30")
    page.check("[name=consent]")
    page.click("main form .form__actions button")
    page.wait_for_url("**/resume/")
    look(page, "resume-empty-390")

    page.click("#about .section-head__more")
    page.fill("#about [name=headline]", "养老护理员，五年经验")
    page.fill("#about [name=summary]", "细心，能上夜班，会普通话和四川话。")
    look(page, "resume-about-390")
    page.click("#about button.btn--primary")
    page.wait_for_selector("#about .resume-headline")
    page.click("#work .section-head__more")
    page.fill("#work [name=employer]", "成都锦和养老服务有限公司")
    page.fill("#work [name=title]", "护理员")
    page.fill("#work [name=starts_on]", "2020-03")
    page.click("#work button.btn--primary")
    page.wait_for_selector("#work .resume-row")
    page.click("#skills .section-head__more")
    page.fill("#skills [name=name]", "失智老人照护")
    page.click("#skills button.btn--primary")
    page.wait_for_selector("#skills .resume-row")
    page.click("#expectation .section-head__more")
    page.fill("#expectation [name=occupation_1]", occupation.name)
    choose_region(page, "region_1")
    page.fill("#expectation [name=pay_min]", "5000")
    look(page, "resume-expectation-390")
    page.click("#expectation button.btn--primary")
    page.wait_for_selector("#expectation dl")
    look(page, "resume-390")
    assert "89%" in page.inner_text("#completeness")

    page.goto(url("resume_preview"))
    look(page, "preview-390")
    assert "失智老人照护" in page.inner_text("main")
    assert user.phone not in page.inner_text("main")
    assert Resume.objects.get(person__user=user).expectation.pay_min_fen == 500_000


def test_own_pages_on_both_screens(page_as, looks):
    person = PersonFactory(with_number=True, household_region=RegionFactory(code="510104"))
    ResumeFactory(person=person, summary="踏实肯干")
    SpellFactory(person=person, starts_on=date(2024, 1, 1))
    GroupFactory(person=person, certified=True)
    GroupFactory(person=person, group="graduate")

    for wide in (True, False):
        page = page_as(person.user, wide=wide, **looks)
        size = 1440 if wide else 390
        for name in (
            "record",
            "record_edit",
            "groups",
            "group_apply",
            "data_requests",
            "deletion_new",
            "correction_new",
            "resume",
            "resume_visibility",
            "resume_preview",
        ):
            page.goto(url(name))
            look(page, f"{name}-{size}")
        page.goto(url("data_requests"))
        page.click("form[action$='export/'] button")
        page.wait_for_selector("#export")
        look(page, f"data_export-{size}")
        row = Person.objects.filter(pk=person.pk)
        row.update(restricted_at=timezone.now())
        for name in ("restricted", "lift_new"):
            page.goto(url(name))
            look(page, f"{name}-{size}")
        row.update(restricted_at=None)


def test_an_employer_registers_staff(page_as, looks):
    from tests.browser.test_apply_and_hire import act_for

    member = MemberFactory()
    page = page_as(member.user, **looks)
    act_for(page, member.organisation)
    page.goto(url("employer_staff"))
    look(page, "employer-empty-1440")
    page.goto(url("employer_hire"))
    look(page, "employer-hire-1440")
    page.fill("[name=name]", "王丽")
    page.fill("[name=number]", resident_id(date(1992, 8, 8)))
    page.check("[name=open_ended]")
    page.click("main form .form__actions button")
    page.wait_for_url("**/employer/staff/")
    look(page, "employer-staff-1440")
    page.click("tbody a")
    look(page, "employer-end-1440")


def test_the_counter_registers_certifies_corrects_and_merges(page_as, looks):
    region = RegionFactory()
    RegionFactory(code="510108001")
    clerk = UserFactory(street_clerk=True, region=region)
    officer = UserFactory(district_officer=True, region=region)
    duplicate = PersonFactory(user=None, name="陈小方", birth_date=date(1985, 5, 5), residence_region=region)
    SpellFactory(person=duplicate, starts_on=date(2024, 2, 1), ends_on=date(2025, 3, 31))
    desk, second = page_as(clerk, **looks), page_as(officer, **looks)

    desk.goto(url("staff_people"))
    look(desk, "staff-search-1440")
    desk.goto(url("staff_new"))
    desk.fill("[name=name]", "陈晓芳")
    desk.fill("[name=number]", resident_id(date(1985, 5, 5)))
    desk.check("[name=retirement_category][value=woman_50]")
    desk.fill("[name=phone]", "13700002222")
    choose_region(desk, "household_region")
    choose_region(desk, "residence_region")
    desk.select_option("[name=education]", "20")
    desk.check("[name=consent]")
    look(desk, "staff-new-1440")
    desk.click("main form .form__actions button")
    desk.wait_for_selector(".person-acts")
    person = Person.objects.get(phone="13700002222")

    desk.goto(url("staff_unemployment", person.public_id))
    look(desk, "staff-unemployment-1440")
    desk.check("[name=place][value=residence_region]")
    desk.fill("[name=starts_on]", "2025-10-01")
    desk.check("[name=able_and_willing]")
    desk.click("main form .form__actions button")
    desk.wait_for_selector(".person-acts")
    look(desk, "staff-person-1440")
    desk.click("a[href*='group=h_long_term']")
    desk.fill("[name=evidence_note]", "失业登记记录")
    look(desk, "staff-group-apply-1440")
    desk.click("main form .form__actions button")
    desk.wait_for_selector(".person-acts")
    membership = GroupMembership.objects.get(person=person)

    second.goto(url("staff_group", membership.public_id))
    look(second, "staff-group-1440")
    second.check("[name=decision][value=certify]")
    second.click("form[action$='decide/'] button.btn--outline")
    second.wait_for_selector("form[action$='end/']")
    look(second, "staff-group-certified-1440")

    desk.goto(url("staff_correct", person.public_id))
    desk.fill("[name=name]", "陈小芳")
    desk.fill("[name=reason]", "录入时同音字有误，已核对身份证原件")
    look(desk, "staff-correct-1440")
    desk.click("main form .form__actions button")
    desk.wait_for_selector(".person-acts")
    second.goto(url("staff_person", person.public_id))
    second.click("a[href*='/requests/']")
    look(second, "staff-request-1440")
    second.check("[name=decision][value=approve]")
    second.click("form[action$='decide/'] button")
    second.wait_for_selector(".person-acts")
    person.refresh_from_db()
    assert person.name == "陈小芳"

    desk.goto(url("staff_merge", duplicate.public_id))
    desk.fill("#text", "陈小芳")
    desk.press("#text", "Enter")
    desk.click("a[href^='?survivor']")
    desk.fill("[name=reason]", "同一人，姓名录错")
    look(desk, "staff-merge-1440")
    desk.click("main form.form .form__actions button")
    desk.wait_for_selector(".person-acts")
    second.goto(url("staff_person", duplicate.public_id))
    second.click("a[href*='/requests/']")
    look(second, "staff-merge-request-1440")
    second.check("[name=decision][value=approve]")
    second.click("form[action$='decide/'] button")
    second.wait_for_load_state()
    duplicate.refresh_from_db()
    assert duplicate.merged_into == person
    assert person.spells.count() == 2

    desk.goto(url("staff_person", person.public_id))
    look(desk, "staff-person-merged-1440")
    desk.click("a[href*='/merges/']")
    desk.fill("[name=reason]", "同名不同人，身份证照片不符")
    look(desk, "staff-unmerge-1440")
    desk.click("main form.form .form__actions button")
    desk.wait_for_selector("a[href*='/requests/']")
    second.goto(url("staff_person", duplicate.public_id))
    second.click("a[href*='/requests/']")
    look(second, "staff-unmerge-request-1440")
    second.check("[name=decision][value=approve]")
    second.click("form[action$='decide/'] button")
    second.wait_for_selector(".person-acts")
    duplicate.refresh_from_db()
    assert (duplicate.merged_into, person.spells.count(), duplicate.spells.count()) == (None, 1, 1)


def test_a_clerk_acts_for_a_person_after_a_code(page_as, looks):
    person = PersonFactory(with_number=True)
    clerk = UserFactory(street_clerk=True, region=person.residence_region)
    desk = page_as(clerk, **looks)

    desk.goto(url("sitting_new", person.public_id))
    look(desk, "sitting-new-1440")
    desk.fill("[name=purpose]", "投递两个岗位")
    desk.click("main form .form__actions button")
    desk.wait_for_url("**/code/")
    text = OutboxMessage.objects.get(kind="sitting_code").body
    code = re.search(r"\d{6}", text).group()
    desk.fill("[name=code]", code)
    look(desk, "sitting-code-1440")
    desk.click("main form .form__actions button")
    desk.wait_for_url("**/me/record/")
    look(desk, "sitting-record-1440")
    desk.click(".sitting-bar a[href='/resume/']")
    desk.click("#about .section-head__more")
    desk.fill("#about [name=headline]", "护理员")
    desk.click("#about button.btn--primary")
    desk.wait_for_selector("#about .resume-headline")
    desk.click(".sitting-bar form button")
    desk.wait_for_selector(".person-acts")

    assert Resume.objects.get(person=person).headline == "护理员"
    assert person.assisted_sessions.get().ended_at <= timezone.now()
