from datetime import date
from typing import Any

from django.db.models import Prefetch

from employment_portal.people.models import Person, Resume, ResumeCertificate, ResumeSkill
from employment_portal.people.records.rules import age_on
from employment_portal.people.resumes.rules import Held


def resume_of(person: Person) -> Resume | None:
    return (
        Resume.objects.filter(person=person)
        .select_related("expectation", "person__residence_region")
        .prefetch_related(
            "education",
            "work",
            Prefetch("skills", ResumeSkill.objects.order_by("id")),
            Prefetch("certificates", ResumeCertificate.objects.order_by("id")),
            "expectation__occupations",
            "expectation__regions",
        )
        .first()
    )


def held_by(person: Person, resume: Resume | None) -> Held:
    """What ``rules.completeness`` looks at."""
    if resume is None:
        return Held(bool(person.phone), False, False, 0, 0, 0, 0, 0, False)
    expectation = getattr(resume, "expectation", None)
    return Held(
        phone=bool(person.phone),
        headline=bool(resume.headline),
        summary=bool(resume.summary),
        education=len(resume.education.all()),
        work=len(resume.work.all()),
        skills=len(resume.skills.all()),
        occupations=len(expectation.occupations.all()) if expectation else 0,
        regions=len(expectation.regions.all()) if expectation else 0,
        pay=bool(expectation and expectation.pay_min_fen),
    )


def shown_to_employers(person: Person, resume: Resume | None, *, today: date) -> dict[str, Any]:
    """What an employer gets to see: no identity number, and the phone number only after an audited look."""
    return {
        "person": person,
        "resume": resume,
        "age": age_on(person.birth_date, today) if person.birth_date else None,
        "expectation": getattr(resume, "expectation", None) if resume else None,
    }
