"""Who sees a résumé: nobody, the employers applied to, or every verified employer that is not blocked."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.core.errors import DomainError
from employment_portal.people.consent.actions import give_consent, withdraw_consent
from employment_portal.people.enums import ConsentPurpose, ResumeVisibility
from employment_portal.people.models import BlockedEmployer, Consent, Resume, StatusSpell
from employment_portal.people.resumes.actions import open_resume, touch

LOOK_AGAIN = timedelta(minutes=10)  # a second look within this time is the same look
LOOKS_A_DAY = 200  # résumés that one employer may open
OPENED = "people.open_resume"


class TooManyLooks(DomainError):
    message = _("Your organisation has opened %(most)s résumés today. Go on tomorrow.")


@transaction.atomic
def choose_visibility(*, person_id: int, visibility: str, through: str, by: Any) -> Resume:
    """Say who sees the résumé; showing it to every verified employer is a consent, anything else takes it back.

    ``through`` is online or counter. Raises RecordClosed.
    """
    resume = open_resume(person_id)
    resume.visibility = visibility
    resume.save(update_fields=["visibility"])
    touch(resume, by, "visibility")
    if visibility == ResumeVisibility.EMPLOYERS:
        give_consent(person_id=person_id, purpose=ConsentPurpose.RESUME_SHARING, through=through, by=by)
    else:
        withdraw_consent(person_id=person_id, purpose=ConsentPurpose.RESUME_SHARING, by=by)
    return resume


def end_sharing(*, person_id: int) -> None:
    """The consent was withdrawn: from now on only employers that the person applies to see the résumé."""
    Resume.objects.filter(person=person_id, visibility=ResumeVisibility.EMPLOYERS).update(
        visibility=ResumeVisibility.APPLIED_ONLY
    )


def resumes_open_to(employer: Any, *, on: date) -> QuerySet[Resume]:
    """What a verified employer may search.

    Never those who blocked it, its head office or one of its branches; who works for it now; or who acts for it.
    """
    if not employer.is_verified:
        return Resume.objects.none()
    family = Q(organisation=employer.pk) | Q(organisation__parent=employer.pk)
    if employer.parent_id is not None:
        family |= Q(organisation=employer.parent_id)
    blocked = BlockedEmployer.objects.filter(family, resume=OuterRef("pk"))
    allowed = Consent.objects.filter(
        person=OuterRef("person"), purpose=ConsentPurpose.RESUME_SHARING, withdrawn_at__isnull=True
    )
    works_there = StatusSpell.objects.on(on).filter(
        person=OuterRef("person"), employer=employer.pk, voided_at__isnull=True
    )
    members = employer.members.filter(left_at__isnull=True, user=OuterRef("person__user"))
    return Resume.objects.filter(
        Exists(allowed),
        ~Exists(blocked),
        ~Exists(works_there),
        ~Exists(members),
        visibility=ResumeVisibility.EMPLOYERS,
        person__merged_into__isnull=True,
        person__restricted_at__isnull=True,
        person__anonymised_at__isnull=True,
    )


@transaction.atomic
def note_look(*, resume: Resume, employer: Any, by: Any, now: datetime, request: Any = None) -> None:
    """An employer opened a résumé: the person sees which. Raises TooManyLooks."""
    looks = AuditEntry.objects.filter(action=OPENED, detail__employer_id=employer.public_id)
    if looks.filter(subject_id=resume.person.public_id, actor=by, at__gt=now - LOOK_AGAIN).exists():
        return
    if looks.filter(at__gt=now - timedelta(days=1)).count() >= LOOKS_A_DAY:
        raise TooManyLooks(most=LOOKS_A_DAY)
    record(
        action=OPENED,
        by=by,
        subject=resume.person,
        detail={"employer_id": employer.public_id, "employer": employer.name},
        request=request,
    )
