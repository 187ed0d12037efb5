from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import User
from employment_portal.core.calendar import working_days_between
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.engine import history
from employment_portal.workflow.models import Transition, WorkItem
from jobs.applications.enums import OPEN_STATES, ApplicationStatus
from jobs.applications.models import Application
from jobs.postings.enums import PostingStatus, RejectionReason
from jobs.postings.models import Posting, PostingReport
from jobs.postings.permissions import REVIEWERS
from jobs.postings.revisions.models import PostingRevision
from jobs.postings.revisions.queries import revisions_of, steps_of
from jobs.postings.rules import REJECTION_ARTICLES, EmployerRecord, Limits

S = PostingStatus
REVISION_TYPE = "jobs.postingrevision"
TABS: dict[str, tuple[Any, list[str]]] = {
    "live": (_("Live"), [S.LIVE, S.PAUSED]),
    "scheduled": (_("Scheduled"), [S.SCHEDULED]),
    "review": (_("In review"), [S.SUBMITTED]),
    "returned": (_("Returned"), [S.RETURNED]),
    "draft": (_("Drafts"), [S.DRAFT]),
    "awaiting": (_("Awaiting result"), [S.EXPIRED]),
    "closed": (_("Closed"), [S.CLOSED, S.WITHDRAWN, S.REJECTED]),
}
SORTS = {
    "updated": ["updated_at"],
    "-updated": ["-updated_at"],
    "title": ["title"],
    "-title": ["-title"],
    "expires": ["expires_on"],
    "-expires": ["-expires_on"],
    "views": ["view_count"],
    "-views": ["-view_count"],
}
LEVELS = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.RETURNED: "warn",
    S.REJECTED: "bad",
    S.SCHEDULED: "info",
    S.LIVE: "ok",
    S.PAUSED: "warn",
    S.EXPIRED: "warn",
    S.CLOSED: "neutral",
    S.WITHDRAWN: "neutral",
}
STAGES = [
    ("shortlisted", ApplicationStatus.SHORTLISTED),
    ("interview", ApplicationStatus.INTERVIEW),
    ("offered", ApplicationStatus.OFFERED),
    ("hired", ApplicationStatus.HIRED),
]
STEP_LABELS = {
    "submit": _("Submitted for review"),
    "publish": _("Published at once"),
    "schedule": _("Scheduled"),
    "take_back": _("Taken back from review"),
    "approve": _("Approved and published"),
    "approve_for_later": _("Approved and scheduled"),
    "send_back": _("Returned for correction"),
    "reject": _("Rejected"),
    "publish_due": _("Published on its day"),
    "revise": _("Changed, in review again"),
    "change": _("Changed"),
    "change_paused": _("Changed"),
    "change_scheduled": _("Changed"),
    "pause": _("Paused"),
    "stop": _("Paused, because the employer may not recruit at present"),
    "resume": _("Resumed"),
    "extend": _("Extended"),
    "extend_paused": _("Extended"),
    "expire": _("Validity ended"),
    "close": _("Closed with its result"),
    "withdraw": _("Withdrawn"),
    "take_down": _("Taken down"),
}
REVISION_LABELS = {
    "approve": _("Change approved"),
    "send_back": _("Change returned for correction"),
    "reject": _("Change rejected"),
    "take_back": _("Change taken back"),
    "end": _("Change in review ended"),
}


def posting_page(public_id: str, **more: Any) -> Posting:
    """What anybody may open: a live posting, or a past one that stays up. Raises Posting.DoesNotExist.

    With it how many postings of its employer are live (``employer_postings``) and how many people they want
    (``employer_people``); ``more`` are further annotations.
    """
    live = Posting.objects.live().filter(employer=OuterRef("employer")).order_by().values("employer")
    return (
        Posting.objects.public()
        .annotate(
            employer_postings=Coalesce(Subquery(live.annotate(number=Count("pk")).values("number")), 0),
            employer_people=Coalesce(Subquery(live.annotate(number=Sum("headcount")).values("number")), 0),
            **more,
        )
        .select_related("employer__industry", "employer__region", "employer__parent", "occupation", "region")
        .get(public_id=public_id)
    )


def is_listed(posting: Posting, *, today: date) -> bool:
    """Whether search shows it: live, and not past its last day."""
    return posting.is_open_on(today)


# --- the employer's list ---------------------------------------------------------------------------------


def postings_of(
    organisation: Organisation, *, tab: str, words: str = "", sort: str = ""
) -> QuerySet[Posting]:
    rows = Posting.objects.of_organisation(organisation).filter(status__in=TABS[tab][1])
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(region__name__icontains=words))
    return rows.select_related("region", "occupation", "employer").order_by(
        *SORTS.get(sort, ["-updated_at"]), "-pk"
    )


