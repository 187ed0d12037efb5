"""Résumés that are shown to employers, and what became of an employer's invitations."""

from datetime import datetime

from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.organisations.models import Organisation
from employment_portal.people.enums import ResumeVisibility
from employment_portal.people.models import Person
from employment_portal.people.resumes.sharing import choose_visibility, resumes_open_to
from jobs.applications.queries import apply_state
from jobs.invitations.actions import accept_invitation, decline_invitation, invite
from jobs.postings.models import Posting

MESSAGE = "看到您的简历，经历与本岗位相符，欢迎申请或与我们联系。"


def invite_people(people: list[Person], *, employer: Organisation, by: User, now: datetime) -> None:
    """Everybody of ``people`` shows their résumé; three are invited: one agrees, one declines, one has not answered."""
    today = timezone.localdate(now)
    for person in people:
        choose_visibility(
            person_id=person.pk, visibility=ResumeVisibility.EMPLOYERS, through="online", by=person.user
        )
    postings = list(Posting.objects.live().filter(employer=employer).order_by("-published_at")[:20])
    shown = resumes_open_to(employer, on=today).filter(person__in=people).select_related("person__user")
    answers = [accept_invitation, decline_invitation, None]
    for resume in shown.order_by("pk"):
        open_here = (p for p in postings if apply_state(resume.person, p, today=today).kind == "apply")
        posting = next(open_here, None)
        if posting is None:
            continue
        made = invite(
            resume_id=resume.pk, posting_id=posting.pk, message=MESSAGE, by=by, now=now, today=today
        )
        answer = answers.pop(0)
        if answer is accept_invitation:
            accept_invitation(invitation_id=made.pk, by=resume.person.user, today=today)
        elif answer is decline_invitation:
            decline_invitation(invitation_id=made.pk, by=resume.person.user)
        if not answers:
            return
