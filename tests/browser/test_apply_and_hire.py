"""The portal's main job in a real browser: from applying on a phone to being hired from a desk."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from employment_portal.organisations.middleware import SESSION_KEY
from employment_portal.people.models import StatusSpell
from jobs.applications.models import Application, Interview
from tests.browser import scan
from tests.factories.applications import (
    ApplicationFactory,
    InterviewFactory,
    OfferFactory,
    person_with_resume,
)
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def act_for(page, organisation):
    """Let the user of an open page act for an organisation."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session[SESSION_KEY] = organisation.public_id
    session.save()


def url(name, *args):
    return reverse(f"jobs:{name}", args=args)


@pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])
def test_from_applying_to_the_first_day_of_work(page_as, looks, wide):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, headcount=1)
    question = PostingQuestionFactory(posting=posting)
    person = person_with_resume()
    seeker = page_as(person.user, wide=wide, **looks)
    employer = page_as(member.user, wide=wide, **looks)
    act_for(employer, member.organisation)

    seeker.goto(url("apply", posting.public_id))
    scan.assert_accessible(seeker)
    seeker.click("main form button[type=submit]")
    application = Application.objects.get()
    scan.assert_accessible(seeker)
    seeker.click(".task-list li:nth-child(1) a")
    scan.assert_accessible(seeker)
    seeker.check("input[name=kind][value=online]")
    seeker.click("main .form button.btn--primary")
    seeker.click(".task-list li:nth-child(2) a")
    scan.assert_accessible(seeker)
    seeker.check(f"input[name=question_{question.pk}][value=yes]")
    seeker.click("main .form button.btn--primary")
    seeker.click(".task-list li:nth-child(3) a")
    scan.assert_accessible(seeker)
    seeker.fill("textarea[name=letter]", "我有三年照护经验，能上夜班。")
    seeker.click("main .form button.btn--primary")
    scan.assert_accessible(seeker)
    seeker.click(f"a[href='{url('apply_check', application.public_id)}']")
    scan.assert_accessible(seeker)
    seeker.check("input[name=agree]")
    seeker.click("main .form button.btn--primary")
    seeker.wait_for_url("**/sent/")
    scan.assert_accessible(seeker)

    employer.goto(url("pipeline", posting.public_id))
    scan.assert_accessible(employer)
    with employer.expect_response("**/seen/"):
        employer.click("tbody th a")
    scan.assert_accessible(employer)
    application.refresh_from_db()
    assert application.status == "seen"
    employer.click("#phone form button")
    employer.wait_for_selector("a[href^='tel:']")
    scan.assert_accessible(employer)
    employer.goto(url("applicant_shortlist", application.public_id))
    scan.assert_accessible(employer)
    employer.click("main .form button.btn--primary")
    employer.click(f"a[href='{url('applicant_invite', application.public_id)}']")
    scan.assert_accessible(employer)
    starts_at = timezone.localtime() + timedelta(days=2)
    employer.fill("input[name=starts_at]", starts_at.strftime("%Y-%m-%dT%H:%M"))
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(f"**{url('applicant', application.public_id)}")
    interview = Interview.objects.get()

    seeker.goto(url("my_applications"))
    scan.assert_accessible(seeker)
    seeker.click(".app-list__link")
    scan.assert_accessible(seeker)
    with seeker.expect_download() as download:
        seeker.click(f"a[href='{url('interview_calendar', application.public_id, interview.public_id)}']")
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    assert calendar["METHOD"] == "REQUEST"
    seeker.check("input[name=answer][value=accept]")
    seeker.click("#interview .form button.btn--primary")
    seeker.wait_for_selector(".messages")

    employer.goto(url("applicant_offer", application.public_id))
    scan.assert_accessible(employer)
    employer.click("main .form button.btn--primary")
    employer.wait_for_url(f"**{url('applicant', application.public_id)}")
    scan.assert_accessible(employer)

    seeker.goto(url("offer", application.public_id))
    scan.assert_accessible(seeker)
    seeker.click(".confirm summary.btn--primary")
    scan.assert_accessible(seeker, narrow=False)
    seeker.click("dialog[open] button.btn--primary")
    seeker.wait_for_url(f"**{url('application', application.public_id)}")
    scan.assert_accessible(seeker)

    spell = StatusSpell.objects.get(person=person)
    assert (spell.status, spell.employer) == ("employed", member.organisation)
    application.refresh_from_db()
    assert application.status == "hired"


