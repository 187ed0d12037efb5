"""The résumé builder: with and without JavaScript, for its owner only."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from employment_portal.people.enums import WantedEmployment
from employment_portal.people.models import BlockedEmployer, Resume, ResumeSkill, ResumeWork
from employment_portal.people.resumes.rules import Held, completeness, missing_parts
from jobs.postings.enums import EmploymentType
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.jobs import OccupationFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory, ResumeFactory, ResumeWorkFactory
from tests.factories.regions import RegionFactory

HTMX = {"HTTP_HX_REQUEST": "true"}
EMPTY = Held(False, False, False, 0, 0, 0, 0, 0, False)
FULL = Held(True, True, True, 1, 1, 1, 1, 1, True)


def test_completeness_counts_what_is_there_and_names_what_is_missing():
    assert completeness(EMPTY) == 0
    assert completeness(FULL) == 100
    assert missing_parts(FULL) == []
    assert len(missing_parts(EMPTY)) == 9


def test_what_is_wanted_and_what_is_posted_use_the_same_values():
    assert WantedEmployment.values == EmploymentType.values


@pytest.fixture
def person(db, client):
    person = PersonFactory()
    sign_in(client, person.user)
    return person


@pytest.mark.django_db
def test_somebody_without_a_record_registers_first(client):
    sign_in(client, UserFactory())

    response = client.get(reverse("people:resume"))

    assert response.url == reverse("people:record_new")


def test_an_entry_is_added_changed_and_deleted_without_javascript(client, person):
    new = {"employer": "成都某公司", "title": "护士", "starts_on": "2020-03", "ends_on": ""}

    added = client.post(reverse("people:resume_row_new", args=["work"]), new)
    row = ResumeWork.objects.get(resume__person=person)
    client.post(reverse("people:resume_row", args=["work", row.public_id]), new | {"title": "护士长"})
    row.refresh_from_db()

    assert added.url.endswith("/resume/#work")
    assert row.title == "护士长"

    client.post(reverse("people:resume_row_delete", args=["work", row.public_id]))

    assert not ResumeWork.objects.exists()


def test_htmx_gets_the_part_back_with_the_measure_beside_it(client, person):
    response = client.post(reverse("people:resume_row_new", args=["skills"]), {"name": "静脉输液"}, **HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'id="skills"' in page
    assert "静脉输液" in page
    assert 'id="completeness" hx-swap-oob="true"' in page
    assert "<html" not in page


def test_a_refused_entry_comes_back_with_its_error(client, person):
    bad = {"employer": "甲", "title": "乙", "starts_on": "2024-05", "ends_on": "2023-01"}

    response = client.post(reverse("people:resume_row_new", args=["work"]), bad, **HTMX)

    assert response.status_code == 422
    assert 'id="work"' in response.content.decode()


def test_a_skill_stands_in_the_list_once(client, person):
    client.post(reverse("people:resume_row_new", args=["skills"]), {"name": "焊接"})

    response = client.post(reverse("people:resume_row_new", args=["skills"]), {"name": " 焊接 "})

    assert response.status_code == 422
    assert ResumeSkill.objects.count() == 1


def test_nobody_reaches_the_entries_of_another(client, person):
    row = ResumeWorkFactory()

    assert client.get(reverse("people:resume_row", args=["work", row.public_id])).status_code == 404
    assert client.post(reverse("people:resume_row_delete", args=["work", row.public_id])).status_code == 404


def test_the_expectation_takes_occupations_and_places_by_name(client, person):
    occupation, region = OccupationFactory(), RegionFactory()
    data = {
        "occupation_1": occupation.name,
        "region_1": region.name,
        "region_2": region.code,
        "employment_types": ["full_time"],
        "pay_min": "5000",
    }

    client.post(reverse("people:resume_expectation"), data)

    expectation = Resume.objects.get(person=person).expectation
    assert list(expectation.occupations.all()) == [occupation]
    assert list(expectation.regions.all()) == [region]
    assert expectation.pay_min_fen == 500_000


def test_an_employer_is_searched_blocked_and_unblocked(client, person):
    employer = OrganisationFactory(name="成都不想见有限公司")

    found = client.get(reverse("people:resume_visibility"), {"employer": "不想见"})
    client.post(reverse("people:resume_block", args=[employer.public_id]))

    assert list(found.context["found"]) == [employer]
    assert BlockedEmployer.objects.get().organisation == employer

    client.post(reverse("people:resume_unblock", args=[employer.public_id]))

    assert not BlockedEmployer.objects.exists()


def test_the_preview_shows_what_an_employer_sees(client, person):
    ResumeFactory(person=person, summary="踏实肯干")

    page = client.get(reverse("people:resume_preview")).content.decode()

    assert "踏实肯干" in page
    assert person.phone not in page


def test_the_pdf_holds_readable_chinese(client, person):
    resume = ResumeFactory(person=person, summary="踏实肯干，善于沟通。")
    ResumeWorkFactory(resume=resume)

    response = client.get(reverse("people:resume_pdf"))

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    assert response["Content-Type"] == "application/pdf"
    assert person.name[:2] in text
    assert "成都锦和养老服务有限公司" in text.replace("\n", "")


def test_an_unknown_part_is_not_found(client, person):
    assert client.get(reverse("people:resume_part", args=["hobbies"])).status_code == 404
    assert client.get(reverse("people:resume_row_new", args=["about"])).status_code == 404
