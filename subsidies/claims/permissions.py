"""Who may do what with a claim. Officers never handle their own case, a relative's or one of their own firm."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from employment_portal.organisations.models import Member
from employment_portal.people.models import AssistedSession
from employment_portal.workflow.delegation import Authority, authorities_of
from employment_portal.workflow.models import Transition
from subsidies.claims import rules
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Claim, ConflictOfInterest

CLAIMANT_MOVES = ("submit", "resubmit", "withdraw")


def is_claimant(user: Any, claim: Claim) -> bool:
    """The person themselves, whoever acts for the organisation, or the clerk who sits with the person now (代办)."""
    if claim.organisation_id is not None:
        return Member.objects.filter(
            organisation=claim.organisation_id, user=user, left_at__isnull=True
        ).exists()
    if claim.person.user_id is not None and claim.person.user_id == user.pk:
        return True
    return AssistedSession.objects.filter(
        clerk=user, person=claim.person_id, ended_at__isnull=True, expires_at__gt=timezone.now()
    ).exists()


def nobody(user: Any, claim: Claim) -> bool:
    """Only the portal itself, by a nightly task or another topic's action."""
    return False


def standing(user: Any, claim: Claim) -> rules.Standing:
    """What somebody has to do with a claim, read now."""
    approvals = list(claim.approvals.filter(Q(by=user) | Q(acting_for=user)).values_list("step", "verdict"))
    return rules.Standing(
        user_id=user.pk,
        is_claimant=_is_subject(user, claim),
        is_member=_is_member(user, claim),
        has_declared_conflict=_has_declared_conflict(user, claim),
        acted_as_claimant=_acted_as_claimant(user, claim),
        decided_steps=frozenset(step for step, _verdict in approvals),
        overturned=any(verdict in (Verdict.REFUSE, Verdict.NOT_ACCEPT) for _step, verdict in approvals),
    )


def _is_subject(user: Any, claim: Claim) -> bool:
    if claim.person is not None and claim.person.user_id == user.pk:
        return True
    return claim.entries.filter(person__user=user).exists()


def _is_member(user: Any, claim: Claim) -> bool:
    if claim.organisation is None:
        return False
    return Member.objects.filter(
        organisation__in=[claim.organisation_id, claim.organisation.parent_id],
        user=user,
        left_at__isnull=True,
    ).exists()


def _has_declared_conflict(user: Any, claim: Claim) -> bool:
    with_whom = Q(person__in=claim.entries.values("person"))
    if claim.person_id is not None:
        with_whom |= Q(person=claim.person_id)
    if claim.organisation_id is not None:
        with_whom |= Q(organisation=claim.organisation_id)
    return ConflictOfInterest.objects.filter(with_whom, user=user, ended_at__isnull=True).exists()


def _acted_as_claimant(user: Any, claim: Claim) -> bool:
    return (
        claim.maker_id == user.pk
        or claim.evidence.filter(uploaded_by=user).exists()
        or Transition.objects.filter(
            subject_type=Claim._meta.label_lower, subject_id=claim.pk, by=user, name__in=CLAIMANT_MOVES
        ).exists()
    )


def has_interest(user: Any, claim: Claim) -> bool:
    """Whether the claim is the user's own, a firm's of theirs, or one that they declared a conflict with."""
    return _is_subject(user, claim) or _is_member(user, claim) or _has_declared_conflict(user, claim)


def is_involved(user: Any, claim: Claim) -> bool:
    """Whether somebody has an interest in the claim or had any part in it: they never decide about it again."""
    found = standing(user, claim)
    return bool(rules.bar_of(found, step="")) or bool(found.decided_steps)


def bar_to_deciding(
    user: Any, claim: Claim, *, acting_for: Any = None
) -> tuple[rules.Bar | None, Authority | None]:
    """Why somebody may not decide the step at which the claim stands, or the authority by which they may.

    An own post comes before a delegated one. Whoever one stands in for must be free of the same bars.
    """
    if not claim.step:
        return rules.BARS["role"], None
    step = rules.step_named(claim.version.content, claim.step)
    role = rules.role_in_charge(step.role, claim.region.level)
    usable = [
        authority
        for authority in authorities_of(user, today=timezone.localdate())
        if authority.covers(role, claim.region.path)
        and (acting_for is None or (authority.acting_for or user).pk == acting_for.pk)
    ]
    if not usable:
        return rules.BARS["role"], None
    bar = rules.bar_of(standing(user, claim), step=step.name)
    if bar is not None:
        return bar, None
    for authority in usable:
        if authority.acting_for is None:
            return None, authority
        bar = rules.bar_of(standing(authority.acting_for, claim), step=step.name)
        if bar is None:
            return None, authority
    return bar, None


def may_decide(user: Any, claim: Claim) -> bool:
    return bar_to_deciding(user, claim)[0] is None
