"""Postings.

``PostingFactory()`` is a live vacancy of a verified employer that meets every rule; traits set other states
(``draft``, ``submitted``, ``returned``, ``rejected``, ``scheduled``, ``paused``, ``expired``, ``closed``, ``withdrawn``) and
sources (``imported``). ``PostingFactory(draft=True, empty=True)`` is a form that nobody has filled in yet.
"""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.classifications.enums import Education, OccupationLevel
from employment_portal.classifications.models import Occupation
from employment_portal.core.text import pinyin_initials, pinyin_key
from jobs.postings.enums import (
    FIVE_INSURANCES,
    ClosingResult,
    ContractType,
    EmploymentType,
    PayUnit,
    PostingStatus,
    QuestionKind,
    RejectionReason,
    ReviewMode,
    RevisionState,
    Welfare,
)
from jobs.postings.models import Posting, PostingQuestion, PostingReport, PostingTemplate
from jobs.postings.revisions.models import PostingRevision
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory


def days_from_now(days: int):
    return factory.LazyFunction(lambda: timezone.now() + timedelta(days=days))


def on_day(days: int):
    return factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=days))


class OccupationFactory(DjangoModelFactory):
    class Meta:
        model = Occupation
        django_get_or_create = ["code"]

    code = "4-10-01-05"
    name = "养老护理员"
    level = OccupationLevel.OCCUPATION
    path = factory.LazyAttribute(
        lambda occupation: "".join(
            occupation.code[: 1 + 3 * depth] + "/" for depth in range(len(occupation.code) // 3 + 1)
        )
    )
    pinyin = factory.LazyAttribute(lambda occupation: pinyin_key(occupation.name))
    initials = factory.LazyAttribute(lambda occupation: pinyin_initials(occupation.name))


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = Posting

    class Params:
        draft = factory.Trait(status=PostingStatus.DRAFT, submitted_at=None, published_at=None)
        submitted = factory.Trait(status=PostingStatus.SUBMITTED, published_at=None)
        returned = factory.Trait(status=PostingStatus.RETURNED, published_at=None)
        rejected = factory.Trait(
            status=PostingStatus.REJECTED, published_at=None, ended_at=factory.LazyFunction(timezone.now)
        )
        scheduled = factory.Trait(status=PostingStatus.SCHEDULED, published_at=None, publish_on=on_day(5))
        paused = factory.Trait(status=PostingStatus.PAUSED)
        expired = factory.Trait(
            status=PostingStatus.EXPIRED,
            expires_on=on_day(-1),
            ended_at=factory.LazyFunction(timezone.now),
        )
        closed = factory.Trait(
            status=PostingStatus.CLOSED,
            closing_result=ClosingResult.FILLED_HERE,
            ended_at=factory.LazyFunction(timezone.now),
        )
        withdrawn = factory.Trait(status=PostingStatus.WITHDRAWN, ended_at=factory.LazyFunction(timezone.now))
        imported = factory.Trait(
            source="example",
            source_id=factory.Sequence(str),
            source_url="https://example.com/job/1",
            review_mode=ReviewMode.IMPORTED,
            created_by=None,
        )
        empty = factory.Trait(
            title="",
            occupation=None,
            region=None,
            address="",
            headcount=None,
            employment_type="",
            pay_unit="",
            pay_min_fen=None,
            pay_max_fen=None,
            monthly_min_fen=None,
            monthly_max_fen=None,
            description="",
            requirements="",
            expires_on=None,
        )

    employer = factory.SubFactory(OrganisationFactory)
    status = PostingStatus.LIVE
    title = "养老护理员"
    occupation = factory.SubFactory(OccupationFactory)
    region = factory.SelfAttribute("employer.region")
    address = "建设北路三段88号锦和养老院"
    headcount = 3
    employment_type = EmploymentType.FULL_TIME
    pay_unit = PayUnit.MONTH
    pay_min_fen = 480_000
    pay_max_fen = 650_000
    pay_months = 12
    monthly_min_fen = factory.LazyAttribute(lambda posting: posting.pay_min_fen)
    monthly_max_fen = factory.LazyAttribute(lambda posting: posting.pay_max_fen)
    education = Education.ANY
    description = "照护8至10位老人的日常起居，三班轮换，每班8小时。"
    requirements = "身体健康，有耐心。有养老护理员职业技能等级证书者优先。"
    working_time = "三班轮换，每班8小时，月休6天"
    contract_type = ContractType.FIXED
    contract_months = 24
    trial_months = 1
    insurances = factory.LazyFunction(lambda: [insurance.value for insurance in FIVE_INSURANCES])
    welfare = factory.LazyFunction(lambda: [Welfare.MEALS.value, Welfare.HOUSING.value])
    contact_name = "周敏"
    contact_phone = "02884330000"
    expires_on = on_day(30)
    submitted_at = days_from_now(-2)
    published_at = days_from_now(-1)
    created_at = days_from_now(-3)
    updated_at = days_from_now(-1)


class PostingQuestionFactory(DjangoModelFactory):
    class Meta:
        model = PostingQuestion

    posting = factory.SubFactory(PostingFactory)
    position = factory.Sequence(lambda n: n)
    text = "能否上夜班？"
    kind = QuestionKind.YES_NO


class PostingTemplateFactory(DjangoModelFactory):
    class Meta:
        model = PostingTemplate

    employer = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"模板{n}")
    values = factory.LazyFunction(lambda: {"title": "养老护理员", "headcount": 2})
    created_at = factory.LazyFunction(timezone.now)


class PostingReportFactory(DjangoModelFactory):
    class Meta:
        model = PostingReport

    posting = factory.SubFactory(PostingFactory)
    reason = PostingReport.Reason.FEE
    text = "面试时要求先交200元服装押金。"
    created_at = factory.LazyFunction(timezone.now)


class PostingRevisionFactory(DjangoModelFactory):
    """A change of the title of a live posting, in review; traits ``returned``, ``rejected``, ``approved``, ``withdrawn``."""

    class Meta:
        model = PostingRevision

    class Params:
        decided = factory.Trait(
            decided_at=factory.LazyFunction(timezone.now), decided_by=factory.SubFactory(UserFactory)
        )
        returned = factory.Trait(state=RevisionState.RETURNED, decided=True)
        rejected = factory.Trait(
            state=RevisionState.REJECTED, decided=True, reason=RejectionReason.FALSE, note="与实际不符"
        )
        approved = factory.Trait(state=RevisionState.APPROVED, decided=True)
        withdrawn = factory.Trait(state=RevisionState.WITHDRAWN)

    posting = factory.SubFactory(PostingFactory)
    region = factory.SelfAttribute("posting.region")
    fields = factory.LazyFunction(lambda: ["title"])
    before = factory.LazyAttribute(lambda revision: {"title": revision.posting.title})
    content = factory.LazyFunction(lambda: {"title": "夜班护理员"})
    compliance = factory.LazyFunction(lambda: {"version": "test", "findings": []})
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SubFactory(UserFactory)
