"""The résumé as it was on the day it was sent. Later changes of the person do not reach the employer."""

from datetime import date
from typing import Any

from employment_portal.classifications.enums import Education, Sex, SkillLevel
from employment_portal.core.masking import mask_mobile
from employment_portal.people.models import Person, Resume

VERSION = 1


def take_snapshot(person: Person, *, today: date, online: bool) -> dict[str, Any]:
    """What the employer gets: name, age, contact, and with ``online`` the résumé on file. No identity number."""
    resume = Resume.objects.filter(person=person).select_related("expectation").first()
    snapshot: dict[str, Any] = {
        "version": VERSION,
        "name": person.name,
        "sex": person.sex,
        "age": _age(person.birth_date, today),
        "phone": person.phone,
        "email": resume.email if resume else "",
        "education_level": person.education,
        "residence": person.residence_region.full_name if person.residence_region else "",
        "taken_on": today.isoformat(),
    }
    if online and resume is not None:
        snapshot |= _sections(resume)
    return snapshot


def _sections(resume: Resume) -> dict[str, Any]:
    return {
        "headline": resume.headline,
        "summary": resume.summary,
        "available_from": _iso(resume.available_from),
        "education": [
            {
                "school": row.school,
                "level": row.level,
                "major": row.major,
                "from": _iso(row.starts_on),
                "until": _iso(row.ends_on),
            }
            for row in resume.education.all()
        ],
        "work": [
            {
                "employer": row.employer,
                "title": row.title,
                "from": _iso(row.starts_on),
                "until": _iso(row.ends_on),
                "description": row.description,
            }
            for row in resume.work.all()
        ],
        "skills": [{"name": row.name, "years": row.years} for row in resume.skills.order_by("id")],
        "certificates": [
            {"name": row.name, "level": row.level, "number": row.number, "issued": _iso(row.issued_on)}
            for row in resume.certificates.order_by("id")
        ],
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def readable(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with words for its codes, and the phone number masked: what pages and paper show."""
    education = dict(Education.choices)
    skill = dict(SkillLevel.choices)
    return {
        **snapshot,
        "phone": mask_mobile(snapshot.get("phone", "")),
        "sex_label": dict(Sex.choices).get(snapshot.get("sex")) if snapshot.get("sex") in {1, 2} else "",
        "education_label": education.get(snapshot.get("education_level"), ""),
        "education": [
            {**row, "level_label": education.get(row["level"], "")} for row in snapshot.get("education", [])
        ],
        "certificates": [
            {**row, "level_label": skill.get(row["level"], "")} for row in snapshot.get("certificates", [])
        ],
    }
