"""Applications in every state, made through the rows alone (no messages are sent).

``ApplicationFactory(status="shortlisted")`` was sent yesterday; ``draft=True`` was not. A person with a résumé on
file is ``person_with_resume()``. ``InterviewFactory(application=…)`` and ``OfferFactory(application=…)`` are open.
"""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.classifications.enums import Education, SkillLevel
from employment_portal.people.models import (
    Person,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
)
from jobs.applications.enums import ApplicationStatus, InterviewKind, RejectReason, ResumeKind
from jobs.applications.models import Application, Interview, Offer
from jobs.applications.snapshot import take_snapshot
from jobs.postings.enums import PayUnit
from tests.factories.jobs import PostingFactory
from tests.factories.people import PersonFactory


def person_with_resume(**values) -> Person:
    """A person whose résumé says something."""
    person = PersonFactory(**values)
    resume = Resume.objects.create(
        person=person,
        headline="三年养老护理经验",
        summary="做事细心，能上夜班。",
        email=person.user.email or "" if person.user else "",
        updated_at=timezone.now(),
    )
    ResumeEducation.objects.create(
        resume=resume,
        school="成都职业技术学院",
        level=Education.JUNIOR_COLLEGE,
        major="护理",
        ends_on=date(2016, 6, 30),
    )
    ResumeWork.objects.create(
        resume=resume,
        employer="成都晚晴养老院",
        title="护理员",
        starts_on=date(2019, 3, 1),
        ends_on=date(2022, 3, 1),
        description="照护失能老人12名。",
    )
    ResumeSkill.objects.create(resume=resume, name="老年照护", years=3)
    ResumeCertificate.objects.create(resume=resume, name="养老护理员", level=SkillLevel.LEVEL_4)
    return person


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    class Params:
        draft = factory.Trait(status=ApplicationStatus.DRAFT, submitted_at=None, resume={}, resume_kind="")

    posting = factory.SubFactory(PostingFactory)
    person = factory.LazyFunction(person_with_resume)
    status = ApplicationStatus.SUBMITTED
    resume_kind = ResumeKind.ONLINE
    resume = factory.LazyAttribute(
        lambda application: take_snapshot(application.person, today=timezone.localdate(), online=True)
    )
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    created_by = factory.SelfAttribute("person.user")
    submitted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ended_at = factory.LazyAttribute(
        lambda application: (
            timezone.now() if application.status in {"hired", "rejected", "withdrawn", "expired"} else None
        )
    )
    reject_reason = factory.LazyAttribute(
        lambda application: RejectReason.OTHER if application.status == "rejected" else ""
    )
    hired_on = factory.LazyAttribute(
        lambda application: timezone.localdate() if application.status == "hired" else None
    )


class InterviewFactory(DjangoModelFactory):
    class Meta:
        model = Interview

    application = factory.SubFactory(ApplicationFactory, status=ApplicationStatus.INTERVIEW)
    kind = InterviewKind.ON_SITE
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))
    place = "建设北路三段88号 3楼会议室"
    contact = "周敏 02884330000"
    created_by = factory.SelfAttribute("application.created_by")
    created_at = factory.LazyFunction(timezone.now)


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    application = factory.SubFactory(ApplicationFactory, status=ApplicationStatus.OFFERED)
    pay_fen = 560_000
    pay_unit = PayUnit.MONTH
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))
    contract_months = 24
    answer_by = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=5))
    created_by = factory.SelfAttribute("application.created_by")
    created_at = factory.LazyFunction(timezone.now)