def test_the_employers_lists_on_a_desk_and_on_a_phone(page_as, looks):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    for status in ("submitted", "submitted", "seen", "shortlisted", "hired", "rejected", "withdrawn"):
        ApplicationFactory(posting=posting, status=status)
    InterviewFactory(application=ApplicationFactory(posting=posting, status="interview"))
    offered = OfferFactory(application=ApplicationFactory(posting=posting, status="offered")).application

    for wide in (True, False):
        page = page_as(member.user, wide=wide, **looks)
        act_for(page, member.organisation)
        page.goto(url("applicants"))
        scan.assert_accessible(page)
        page.goto(url("applicants") + "?tab=seen&q=nobody")
        scan.assert_accessible(page)
        page.goto(url("applicant", offered.public_id))
        scan.assert_accessible(page)
        page.goto(url("applicant_print", offered.public_id))
        scan.assert_accessible(page)
        page.goto(url("applicants"))
        for box in page.query_selector_all("tbody input[name=ids]")[:3]:
            box.check()
        page.click("button[name=step][value=reject]")
        scan.assert_accessible(page)
        page.click("main .form button.btn--danger")
        page.wait_for_selector("[data-focus]")
        scan.assert_accessible(page)


def test_a_persons_pages_on_a_desk_and_without_anything_yet(page_as, looks):
    person = person_with_resume()
    offer = OfferFactory(application=ApplicationFactory(person=person, status="offered"))
    page = page_as(person.user, **looks)

    for path in (
        url("my_applications"),
        url("my_applications") + "?tab=ended",
        url("application", offer.application.public_id),
        url("offer", offer.application.public_id),
        url("apply", PostingFactory().public_id),
    ):
        page.goto(path)
        scan.assert_accessible(page)


def test_a_file_is_uploaded_from_a_phone_and_a_disguised_one_refused(page_as, tmp_path, looks):
    from tests.jobs.test_application_uploads import pdf

    person = person_with_resume()
    posting = PostingFactory(employer=MemberFactory().organisation)
    application = ApplicationFactory(person=person, posting=posting, draft=True)
    good, bad = tmp_path / "我的简历.pdf", tmp_path / "简历.pdf"
    good.write_bytes(pdf())
    bad.write_bytes(b"MZ" + b"\0" * 300)
    page = page_as(person.user, wide=False, **looks)

    page.goto(url("apply_resume", application.public_id))
    page.check("input[name=kind][value=upload]")
    page.set_input_files("input[type=file]", bad)
    page.click("main .form button.btn--primary")
    page.wait_for_selector("[data-focus]")
    scan.assert_accessible(page)
    page.check("input[name=kind][value=upload]")
    page.set_input_files("input[type=file]", good)
    page.click("main .form button.btn--primary")
    page.wait_for_selector(".task-list")

    application.refresh_from_db()
    assert application.upload_name == "我的简历.pdf"


def test_ticked_applicants_are_invited_in_a_dialog(page_as, looks):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    for _ in range(2):
        ApplicationFactory(posting=posting)
    desk = page_as(member.user, **looks)
    act_for(desk, member.organisation)
    desk.goto(url("pipeline", posting.public_id))

    for box in desk.locator("input[name=ids]").all():
        box.check()
    desk.locator("button[value=invite]").click()
    dialog = desk.locator("#bulk-dialog[open]")
    dialog.locator("input[name=starts_at]").wait_for()
    scan.assert_accessible(desk)
    dialog.locator("form .btn--primary").click()  # without a time it is refused, inside the dialog
    dialog.locator("[data-focus]").wait_for()
    starts_at = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0)
    dialog.locator("input[name=starts_at]").fill(starts_at.strftime("%Y-%m-%dT%H:%M"))
    dialog.locator("form .btn--primary").click()
    desk.locator("#bulk-dialog[open]").wait_for(state="detached")

    times = sorted(
        interview.starts_at for interview in Interview.objects.filter(application__posting=posting)
    )
    assert [after - before for before, after in zip(times, times[1:], strict=False)] == [
        timedelta(minutes=30)
    ]
