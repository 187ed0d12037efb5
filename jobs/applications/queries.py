from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.organisations.models import Member, Organisation
from employment_portal.people.enums import ResumeVisibility
from employment_portal.people.models import BlockedEmployer, Person, Resume
from employment_portal.workflow.models import Transition
from jobs.applications.enums import (
    ENDED_STATES,
    OPEN_INTERVIEWS,
    STATUS_LEVELS,
    ApplicationStatus,
    OfferState,
)
from jobs.applications.models import (
    Answer,
    Application,
    ApplicationQuerySet,
    Interview,
    MessageTemplate,
    Offer,
)
from jobs.applications.rules import STEPS, Missing, Seeker, Wanted, missing_parts
from jobs.postings.models import Posting

CLOSED_SENTENCE = _("This job no longer takes applications. Look at similar jobs.")
STOPPED_SENTENCE = _("This employer may not recruit at present. Look at similar jobs.")
FULL_SENTENCE = _("All places have been taken. Look at similar jobs.")


@dataclass(frozen=True)
class ApplyState:
    """What the apply bar of a job page offers.

    ``kind``: apply, draft, applied, hired, rejected, closed, full, own, blocked, restricted, external.
    """

    kind: str
    sentence: Any = ""
    application: Application | None = None

    @property
    def level(self) -> str:
        """How the state of the application looks."""
        return (
            STATUS_LEVELS[ApplicationStatus(self.application.status)] if self.application is not None else ""
        )


def apply_state(person: Person | None, posting: Posting, *, today: date) -> ApplyState:
    """Whether and why not ``person`` (None: a visitor, or somebody without a record) can apply for ``posting``."""
    mine = None
    if person is not None:
        mine = Application.objects.of_person(person).filter(posting=posting).order_by("-created_at").first()
    if mine is not None and mine.status not in {ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED}:
        if mine.status == ApplicationStatus.HIRED:
            return ApplyState("hired", _("You were hired for this job."), mine)
        if mine.status == ApplicationStatus.REJECTED:
            return ApplyState("rejected", _("The employer chose other applicants."), mine)
        if mine.status != ApplicationStatus.DRAFT:
            return ApplyState("applied", "", mine)
    stopped = posting.employer.is_stopped
    if stopped or not posting.is_open_on(today):
        return ApplyState(
            "closed",
            STOPPED_SENTENCE if stopped else CLOSED_SENTENCE,
            mine if mine and mine.status == ApplicationStatus.DRAFT else None,
        )
    if is_full(posting):
        return ApplyState("full", FULL_SENTENCE)
    blocked = BlockedEmployer.objects.filter(resume__person=person, organisation=OuterRef("organisation"))
    members = dict(
        Member.objects.filter(organisation=posting.employer_id, left_at__isnull=True)
        .annotate(is_blocked=Exists(blocked))
        .values_list("user_id", "is_blocked")
    )
    if not members:
        return ApplyState(
            "external",
            _(
                "This employer does not receive applications here. Contact it in the way that the advert names."
            ),
        )
    if person is not None:
        if person.restricted_at is not None:
            return ApplyState(
                "restricted",
                _("The use of your data is restricted at your own request, so nothing can be sent."),
            )
        if person.user_id in members:
            return ApplyState("own", _("You act for this employer yourself, so you cannot apply to it."))
        if any(members.values()):
            return ApplyState(
                "blocked", _("You have blocked this employer in your résumé. Take the block away to apply.")
            )
    if mine is not None and mine.status == ApplicationStatus.DRAFT:
        return ApplyState("draft", "", mine)
    return ApplyState("apply")


def is_full(posting: Posting) -> bool:
    """Whether every place is taken. An imported advert that names no number is never full."""
    return posting.headcount is not None and posting.filled >= posting.headcount


def part_state(application: Application) -> list[Missing]:
    """What keeps this application from being sent."""
    questions = list(application.posting.questions.all())
    answers = {answer.question_id: answer for answer in application.answers.all()}
    return missing_parts(
        resume_kind=application.resume_kind,
        has_resume=has_resume(application.person),
        hidden=Resume.objects.filter(
            person=application.person_id, visibility=ResumeVisibility.HIDDEN
        ).exists(),
        has_upload=bool(application.upload),
        open_questions=sum(
            1
            for question in questions
            if question.required and not (question.pk in answers and answers[question.pk].text)
        ),
        unchecked=sum(1 for answer in answers.values() if not answer.checked),
    )


