"""Cases told through the portal's own actions, so that queues, inboxes and histories are real."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.sample.vocabulary import Trade
from jobs.applications import actions as applications
from jobs.applications.enums import ResumeKind
from jobs.applications.models import Application
from jobs.postings.actions.drafts import copy_posting
from jobs.postings.actions.reports import report_posting
from jobs.postings.actions.submission import submit_posting
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting


def tell(
    random: Random,
    *,
    firms: list[tuple[Organisation, Trade]],
    members: dict[str, User],
    people: dict[str, Person],
    now: datetime,
) -> None:
    """Postings in review, an advert that was reported, applications in every stage."""
    home, factory = firms[0][0], firms[1][0]
    _postings_in_review(home, members["employer"], now)
    _postings_in_review(factory, members["factory"], now)
    reported = (
        Posting.objects.live()
        .filter(region__path__startswith=factory.region.path)
        .exclude(employer=home)
        .first()
    )
    if reported is not None:
        report_posting(
            posting_id=reported.pk,
            reason="fee",
            text="面试时要求先交300元服装费。",
            contact="",
            now=now,
            by=None,
        )
    open_here = Posting.objects.live().filter(employer=home, headcount__gte=3).order_by("-published_at")[:4]
    seekers = [person for key, person in people.items() if not key.isdigit()]
    others = [person for key, person in people.items() if key.isdigit() and person.user_id]
    stages = ("submitted", "seen", "shortlisted", "interview", "offered", "hired", "rejected", "withdrawn")
    for place, posting in enumerate(open_here):
        for number, person in enumerate([*seekers, *others[place * 2 : place * 2 + 3]]):
            stage = stages[(place * 3 + number) % len(stages)]
            _application(posting, person, stage, by=members["employer"], now=now)


def _postings_in_review(employer: Organisation, author: User, now: datetime) -> None:
    today = timezone.localdate(now)
    for model in Posting.objects.filter(employer=employer, status=PostingStatus.LIVE).order_by("pk")[:2]:
        copy = copy_posting(posting_id=model.pk, expires_on=today + timedelta(days=30), by=author, now=now)
        submit_posting(posting_id=copy.pk, by=author, now=now, confirmed=True)


def _application(posting: Posting, person: Person, stage: str, *, by: User, now: datetime) -> Application:
    today = timezone.localdate(now)
    applicant: Any = person.user
    application = applications.start_application(
        person_id=person.pk, posting_id=posting.pk, by=applicant, today=today
    )
    applications.save_resume_choice(
        application_id=application.pk, kind=ResumeKind.ONLINE, file=None, by=applicant
    )
    applications.save_answers(
        application_id=application.pk,
        answers={question.pk: "一周内可以到岗。" for question in posting.questions.all()},
        checked=set(posting.questions.values_list("pk", flat=True)),
        by=applicant,
    )
    applications.submit_application(application_id=application.pk, by=applicant, today=today)
    if stage == "submitted":
        return application
    if stage == "withdrawn":
        applications.withdraw_application(application_id=application.pk, by=applicant)
        return application
    applications.mark_seen(application_id=application.pk, by=by)
    if stage == "rejected":
        applications.reject(
            application_id=application.pk, reason="experience", message="感谢您的投递，期待下次合作。", by=by
        )
    if stage in {"shortlisted", "interview", "offered", "hired"}:
        applications.shortlist(
            application_id=application.pk, message="您已通过初筛，我们会尽快安排面试。", by=by
        )
    if stage == "interview":
        applications.invite_to_interview(
            application_id=application.pk,
            kind="on_site",
            starts_at=(timezone.localtime(now) + timedelta(days=2)).replace(
                hour=10, minute=0, second=0, microsecond=0
            ),
            minutes=30,
            place=f"{posting.region}{posting.address}",
            contact=posting.contact_name,
            message="请携带身份证和相关证书。",
            by=by,
        )
    if stage in {"offered", "hired"}:
        # Those hired begin today, so that the month's figure counts them.
        starts_on, answer_by = (
            (today, today) if stage == "hired" else (today + timedelta(7), today + timedelta(5))
        )
        applications.make_offer(
            application_id=application.pk,
            pay_fen=posting.pay_min_fen,
            pay_unit=posting.pay_unit,
            starts_on=starts_on,
            contract_months=posting.contract_months,
            answer_by=answer_by,
            message="诚邀您加入，请在期限内答复。",
            by=by,
            today=today,
        )
    if stage == "hired":
        applications.accept_offer(application_id=application.pk, by=applicant, today=today, end_earlier=True)
    return application
