from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.people.consent.export_requests import ask_for_export, make_export
from employment_portal.people.consent.requests import request_data
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.records import merging
from employment_portal.people.records.four_eyes import open_request
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import GroupFactory, PersonFactory, ResumeFactory, ResumeWorkFactory, SpellFactory


def part(at) -> dict:
    return {"part": "work"}


def work(at) -> dict:
    row = ResumeWorkFactory(resume=ResumeFactory(person=at.person))
    return {"part": "work", "public_id": row.public_id}


def employer(at) -> dict:
    return {"public_id": OrganisationFactory(region=at.region).public_id}


def person(at) -> dict:
    return {"public_id": at.person.public_id}


def person_without_sign_in(at) -> dict:
    at.person.user = None
    at.person.save()
    return {"public_id": at.person.public_id}


def spell(at) -> dict:
    return {"public_id": at.person.public_id, "spell_id": SpellFactory(person=at.person).public_id}


def group(at) -> dict:
    membership = GroupFactory(person=at.person)
    membership.evidence.save("paper.pdf", ContentFile(b"%PDF-"))
    membership.evidence_name = "paper.pdf"
    membership.save()
    return {"public_id": membership.public_id}


def certified(at) -> dict:
    return {"public_id": GroupFactory(person=at.person, certified=True).public_id}


def hired(at) -> dict:
    row = SpellFactory(
        person=at.person,
        status=EmploymentStatus.EMPLOYED,
        employer=at.organisation,
        period=DateRange(timezone.localdate(), None),
    )
    return {"public_id": row.public_id}


def request(at) -> dict:
    asked = open_request(
        kind="people.correct",
        person=at.person,
        payload={"name": "陈方", "document": "resident", "number": ""},
        reason="写错",
        by=UserFactory(),
        today=timezone.localdate(),
    )
    return {"public_id": asked.public_id}


def merged(at) -> dict:
    other = PersonFactory(residence_region=at.region, user=None)
    asked = merging.request_merge(
        duplicate_id=other.pk,
        survivor_id=at.person.pk,
        reason="同一人",
        by=UserFactory(street_clerk=True, region=at.region),
        today=timezone.localdate(),
    )
    officer = UserFactory(district_officer=True, region=at.region)
    merging.decide_merge(request_id=asked.pk, approve=True, note="", by=officer)
    return {"public_id": other.merges_away.get().public_id}


def data_request(at) -> dict:
    asked = request_data(
        person_id=at.person.pk,
        kind="correct",
        text="写错",
        evidence=None,
        by=at.user,
        today=timezone.localdate(),
    )
    asked.evidence.save("paper.pdf", ContentFile(b"%PDF-"))
    asked.evidence_name = "paper.pdf"
    asked.save()
    return {"public_id": asked.public_id}


def export(at) -> dict:
    now = timezone.now()
    asked = ask_for_export(person_id=at.person.pk, by=at.user, now=now)
    make_export(request_id=asked.pk, now=now)
    return {"public_id": asked.public_id}


OBJECTS = {
    "people:resume_part": part,
    "people:resume_row_new": part,
    "people:resume_row": work,
    "people:resume_row_delete": work,
    "people:resume_block": employer,
    "people:resume_unblock": employer,
    "people:group_withdraw": group,
    "people:group_evidence": group,
    "people:data_download": export,
    "people:data_export_progress": export,
    "people:data_consent": lambda at: {"purpose": "real_name"},
    "people:employer_separation": hired,
    "people:staff_person": person,
    "people:staff_reveal": person,
    "people:staff_confirm": person,
    "people:staff_edit": person,
    "people:staff_sign_in": person_without_sign_in,
    "people:staff_unemployment": person,
    "people:staff_status": person,
    "people:staff_spell_end": spell,
    "people:staff_spell_void": spell,
    "people:staff_group_apply": person,
    "people:staff_group": group,
    "people:staff_group_decide": group,
    "people:staff_group_end": certified,
    "people:staff_group_evidence": group,
    "people:staff_request": request,
    "people:staff_request_decide": request,
    "people:staff_correct": person,
    "people:staff_merge": person,
    "people:staff_unmerge": merged,
    "people:staff_unrestrict": person,
    "people:sitting_new": person,
    "people:sitting_code": person,
    "people:staff_data_request": data_request,
    "people:staff_data_answer": data_request,
    "people:staff_data_evidence": data_request,
}
SHARED = {
    "people:resume_part",
    "people:resume_row_new",
    "people:resume_block",
    "people:resume_unblock",
    "people:data_consent",
}