def has_resume(person: Person) -> bool:
    """Whether the résumé on file says anything: education, work, a skill or a few words."""
    resume = Resume.objects.filter(person=person).first()
    if resume is None:
        return False
    return bool(
        resume.headline
        or resume.summary
        or resume.education.exists()
        or resume.work.exists()
        or resume.skills.exists()
    )


def earlier_answers(application: Application) -> dict[str, Answer]:
    """This person's newest sent answers by the text of the question."""
    answers = (
        Answer.objects.filter(
            application__person=application.person_id,
            application__submitted_at__isnull=False,
            question__text__in=application.posting.questions.values("text"),
        )
        .exclude(text="")
        .select_related("question")
        .order_by("application__submitted_at")
    )
    return {answer.question.text: answer for answer in answers}


def match_facts(person: Person, posting: Posting) -> tuple[Wanted, Seeker]:
    """Both sides of the match, as the pure rule reads them."""
    wanted = Wanted(
        education=posting.education,
        experience_months=posting.experience_months,
        region_path=posting.region.path if posting.region else "",
        occupation_code=posting.occupation.code if posting.occupation else "",
        monthly_max_fen=posting.monthly_max_fen,
        text=" ".join([posting.title, *posting.keywords, posting.description, posting.requirements]),
    )
    resume = (
        Resume.objects.filter(person=person)
        .annotate(
            levels=_rows_of("education", "level"),
            starts=_rows_of("work", "starts_on"),
            ends=_rows_of("work", "ends_on"),
            skill_names=_rows_of("skills", "name"),
            paths=_rows_of("expectation", "regions__path"),
            codes=_rows_of("expectation", "occupations__code"),
            pay=F("expectation__pay_min_fen"),
        )
        .first()
    )
    if resume is None:
        return wanted, Seeker(education=person.education)
    return wanted, Seeker(
        education=max(resume.levels, default=person.education),
        work=list(zip(resume.starts, resume.ends, strict=True)),
        region_paths=[path for path in resume.paths if path],
        occupation_codes=[code for code in resume.codes if code],
        pay_min_fen=resume.pay,
        skills=resume.skill_names,
    )


def _rows_of(relation: str, column: str) -> ArraySubquery:
    """A column of a résumé's rows, so that all of them come with the résumé itself."""
    rows: Any = Resume._meta.get_field(relation).related_model
    return ArraySubquery(rows.objects.filter(resume=OuterRef("pk")).order_by("pk").values(column))


# --- lists ---------------------------------------------------------------------------------------------

MY_TABS = {
    "all": Q(),
    "draft": Q(status=ApplicationStatus.DRAFT),
    "open": Q(
        status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.SEEN, ApplicationStatus.SHORTLISTED]
    ),
    "interview": Q(status=ApplicationStatus.INTERVIEW),
    "offered": Q(status=ApplicationStatus.OFFERED),
    "ended": Q(status__in=ENDED_STATES),
}
PIPELINE = {
    "all": Q(),
    "submitted": Q(status=ApplicationStatus.SUBMITTED),
    "seen": Q(status=ApplicationStatus.SEEN),
    "shortlisted": Q(status=ApplicationStatus.SHORTLISTED),
    "interview": Q(status=ApplicationStatus.INTERVIEW),
    "offered": Q(status=ApplicationStatus.OFFERED),
    "hired": Q(status=ApplicationStatus.HIRED),
    "ended": Q(
        status__in=[ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED]
    ),
}
SORTS = {
    "submitted": "submitted_at",
    "-submitted": "-submitted_at",
    "name": "person__name_key",
    "-name": "-person__name_key",
    "status": "status",
    "-status": "-status",
}


def tab_counts(applications: QuerySet[Application], tabs: dict[str, Q]) -> dict[str, int]:
    """How many rows each tab holds, in one query."""
    counts = {
        key: Count("pk", filter=condition) if condition else Count("pk") for key, condition in tabs.items()
    }
    return applications.aggregate(**{f"n_{key}": value for key, value in counts.items()})  # keys n_<tab>


def my_applications(person: Person, *, words: str = "") -> QuerySet[Application]:
    """A person's applications, newest first."""
    applications = Application.objects.of_person(person).select_related(
        "posting__employer", "posting__region"
    )
    if words:
        applications = applications.filter(
            Q(posting__title__icontains=words) | Q(posting__employer__name__icontains=words)
        )
    return applications.order_by("-created_at", "-pk")


