"""Adverts that somebody reported."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.postings.actions.review import OwnEmployer, take_down
from jobs.postings.limits import limits_in_force
from jobs.postings.models import Posting, PostingReport
from jobs.postings.permissions import acts_for_employer, in_district
from jobs.postings.workflow import POSTING

REPORT = "posting_report"


class AlreadyDecided(DomainError):
    message = _("A colleague has already decided about this report.")


@transaction.atomic
def report_posting(
    *,
    posting_id: int,
    reason: str,
    text: str,
    contact: str,
    now: datetime,
    by: User | None = None,
) -> PostingReport:
    """Take a report about a public posting from anybody, signed in or not, and put it before the district officer."""
    posting = Posting.objects.public().select_related("region", "employer__region").get(pk=posting_id)
    report = PostingReport.objects.create(
        posting=posting, reason=reason, text=text, contact=contact, by=by, created_at=now
    )
    region = posting.region or posting.employer.region
    if region is not None:
        today = timezone.localdate(now)
        open_work_item(
            kind=REPORT,
            subject=report,
            title=f"{posting.title} {report.get_reason_display()}",
            path=reverse("jobs:report", args=[report.public_id]),
            region=region,
            role=StaffRole.DISTRICT_OFFICER,
            working_days=limits_in_force(region, today).review_working_days,
            today=today,
        )
    return report


@transaction.atomic
def uphold_report(*, report_id: int, reason: str, answer: str, by: User, now: datetime) -> PostingReport:
    """Find a report right: the posting is taken down if it is still up, and both sides are told.

    Raises AlreadyDecided, OwnEmployer.
    """
    report = _open_report(report_id, by)
    _decide(report, upheld=True, answer=answer, by=by, now=now)
    if report.posting.status in POSTING.moves["take_down"].sources:
        take_down(posting_id=report.posting_id, reason=reason, note=answer, by=by, now=now)
    else:
        Organisation.objects.filter(pk=report.posting.employer_id).update(clean_reviews=0)
    return report


@transaction.atomic
def dismiss_report(*, report_id: int, answer: str, by: User, now: datetime) -> PostingReport:
    """Find nothing wrong; the posting stays. Raises AlreadyDecided, OwnEmployer."""
    report = _open_report(report_id, by)
    _decide(report, upheld=False, answer=answer, by=by, now=now)
    return report


def _open_report(report_id: int, by: User) -> PostingReport:
    report = PostingReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    if acts_for_employer(by, report.posting):
        raise OwnEmployer
    if not in_district(by, report.posting):
        raise TransitionNotAllowed
    if report.decided_at is not None:
        raise AlreadyDecided
    return report


def _decide(report: PostingReport, *, upheld: bool, answer: str, by: User, now: datetime) -> None:
    report.upheld, report.answer = upheld, answer
    report.decided_at, report.decided_by = now, by
    report.save()
    outcome = "upheld" if upheld else "dismissed"
    close_work_items(subject=report, by=by, outcome=outcome)
    record(action=f"posting.report_{outcome}", by=by, subject=report, reason=answer[:300])
    if report.by is not None:
        notify(
            kind="posting_report_answered",
            to=report.by,
            channels=INBOX_AND_MAIL,
            context={"posting": report.posting, "upheld": upheld, "answer": answer},
            dedupe_key=f"posting-report-{report.pk}",
        )
