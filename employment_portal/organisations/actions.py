"""Registration, verification and standing of organisations. Members have a file of their own."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.text import pinyin_key
from employment_portal.core.uploads import check_paper
from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.enums import MemberRole, VerificationStatus
from employment_portal.organisations.models import Member, Organisation, Verification
from employment_portal.organisations.permissions import may_verify
from employment_portal.organisations.workflow import ORGANISATION
from employment_portal.regions.terms import MOST_VALUE, TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item

WORK_KIND = "organisation_verification"
OUTCOMES = {
    "verify": VerificationStatus.VERIFIED,
    "send_back": VerificationStatus.RETURNED,
    "refuse": VerificationStatus.REFUSED,
}


# What other packages do when an organisation is renamed; they add themselves from AppConfig.ready.
when_renamed: list[Callable[[Organisation], None]] = []
# The same when one may not recruit any more: it was suspended, or a branch closed; with the reason, for its people.
when_stopped: list[Callable[[Organisation, str], object]] = []


class AlreadyRegistered(DomainError):
    message = _(
        "An organisation with this code is registered here already. Ask its owner to invite you, or ask to join."
    )


class NotVerifiable(DomainError):
    message = _("Enter the unified social credit code of the organisation before you submit its licence.")


class PlaceMissing(DomainError):
    message = _("Enter the place of the organisation before you submit its licence.")


class ConflictOfInterest(DomainError):
    message = _(
        "You act for this organisation yourself, or it lies outside your region. A colleague must decide."
    )


class AlreadySubmitted(DomainError):
    message = _("The licence was handed in already and is being verified. Wait for the decision.")


class AlreadyDecided(DomainError):
    message = _("A colleague has already decided this.")


class ReasonNeeded(DomainError):
    message = _("Say what is wrong, so that the organisation knows what to do.")


@transaction.atomic
def register_organisation(
    *, by: Any, licence: UploadedFile, authorisation: UploadedFile | None, **fields: Any
):
    """Register an organisation with the user as its owner and hand its licence in for verification.

    Raises AlreadyRegistered, and the errors of ``check_paper``.
    """
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                **fields, name_key=pinyin_key(fields["name"]), created_at=timezone.now()
            )
    except IntegrityError as error:
        if Organisation.objects.filter(code=fields["code"]).exists():
            raise AlreadyRegistered from error
        raise
    Member.objects.create(organisation=organisation, user=by, role=MemberRole.OWNER, joined_at=timezone.now())
    record(action="organisation.register", by=by, subject=organisation)
    submit_verification(
        organisation_id=organisation.pk,
        licence=licence,
        authorisation=authorisation,
        by=by,
        today=timezone.localdate(),
    )
    organisation.refresh_from_db()
    return organisation


@transaction.atomic
def submit_verification(
    *, organisation_id: int, licence: UploadedFile, authorisation: UploadedFile | None, by: Any, today: date
) -> Verification:
    """Hand the licence in: the first time, after a return, or for the check every six months.

    A verified organisation whose name and code stand as they were verified stays verified meanwhile. Raises
    NotVerifiable, PlaceMissing, AlreadySubmitted, TransitionNotAllowed, and the errors of ``check_paper``.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    if not organisation.code:
        raise NotVerifiable
    if organisation.region is None:
        raise PlaceMissing
    if organisation.verifications.filter(status=VerificationStatus.SUBMITTED).exists():
        raise AlreadySubmitted
    paper = check_paper(licence, name=licence.name, size=licence.size)
    verification = Verification(
        organisation=organisation,
        licence_name=paper.display_name,
        licence_sha256=paper.sha256,
        declared={
            "name": organisation.name,
            "code": organisation.code,
            "legal_representative": organisation.legal_representative,
            "address": organisation.address,
        },
        submitted_by=by,
        submitted_at=timezone.now(),
    )
    verification.licence.save(paper.stored_name, licence, save=False)
    if authorisation is not None:
        letter = check_paper(authorisation, name=authorisation.name, size=authorisation.size)
        verification.authorisation_name = letter.display_name
        verification.authorisation.save(letter.stored_name, authorisation, save=False)
    if not (organisation.is_verified and _stands_as_verified(organisation, verification)):
        ORGANISATION.apply(organisation, "submit", by=by)
    verification.save()
    open_work_item(
        kind=WORK_KIND,
        subject=organisation,
        title=organisation.name,
        path=f"/staff/organisations/{organisation.public_id}/",
        region=organisation.region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=term(TermCode.VERIFICATION, region=organisation.region, on=today),
        today=today,
    )
    return verification