def tab_counts(organisation: Organisation) -> dict[str, int]:
    """How many postings each tab holds, in one query."""
    counts = {key: Count("pk", filter=Q(status__in=states)) for key, (_label, states) in TABS.items()}
    return Posting.objects.of_organisation(organisation).aggregate(**counts)


def funnels(postings: Iterable[Posting]) -> dict[int, dict[str, int]]:
    """How far the applications of each posting ever came, in one query for all.

    ``views``, ``applications`` (sent), ``seen``, ``shortlisted``, ``interview``, ``offered``, ``hired``; a stage
    counts who reached it, whatever became of them afterwards.
    """
    postings = list(postings)
    reached = Transition.objects.filter(subject_type="jobs.application", subject_id=OuterRef("pk"))
    counted = (
        Application.objects.filter(posting__in=postings, submitted_at__isnull=False)
        .annotate(**{f"did_{name}": Exists(reached.filter(target=target)) for name, target in STAGES})
        .values("posting_id")
        .annotate(
            applications=Count("pk"),
            seen=Count("pk", filter=Q(seen_at__isnull=False)),
            **{name: Count("pk", filter=Q(**{f"did_{name}": True})) for name, _target in STAGES},
        )
        .order_by()
    )
    empty = dict.fromkeys(["applications", "seen", *(name for name, _target in STAGES)], 0)
    by_posting: dict[int, dict[str, int]] = {}
    row: dict[str, Any]
    for row in counted:  # type: ignore[assignment]
        sums = by_posting.setdefault(row["posting_id"], dict(empty))
        for key in empty:
            sums[key] += row[key]
    return {
        posting.pk: {"views": posting.view_count, **by_posting.get(posting.pk, empty)} for posting in postings
    }


def likely_duplicates(posting: Posting) -> QuerySet[Posting]:
    """Open postings of the same employer with the same title in the same place."""
    return (
        Posting.objects.filter(
            employer=posting.employer_id,
            title=posting.title,
            region=posting.region_id,
            status__in=[S.SUBMITTED, S.SCHEDULED, S.LIVE, S.PAUSED],
        )
        .exclude(pk=posting.pk)
        .exclude(title="")
        .order_by("-updated_at")
    )


def possible_hires(posting: Posting) -> QuerySet[Application]:
    """Applicants with an offer or an accepted one: whom the closing dialog asks about."""
    return (
        Application.objects.filter(
            posting=posting, status__in=[ApplicationStatus.OFFERED, ApplicationStatus.HIRED]
        )
        .select_related("person")
        .order_by("person__name_key", "pk")
    )


def waiting_applicants(posting: Posting) -> int:
    """How many applicants stand before an offer: whom the end of the posting ends too."""
    return Application.objects.filter(
        posting=posting, status__in=OPEN_STATES - {ApplicationStatus.OFFERED}
    ).count()


@dataclass(frozen=True)
class Step:
    label: Any
    at: datetime
    by: Any
    note: str


def timeline(posting: Posting, *, for_staff: bool) -> list[Step]:
    """Every step, newest first. The employer reads the office, not the officer's name."""
    members = set(posting.employer.members.values_list("user_id", flat=True))

    def who(user: Any) -> Any:
        if user is None:
            return _("Portal")
        return user if for_staff or user.pk in members else _("Employment service")

    steps = [
        Step(STEP_LABELS.get(row.name, row.name), row.at, who(row.by), _note(row)) for row in history(posting)
    ]
    revisions = revisions_of(posting)
    steps += [
        Step(_("Change sent to review"), revision.submitted_at, who(revision.submitted_by), "")
        for revision in revisions
    ]
    if revisions:
        steps += [
            Step(REVISION_LABELS[row.name], row.at, who(row.by), _note(row)) for row in steps_of(revisions)
        ]
    return sorted(steps, key=lambda step: step.at)[::-1]


def _note(row: Transition) -> str:
    parts = []
    if reason := row.data.get("reason"):
        articles = "；".join(str(article) for article in REJECTION_ARTICLES[reason])
        parts.append(str(RejectionReason(reason).label) + (f"（{articles}）" if articles else ""))
    if row.data.get("to"):
        parts.append(str(_("until %(day)s") % {"day": row.data["to"]}))
    if row.note:
        parts.append(row.note)
    return " ".join(parts)


def last_decision(posting: Posting) -> Step | None:
    """Why it was refused or taken down, for the employer."""
    row = history(posting).filter(name__in=["reject", "take_down"]).last()
    return Step(STEP_LABELS[row.name], row.at, None, _note(row)) if row else None


# --- the record of an employer ------------------------------------------------------------------------------


def employer_record(employer: Organisation, limits: Limits, today: date) -> EmployerRecord:
    since = timezone.make_aware(datetime.combine(today - timedelta(days=limits.clean_record_days), time.min))
    return EmployerRecord(
        is_verified=employer.is_verified,
        verified_until=employer.licensed.verified_until,
        clean_reviews=employer.clean_reviews,
        upheld_reports=PostingReport.objects.filter(
            posting__employer=employer, upheld=True, decided_at__gte=since
        ).count(),
    )