def received(
    organisation: Organisation, *, posting: Posting | None = None, words: str = "", sort: str = "-submitted"
) -> ApplicationQuerySet:
    """What an employer received, with the next interview of each row as ``interview_at``."""
    applications = Application.objects.received_by(organisation).select_related("person", "posting")
    if posting is not None:
        applications = applications.filter(posting=posting)
    if words:
        applications = applications.filter(
            Q(person__name__icontains=words) | Q(posting__title__icontains=words)
        )
    next_interview = Interview.objects.filter(application=OuterRef("pk"), state__in=OPEN_INTERVIEWS)
    return applications.annotate(interview_at=Subquery(next_interview.values("starts_at")[:1])).order_by(
        SORTS.get(sort, "-submitted_at"), "-pk"
    )


def open_interview(application: Application) -> Interview | None:
    return application.interviews.filter(state__in=OPEN_INTERVIEWS).first()


def standing_offer(application: Application) -> Offer | None:
    """The offer that waits for an answer or was accepted."""
    return application.offers.filter(state__in=[OfferState.OPEN, OfferState.ACCEPTED]).first()


def message_templates(organisation: Organisation) -> dict[str, str]:
    """The wording offered for each step: the employer's own, else the portal's."""
    own = dict(MessageTemplate.objects.filter(employer=organisation).values_list("step", "text"))
    return {step: own.get(step) or str(default) for step, default in STEPS.items()}


# --- history ---------------------------------------------------------------------------------------------

STEP_LABELS = {
    "application.submit": _("Application sent"),
    "application.mark_seen": _("Seen by the employer"),
    "application.shortlist": _("On the shortlist"),
    "application.invite": _("Invited to an interview"),
    "application.make_offer": _("Offer of work made"),
    "application.withdraw_offer": _("Back on the shortlist"),
    "application.lapse_offer": _("Back on the shortlist"),
    "application.hire": _("Hired"),
    "application.reject": _("Not selected"),
    "application.withdraw": _("Application withdrawn"),
    "application.expire": _("Closed without an answer"),
    "interview.accept": _("Interview accepted"),
    "interview.decline": _("Interview declined"),
    "interview.ask_other_time": _("Another interview time asked for"),
    "interview.reschedule": _("Interview moved"),
    "interview.cancel": _("Interview cancelled"),
    "interview.mark_held": _("Interview held"),
    "interview.mark_no_show": _("Did not come to the interview"),
    "offer.accept": _("Offer accepted"),
    "offer.decline": _("Offer declined"),
    "offer.withdraw": _("Offer withdrawn by the employer"),
    "offer.lapse": _("Offer lapsed without an answer"),
}


@dataclass(frozen=True)
class Step:
    label: Any
    at: datetime
    by: Any
    note: str


def timeline(application: Application, *, for_applicant: bool) -> list[Step]:
    """Every step with its date, newest first. The applicant reads the employer's name, not its members'."""
    subjects = Q(subject_type="jobs.application", subject_id=application.pk)
    subjects |= Q(
        subject_type="jobs.interview",
        subject_id__in=application.interviews.order_by().values("pk"),
    )
    subjects |= Q(subject_type="jobs.offer", subject_id__in=application.offers.order_by().values("pk"))
    rows = Transition.objects.filter(subjects).select_related("by").order_by("-at", "-id")
    members = set(
        Member.objects.filter(organisation=application.posting.employer_id).values_list("user_id", flat=True)
    )
    return [
        Step(
            label=STEP_LABELS[f"{row.workflow}.{row.name}"],
            at=row.at,
            by=_actor(row, application, members, for_applicant=for_applicant),
            note=row.note,
        )
        for row in rows
    ]


def _actor(row: Transition, application: Application, members: Container[int], *, for_applicant: bool) -> Any:
    if row.by is None:
        return pgettext_lazy("who did a step", "The portal")
    if row.by_id == application.person.user_id:
        return pgettext_lazy("who did a step", "You") if for_applicant else application.resume.get("name", "")
    if row.by_id is not None and row.by_id in members:
        return application.posting.employer.name if for_applicant else str(row.by)
    return pgettext_lazy("who did a step", "Service counter, for the applicant")