@transaction.atomic
def renew_verification(
    *,
    organisation_id: int,
    licence: UploadedFile,
    authorisation: UploadedFile | None,
    by: Any,
    today: date,
    **identity: Any,
) -> Verification:
    """Hand the licence in again, with name, code and legal representative as they now stand on it.

    Raises AlreadyRegistered, and the errors of ``submit_verification``.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    old_name = organisation.name
    for name, value in identity.items():
        setattr(organisation, name, value)
    organisation.name_key = pinyin_key(organisation.name)
    try:
        with transaction.atomic():
            organisation.save(update_fields=[*identity, "name_key"])
    except IntegrityError as error:
        raise AlreadyRegistered from error
    if organisation.name != old_name:
        for tell in when_renamed:
            tell(organisation)
    return submit_verification(
        organisation_id=organisation_id, licence=licence, authorisation=authorisation, by=by, today=today
    )


@transaction.atomic
def decide_verification(
    *, verification_id: int, decision: str, note: str, by: Any, today: date
) -> Verification:
    """Verify, send back or refuse a submission: ``decision`` is a move of the ORGANISATION table.

    Raises AlreadyDecided, ConflictOfInterest, ReasonNeeded.
    """
    verification = Verification.objects.select_for_update(of=("self",)).get(pk=verification_id)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=verification.organisation_id)
    if verification.status != VerificationStatus.SUBMITTED:
        raise AlreadyDecided
    if not may_verify(by, organisation):
        raise ConflictOfInterest
    if decision != "verify" and not note.strip():
        raise ReasonNeeded
    changed = []
    if decision == "verify":
        organisation.verified_at = timezone.now()
        days = term(TermCode.VERIFIED, region=organisation.region, on=today)
        organisation.verified_until = today + timedelta(days=days)
        changed = ["verified_at", "verified_until"]
    renewal_sent_back = decision == "send_back" and organisation.status == VerificationStatus.VERIFIED
    step = "keep" if renewal_sent_back else decision
    ORGANISATION.apply(organisation, step, by=by, note=note, save_fields=changed)
    verification.status = OUTCOMES[decision]
    verification.decided_by = by
    verification.decided_at = timezone.now()
    verification.note = note
    verification.save()
    close_work_items(subject=organisation, by=by, outcome=decision, kind=WORK_KIND)
    _tell_owners(organisation, f"verification_{decision}", note=note, key=f"verification:{verification.pk}")
    return verification


@transaction.atomic
def suspend_organisation(*, organisation_id: int, reason: str, by: Any) -> Organisation:
    """Stop an organisation from posting, for a stated reason; a renewal that waits is sent back with it.

    Raises ReasonNeeded, ConflictOfInterest.
    """
    if not reason.strip():
        raise ReasonNeeded
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    if not may_verify(by, organisation):
        raise ConflictOfInterest
    ORGANISATION.apply(organisation, "suspend", by=by, note=reason)
    waiting = organisation.verifications.filter(status=VerificationStatus.SUBMITTED)
    waiting.update(status=VerificationStatus.RETURNED, decided_by=by, decided_at=timezone.now(), note=reason)
    close_work_items(subject=organisation, by=by, outcome="send_back", kind=WORK_KIND)
    _tell_owners(organisation, "organisation_suspended", note=reason, key="")
    for tell in when_stopped:
        tell(organisation, reason)
    return organisation


@transaction.atomic
def resume_organisation(*, organisation_id: int, by: Any) -> Organisation:
    """Lift a suspension: the organisation hands its licence in anew. Raises ConflictOfInterest."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    if not may_verify(by, organisation):
        raise ConflictOfInterest
    ORGANISATION.apply(organisation, "resume", by=by)
    _tell_owners(organisation, "organisation_resumed", note="", key="")
    return organisation