@dataclass(frozen=True)
class Standing:
    """An employer as a reviewer sees it: what is up, what was refused, what was reported."""

    record: EmployerRecord
    live: int
    refused: int
    returned: int
    reports: int


def standing_of(employer: Organisation, limits: Limits, today: date) -> Standing:
    mine = Posting.objects.of_organisation(employer)
    changes = PostingRevision.objects.filter(posting__in=mine)
    steps = Transition.objects.filter(
        Q(subject_type="jobs.posting", subject_id__in=mine.values("pk"))
        | Q(subject_type=REVISION_TYPE, subject_id__in=changes.values("pk"))
    ).aggregate(
        refused=Count("pk", filter=Q(name__in=["reject", "take_down"])),
        returned=Count("pk", filter=Q(name="send_back")),
    )
    return Standing(
        record=employer_record(employer, limits, today),
        live=mine.live().count(),
        refused=steps["refused"],
        returned=steps["returned"],
        reports=PostingReport.objects.filter(posting__employer=employer).count(),
    )


# --- the review queue ---------------------------------------------------------------------------------------


@dataclass
class QueueRow:
    """A work item with its posting (or report) and the working days left; negative when overdue.

    Of a change of a published posting ``subject`` is the posting and ``revision`` the change.
    """

    item: WorkItem
    subject: Any
    days_left: int
    revision: PostingRevision | None = None
    marked: int = 0
    must_fix: int = 0

    @property
    def level(self) -> str:
        return "bad" if self.days_left < 0 else "warn" if self.days_left == 0 else "neutral"

    @property
    def overdue(self) -> int:
        return max(-self.days_left, 0)

    @property
    def is_sample(self) -> bool:
        return self.item.kind == "posting_sample"

    @property
    def submitted_at(self) -> datetime | None:
        return (self.revision or self.subject).submitted_at


def review_items(
    user: User, *, kinds: Iterable[str], words: str = "", region: str = "", marks: str = "", today: date
) -> QuerySet[WorkItem]:
    """Open items in the subtrees where the user reviews postings, by time left.

    ``marks``: ``clean`` or ``marked`` by the check at submission; ``due``: due today or overdue.
    """
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role in REVIEWERS:
            scope |= Q(region__path__startswith=post.agency.region.path)
    items = WorkItem.objects.open().filter(scope, kind__in=list(kinds))
    if words:
        items = items.filter(title__icontains=words)
    if region:
        items = items.filter(region__path__contains=f"{region}/")
    clean = Q(
        subject_type=REVISION_TYPE,
        subject_id__in=PostingRevision.objects.filter(compliance__findings=[]).values("pk"),
    ) | (
        ~Q(subject_type=REVISION_TYPE)
        & Q(subject_id__in=Posting.objects.filter(compliance__findings=[]).values("pk"))
    )
    if marks == "clean":
        items = items.filter(clean)
    elif marks == "marked":
        items = items.exclude(clean)
    elif marks == "due":
        items = items.filter(due_on__lte=today)
    return items.select_related("region", "assigned_to").order_by("due_on", "pk")


def queue_rows(items: Iterable[WorkItem], *, today: date) -> list[QueueRow]:
    """The items of one page with what they are about, in three queries."""
    items = list(items)
    ids: dict[str, list[int]] = {}
    for item in items:
        ids.setdefault(item.subject_type, []).append(item.subject_id)
    subjects: dict[tuple[str, int], Any] = {}
    for posting in Posting.objects.filter(pk__in=ids.get("jobs.posting", [])).select_related(
        "employer", "region"
    ):
        subjects["jobs.posting", posting.pk] = posting
    for report in PostingReport.objects.filter(pk__in=ids.get("jobs.postingreport", [])).select_related(
        "posting__employer", "posting__region"
    ):
        subjects["jobs.postingreport", report.pk] = report
    for revision in PostingRevision.objects.filter(pk__in=ids.get(REVISION_TYPE, [])).select_related(
        "region", "posting__employer", "posting__region"
    ):
        subjects[REVISION_TYPE, revision.pk] = revision
    rows = []
    for item in items:
        subject = subjects.get((item.subject_type, item.subject_id))
        if subject is None:
            continue
        row = QueueRow(item, subject, working_days_between(today, item.due_on))
        if isinstance(subject, PostingRevision):
            row.subject, row.revision = subject.posting, subject
        if isinstance(subject, Posting | PostingRevision):
            findings = subject.compliance.get("findings", [])
            row.marked = len(findings)
            row.must_fix = sum(finding["severity"] == "must_fix" for finding in findings)
        rows.append(row)
    return rows
