"""Who acts for an organisation: invitations, joining, roles, leaving."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.models import Invitation, User
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.enums import MemberRole
from employment_portal.organisations.models import Member, Organisation
from employment_portal.regions.terms import TermCode, term


class LastOwner(DomainError):
    message = _("The last owner cannot leave or become a member. Make somebody else owner first.")


class InvitationGone(DomainError):
    message = _("This invitation was used, withdrawn or has run out. Ask for a new one.")


class AlreadyMember(DomainError):
    message = _("This person acts for the organisation already.")


class NotForYou(DomainError):
    message = _("This invitation was sent to another mobile number or e-mail address. Sign in with that one.")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_member(
    *, organisation_id: int, name: str, phone: str, email: str, role: str, by: Any
) -> Invitation:
    """Send an invitation that can be accepted once, within two weeks, by whoever owns the number or address.

    Raises AlreadyMember.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    known = User.objects.filter(phone=phone).first() if phone else User.objects.filter(email=email).first()
    if known and organisation.members.filter(user=known, left_at__isnull=True).exists():
        raise AlreadyMember
    token = secrets.token_urlsafe(24)
    days = term(TermCode.MEMBER_INVITATION, region=organisation.region, on=timezone.localdate())
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        name=name,
        phone=phone,
        email=email,
        organisation=organisation,
        role=role,
        invited_by=by,
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=days),
    )
    notify(
        kind="organisation_invitation",
        to=known,
        address=email,
        phone="" if known else phone,
        channels=ALL_CHANNELS,
        context={"organisation": organisation, "name": name, "inviter": by, "days": days},
        path=f"/employer/invitations/{token}/",
        always=True,
    )
    record(
        action="organisation.invite", by=by, subject=organisation, detail={"invitation": invitation.public_id}
    )
    return invitation


def open_invitation(token: str) -> Invitation | None:
    """The invitation behind a link while it can still be accepted."""
    return (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(
            token_hash=token_hash(token),
            organisation__isnull=False,
            organisation__closed_at__isnull=True,
            accepted_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .first()
    )


@transaction.atomic
def accept_invitation(*, token: str, by: Any) -> Member:
    """Join the organisation. Raises InvitationGone, NotForYou."""
    found = open_invitation(token)
    if found is None:
        raise InvitationGone
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if invitation.accepted_at is not None:
        raise InvitationGone
    if not (
        (invitation.phone and by.phone == invitation.phone)
        or (invitation.email and (by.email or "").lower() == invitation.email.lower())
    ):
        raise NotForYou
    try:
        with transaction.atomic():
            member = Member.objects.create(
                organisation_id=invitation.organisation_id,
                user=by,
                role=invitation.role,
                joined_at=timezone.now(),
            )
    except IntegrityError as error:
        raise AlreadyMember from error
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(action="organisation.join", by=by, subject=member.organisation)
    return member


@transaction.atomic
def revoke_invitation(*, organisation_id: int, public_id: str, by: Any) -> None:
    changed = Invitation.objects.filter(
        organisation_id=organisation_id,
        public_id=public_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).update(revoked_at=timezone.now())
    if changed:
        record(action="organisation.revoke_invitation", by=by, detail={"invitation": public_id})


@transaction.atomic
def change_role(*, member_id: int, role: str, by: Any) -> Member:
    """Make a member owner or an owner member. Raises LastOwner."""
    member = _locked(member_id)
    if role != MemberRole.OWNER:
        _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    record(action="organisation.change_role", by=by, subject=member, detail={"role": role})
    return member


@transaction.atomic
def end_membership(*, member_id: int, by: Any) -> Member:
    """A member leaves or is removed; what they did stays under their name. Raises LastOwner."""
    member = _locked(member_id)
    _keep_an_owner(member)
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    record(action="organisation.end_membership", by=by, subject=member)
    return member


@transaction.atomic
def ask_to_join(*, organisation_id: int, by: Any) -> None:
    """Tell the owners that somebody wants to act for their organisation; they decide by inviting."""
    organisation = Organisation.objects.get(pk=organisation_id)
    for owner in organisation.members.filter(role=MemberRole.OWNER, left_at__isnull=True).select_related(
        "user"
    ):
        notify(
            kind="organisation_join_request",
            to=owner.user,
            channels=INBOX_AND_MAIL,
            context={"organisation": organisation, "asker": by},
            path="/employer/members/",
            dedupe_key=f"join:{organisation.pk}:{by.pk}:{timezone.localdate()}",
        )
    record(action="organisation.ask_to_join", by=by, subject=organisation)


def _locked(member_id: int) -> Member:
    # The organisation's row is the lock: two owners who leave at the same moment take turns.
    organisation_id = Member.objects.values_list("organisation_id", flat=True).get(pk=member_id)
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    return Member.objects.select_related("organisation").get(pk=member_id, left_at__isnull=True)


def _keep_an_owner(member: Member) -> None:
    others = Member.objects.filter(
        organisation_id=member.organisation_id, role=MemberRole.OWNER, left_at__isnull=True
    ).exclude(pk=member.pk)
    if member.role == MemberRole.OWNER and not others.exists():
        raise LastOwner