@transaction.atomic
def edit_profile(*, organisation_id: int, by: Any, **fields: Any) -> Organisation:
    """Change what an organisation says of itself; name and code change only with a new verification."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    before = {name: str(getattr(organisation, name)) for name in fields}
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(fields))
    changed = [name for name in fields if str(getattr(organisation, name)) != before[name]]
    if changed:
        record(action="organisation.edit", by=by, subject=organisation, detail={"fields": changed})
    return organisation


@transaction.atomic
def open_branch(*, parent_id: int, by: Any, **fields: Any) -> Organisation:
    """Open a branch; its owners act for it at once. Without a code of its own it stands and falls with its head."""
    parent = Organisation.objects.select_for_update(of=("self",)).get(pk=parent_id)
    try:
        with transaction.atomic():
            branch = Organisation.objects.create(
                **fields,
                kind=parent.kind,
                parent=parent,
                name_key=pinyin_key(fields["name"]),
                created_at=timezone.now(),
            )
    except IntegrityError as error:
        raise AlreadyRegistered from error
    Member.objects.create(organisation=branch, user=by, role=MemberRole.OWNER, joined_at=timezone.now())
    record(action="organisation.open_branch", by=by, subject=branch, detail={"parent": parent.public_id})
    return branch


@transaction.atomic
def close_branch(*, branch_id: int, by: Any) -> Organisation:
    """Close a branch for good: nobody acts for it any more."""
    branch = Organisation.objects.select_for_update(of=("self",)).get(pk=branch_id, parent__isnull=False)
    branch.closed_at = timezone.now()
    branch.save(update_fields=["closed_at"])
    User.objects.filter(acting_for=branch.public_id).update(acting_for="")
    record(action="organisation.close_branch", by=by, subject=branch)
    for tell in when_stopped:
        tell(branch, str(_("The branch was closed.")))
    return branch


def expire_verifications(*, today: date) -> int:
    """Nightly: end the verifications that have run out and tell the owners. Returns how many."""
    due = Organisation.objects.filter(status=VerificationStatus.VERIFIED, verified_until__lt=today)
    count = 0
    for organisation_id in due.values_list("pk", flat=True):
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
            until = organisation.verified_until
            if ORGANISATION.can(organisation, "expire") and until is not None and until < today:
                ORGANISATION.apply(organisation, "expire", by=None)
                _tell_owners(
                    organisation,
                    "verification_expired",
                    note="",
                    key=f"expired:{organisation.verified_until}",
                )
                count += 1
    return count


def remind_of_expiry(*, today: date) -> int:
    """Nightly: some days before a verification runs out, once, tell the owners. Returns how many organisations."""
    ending = Organisation.objects.filter(
        status=VerificationStatus.VERIFIED, verified_until__range=(today, today + timedelta(days=MOST_VALUE))
    ).select_related("region")
    told = 0
    for organisation in ending.order_by("pk").iterator(2000):
        days = term(TermCode.VERIFICATION_REMINDER, region=organisation.region, on=today)
        assert organisation.verified_until is not None  # as the filter asks
        if organisation.verified_until <= today + timedelta(days=days):
            _tell_owners(
                organisation, "verification_expiring", note="", key=f"expiring:{organisation.verified_until}"
            )
            told += 1
    return told


def _stands_as_verified(organisation: Organisation, verification: Verification) -> bool:
    last = (
        organisation.verifications.filter(status=VerificationStatus.VERIFIED).order_by("-decided_at").first()
    )
    return last is not None and all(
        last.declared.get(name) == verification.declared[name]
        for name in ("name", "code", "legal_representative")
    )


def _tell_owners(organisation: Organisation, kind: str, *, note: str, key: str) -> None:
    owners = organisation.members.filter(role=MemberRole.OWNER, left_at__isnull=True).select_related("user")
    for owner in owners:
        notify(
            kind=kind,
            to=owner.user,
            channels=ALL_CHANNELS if kind == "verification_send_back" else INBOX_AND_MAIL,
            context={"organisation": organisation, "note": note},
            path="/employer/profile/",
            dedupe_key=f"{organisation.pk}:{key}" if key else "",
        )
