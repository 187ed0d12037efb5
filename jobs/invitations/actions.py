"""Inviting somebody whose résumé is shown to employers, and their answer."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import INBOX_AND_MAIL, INBOX_ONLY, notify
from employment_portal.organisations.models import Member
from employment_portal.people.models import Person
from employment_portal.people.records.actions import lock_open
from employment_portal.people.resumes.actions import block_employer
from employment_portal.people.resumes.sharing import resumes_open_to
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.rows import require_standing, require_verified
from jobs.applications.models import Application
from jobs.applications.queries import apply_state
from jobs.invitations.enums import InvitationState
from jobs.invitations.models import Invitation
from jobs.invitations.workflow import INVITATION
from jobs.postings.models import Posting

INVITATIONS_A_DAY = 30  # of one employer


class NotShown(DomainError):
    message = _("This person does not show their résumé to you any more.")


class PostingClosed(DomainError):
    message = _("This job no longer takes applications.")


class AlreadyInvited(DomainError):
    message = _("This person was invited to this job already, or has applied for it.")


class TooManyInvitations(DomainError):
    message = _("Your organisation has sent %(most)s invitations today. Go on tomorrow.")


class NotShared(DomainError):
    message = _("This person has not agreed to be contacted.")


@transaction.atomic
def invite(
    *, resume_id: int, posting_id: int, message: str, by: Any, now: datetime, today: date
) -> Invitation:
    """Ask the owner of a résumé to apply for one of the employer's own live postings.

    Raises TransitionNotAllowed for somebody who does not act for the employer, NotShown, PostingClosed,
    AlreadyInvited, TooManyInvitations.
    """
    # The posting is the lock of its employer's count: two members inviting at once are counted one after the other.
    posting = Posting.objects.select_for_update(of=("self",)).select_related("employer").get(pk=posting_id)
    if not _acts_for(by, posting.employer_id):
        raise TransitionNotAllowed
    resume = (
        resumes_open_to(posting.employer, on=today)
        .select_related("person__user")
        .filter(pk=resume_id)
        .first()
    )
    if resume is None:
        raise NotShown
    if not posting.is_open_on(today):
        raise PostingClosed
    if apply_state(resume.person, posting, today=today).kind not in {"apply", "draft"}:
        raise AlreadyInvited
    sent = Invitation.objects.of_employer(posting.employer).filter(made_at__gt=now - timedelta(days=1))
    if sent.count() >= INVITATIONS_A_DAY:
        raise TooManyInvitations(most=INVITATIONS_A_DAY)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                posting=posting, person=resume.person, message=message.strip(), made_by=by, made_at=now
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    record(action="invitation.make", by=by, subject=invitation, detail={"employer": posting.employer.name})
    if resume.person.user is not None:
        notify(
            kind="invited_to_apply",
            to=resume.person.user,
            channels=INBOX_AND_MAIL,
            context={"invitation": invitation, "posting": posting, "employer": posting.employer},
            path=invitation.get_absolute_url(),
        )
    return invitation


def _acts_for(user: Any, employer_id: int) -> bool:
    return Member.objects.filter(organisation=employer_id, user=user, left_at__isnull=True).exists()


def _locked(invitation_id: int) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("posting__employer__parent", "person__user", "made_by")
        .get(pk=invitation_id)
    )


def _answer(invitation: Invitation, move: str, by: Any) -> None:
    invitation.answered_at = timezone.now()
    INVITATION.apply(invitation, move, by=by, save_fields=["answered_at"])
    if move != "block" and _acts_for(invitation.made_by, invitation.posting.employer_id):
        notify(
            kind=f"invitation_{invitation.state}",
            to=invitation.made_by,
            channels=INBOX_ONLY,
            context={"posting": invitation.posting},
            path="/employer/invitations/",
        )


@transaction.atomic
def accept_invitation(*, invitation_id: int, by: Any, today: date) -> Invitation:
    """Let the employer see name and phone number. Raises TransitionNotAllowed, RecordClosed, PostingClosed."""
    invitation = _locked(invitation_id)
    lock_open(invitation.person_id)
    if not invitation.posting.is_open_on(today):
        raise PostingClosed
    _answer(invitation, "accept", by)
    return invitation


@transaction.atomic
def decline_invitation(*, invitation_id: int, by: Any) -> Invitation:
    """Decline, or take an acceptance back. Raises TransitionNotAllowed."""
    invitation = _locked(invitation_id)
    _answer(invitation, "decline", by)
    return invitation


@transaction.atomic
def block_inviter(*, invitation_id: int, by: Any) -> Invitation:
    """Block the employer: it never sees the résumé again, and all its invitations to this person end.

    Raises TransitionNotAllowed, RecordClosed.
    """
    invitation = _locked(invitation_id)
    block_employer(person_id=invitation.person_id, organisation_id=invitation.posting.employer_id, by=by)
    _answer(invitation, "block", by)
    others = Invitation.objects.of_person(invitation.person).of_employer(invitation.posting.employer)
    standing = others.filter(state__in=[InvitationState.OPEN, InvitationState.ACCEPTED]).order_by("pk")
    for other_id in list(standing.values_list("pk", flat=True)):
        _answer(_locked(other_id), "block", by)
    return invitation


@transaction.atomic
def reveal_contact(*, invitation_id: int, by: Any, request: Any = None) -> Person:
    """The person behind an accepted invitation, with the phone number; each look is recorded for them to see.

    Raises TransitionNotAllowed, TakenDown, EmployerStopped, EmployerLapsed, NotShared.
    """
    invitation = _locked(invitation_id)
    if not _acts_for(by, invitation.posting.employer_id):
        raise TransitionNotAllowed
    require_standing(invitation.posting)
    require_verified(invitation.posting)
    person = invitation.person
    if invitation.state != InvitationState.ACCEPTED or person.restricted_at or person.anonymised_at:
        raise NotShared
    record(
        action="invitation.reveal_contact",
        by=by,
        subject=invitation,
        detail={"employer": invitation.posting.employer.name},
        request=request,
    )
    return person


def applied_from(invitation: Invitation) -> Application | None:
    """The application that followed, as far as it was sent."""
    sent = Application.objects.filter(
        posting=invitation.posting_id, person=invitation.person_id, submitted_at__isnull=False
    )
    return sent.order_by("-submitted_at").first()
