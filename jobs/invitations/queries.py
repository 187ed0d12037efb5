"""Searching the résumés that an employer may see, and the invitations of both sides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from employment_portal.classifications.models import Occupation
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import (
    Expectation,
    Person,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
)
from employment_portal.people.resumes.sharing import resumes_open_to
from employment_portal.regions.models import Region
from jobs.applications.models import Application
from jobs.invitations.models import Invitation
from jobs.postings.models import Posting
from jobs.search.cursors import Cursor

PER_PAGE = 20
COUNT_CAP = 1000
MAX_WORDS = 6
# Days of work in a résumé; jobs that overlap count once (as jobs.applications.rules.months_worked).
DAYS_WORKED = (
    "SELECT coalesce(sum(upper(d) - lower(d)), 0) FROM (SELECT unnest(range_agg(daterange("
    "w.starts_on, greatest(w.starts_on, coalesce(w.ends_on, %s))))) AS d "
    "FROM people_resumework w WHERE w.resume_id = people_resume.id) AS worked"
)
DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Wanted:
    """What an employer looks for. ``occupation`` and ``region`` hold everything below them; ``years`` of work."""

    occupation: Occupation | None = None
    region: Region | None = None
    education: int | None = None
    years: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Found:
    rows: list[Resume]
    total: int
    previous: Cursor | None
    next: Cursor | None


def resumes_for(employer: Organisation, wanted: Wanted, *, on: date) -> QuerySet[Resume]:
    """The résumés shown to the employer that fit everything asked for."""
    rows = resumes_open_to(employer, on=on)
    hopes = Expectation.objects.filter(resume=OuterRef("pk"))
    if wanted.occupation is not None:
        rows = rows.filter(Exists(hopes.filter(occupations__path__startswith=wanted.occupation.path)))
    if wanted.region is not None:
        # Whoever looks in the whole city also looks in the district that was asked for.
        places = Q(regions__path__startswith=wanted.region.path) | Q(
            regions__code__in=wanted.region.path_codes
        )
        rows = rows.filter(Exists(hopes.filter(places)))
    if wanted.education:
        schools = ResumeEducation.objects.filter(resume=OuterRef("pk"), level__gte=wanted.education)
        rows = rows.filter(Q(person__education__gte=wanted.education) | Exists(schools))
    rows = rows.annotate(days_worked=RawSQL(DAYS_WORKED, [on], output_field=IntegerField()))
    if wanted.years:
        rows = rows.filter(days_worked__gte=wanted.years * DAYS_A_YEAR)
    for word in wanted.words.split()[:MAX_WORDS]:
        rows = rows.filter(_says(word))
    return rows


def _says(word: str) -> Q:
    """The word stands somewhere in what an employer sees."""
    here: dict[str, Any] = {"resume": OuterRef("pk")}
    work = Q(title__icontains=word) | Q(description__icontains=word)
    return (
        Q(headline__icontains=word)
        | Q(summary__icontains=word)
        | Exists(ResumeSkill.objects.filter(name__icontains=word, **here))
        | Exists(ResumeWork.objects.filter(work, **here))
        | Exists(ResumeCertificate.objects.filter(name__icontains=word, **here))
        | Exists(ResumeEducation.objects.filter(major__icontains=word, **here))
    )


def find(
    employer: Organisation,
    wanted: Wanted,
    *,
    on: date,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Found:
    """One page, the newest résumés first, and how many there are (at most COUNT_CAP + 1)."""
    rows = resumes_for(employer, wanted, on=on)
    total = rows.order_by()[: COUNT_CAP + 1].count()
    page = rows.select_related("person", "expectation").prefetch_related(
        "expectation__occupations",
        "expectation__regions",
        "education",
        Prefetch("skills", ResumeSkill.objects.order_by("id")),
    )
    if before is not None:
        page = page.filter(_beyond(before, "gt")).order_by("updated_at", "pk")
    else:
        page = page.order_by("-updated_at", "-pk")
        if after is not None:
            page = page.filter(_beyond(after, "lt"))
    got = list(page[: PER_PAGE + 1])
    more, got = len(got) > PER_PAGE, got[:PER_PAGE]
    if before is not None:
        got.reverse()
    forward = bool(got) and (more or before is not None)
    backward = bool(got) and (more if before is not None else after is not None)
    return Found(
        rows=got,
        total=total,
        previous=_cursor(got[0]) if backward else None,
        next=_cursor(got[-1]) if forward else None,
    )


def _cursor(resume: Resume) -> Cursor:
    return Cursor(level=0, key=(resume.updated_at, resume.pk))


def _beyond(cursor: Cursor, way: str) -> Q:
    at, pk = cursor.key[-2:]
    return Q(**{f"updated_at__{way}": at}) | Q(updated_at=at, **{f"pk__{way}": pk})


def shown_resume(employer: Organisation, public_id: str, *, on: date) -> Resume | None:
    """One résumé with everything on it, if the employer may see it."""
    return (
        resumes_for(employer, Wanted(), on=on)
        .filter(public_id=public_id)
        .select_related("person", "expectation")
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


def postings_to_invite(employer: Organisation, person: Person, *, on: date) -> QuerySet[Posting]:
    """The employer's live postings to which this person was not invited yet."""
    return (
        Posting.objects.live()
        .of_organisation(employer)
        .filter(expires_on__gte=on)
        .exclude(invitations__person=person)
        .order_by("-published_at", "-pk")
    )


def invitations_made(employer: Organisation) -> QuerySet[Invitation]:
    """What an employer sent, newest first, with the id of the application that followed as ``application_id``."""
    sent = Application.objects.filter(
        posting=OuterRef("posting"), person=OuterRef("person"), submitted_at__isnull=False
    ).order_by("-submitted_at")
    return (
        Invitation.objects.of_employer(employer)
        .select_related("posting", "person__resume", "made_by")
        .annotate(application=Subquery(sent.values("public_id")[:1]))
        .order_by("-made_at", "-pk")
    )


def invitations_received(person: Person) -> QuerySet[Invitation]:
    return (
        Invitation.objects.of_person(person)
        .select_related("posting__employer", "posting__region")
        .order_by("-made_at", "-pk")
    )
