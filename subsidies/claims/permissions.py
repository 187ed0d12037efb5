"""Who may do what with a claim. Officers never handle their own case, a relative's or one of their own firm."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from employment_portal.organisations.models import Member
from employment_portal.organisations.permissions import is_owner
from employment_portal.people.models import AssistedSession, Person
from employment_portal.workflow.delegation import Authority, authorities_of
from employment_portal.workflow.models import Transition
from subsidies.claims import rules
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Approval, Claim, ClaimEntry, ConflictOfInterest, Decision, Evidence

TURNED_DOWN = (Verdict.REFUSE, Verdict.NOT_ACCEPT)
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


def may_change_account(user: Any, claim: Claim) -> bool:
    """Whether a claimant may say where the money goes from now on: a person, of an organisation its owner alone."""
    if claim.organisation_id is None:
        return is_claimant(user, claim)
    return is_owner(
        Member.objects.filter(organisation=claim.organisation_id, user=user, left_at__isnull=True).first()
    )


def records_of(user: Any, person: str = "") -> Q:
    """Rows of the natural person behind a sign-in, over the path to ``people.Person``: their record, and one of another
    sign-in of theirs. A mobile number that was proved tells; who has none of it declares the record as a conflict.
    """
    found = Q(**{f"{person}user": user})
    if user.phone and user.phone_verified:
        found |= Q(**{f"{person}phone": user.phone})
    return found


def is_record_of(user: Any, person: Person | None) -> bool:
    """``records_of`` for a record at hand."""
    if person is None:
        return False
    same_phone = user.phone_verified and bool(user.phone) and person.phone == user.phone
    return person.user_id == user.pk or same_phone


def nobody(user: Any, claim: Claim) -> bool:
    """Only the portal itself, by a nightly task or another topic's action."""
    return False


def standing(user: Any, claim: Claim) -> rules.Standing:
    """What somebody has to do with a claim, read now."""
    return standings(user, [claim])[claim.pk]


def standings(user: Any, claims: Sequence[Claim]) -> dict[int, rules.Standing]:
    """The same for many, in as many queries as for one."""
    ids = [claim.pk for claim in claims]
    said: dict[int, list[tuple[str, str]]] = defaultdict(list)
    approvals = Approval.objects.filter(Q(by=user) | Q(acting_for=user), claim__in=ids)
    for claim_id, step, verdict in approvals.values_list("claim", "step", "verdict"):
        said[claim_id].append((step, verdict))
    on_the_list = set(
        ClaimEntry.objects.filter(records_of(user, "person__"), claim__in=ids).values_list("claim", flat=True)
    )
    firms = _firms_of(user, claims)
    kept_from = _declared_with(user, claims)
    handed_in = _handed_in(user, ids)
    turned_down = set(
        Decision.objects.filter(by=user, claim__in=ids, verdict__in=TURNED_DOWN).values_list(
            "claim", flat=True
        )
    )
    return {
        claim.pk: rules.Standing(
            user_id=user.pk,
            is_claimant=claim.pk in on_the_list or is_record_of(user, claim.person),
            is_member=claim.organisation is not None
            and bool({claim.organisation_id, claim.organisation.parent_id} & firms),
            has_declared_conflict=claim.pk in kept_from,
            acted_as_claimant=claim.maker_id == user.pk or claim.pk in handed_in,
            decided_steps=frozenset(step for step, _verdict in said[claim.pk]),
            overturned=claim.pk in turned_down
            or any(verdict in TURNED_DOWN for _step, verdict in said[claim.pk]),
        )
        for claim in claims
    }


def _firms_of(user: Any, claims: Sequence[Claim]) -> set[int]:
    if all(claim.organisation_id is None for claim in claims):
        return set()
    return firms_of(user)


def firms_of(user: Any) -> set[int]:
    """The organisations for which the natural person behind a sign-in acts."""
    own = Member.objects.filter(Q(user=user) | records_of(user, "user__person__"), left_at__isnull=True)
    return set(own.values_list("organisation", flat=True))


def _declared_with(user: Any, claims: Sequence[Claim]) -> set[int]:
    """Claims of, or with an entry of, somebody with whom the user has declared a conflict."""
    declared = ConflictOfInterest.objects.filter(user=user, ended_at__isnull=True)
    pairs = list(declared.values_list("person", "organisation"))
    people = {person for person, _organisation in pairs if person is not None}
    firms = {organisation for _person, organisation in pairs if organisation is not None}
    found = {claim.pk for claim in claims if claim.person_id in people or claim.organisation_id in firms}
    if people:
        entries = ClaimEntry.objects.filter(claim__in=claims, person__in=people)
        found.update(entries.values_list("claim", flat=True))
    return found


def _handed_in(user: Any, ids: list[int]) -> set[int]:
    papers = Evidence.objects.filter(claim__in=ids, uploaded_by=user).values_list("claim", flat=True)
    moves = Transition.objects.filter(
        subject_type=Claim._meta.label_lower, subject_id__in=ids, by=user, name__in=CLAIMANT_MOVES
    )
    return {*papers, *moves.values_list("subject_id", flat=True)}


def has_interest(user: Any, claim: Claim) -> bool:
    """Whether the claim is the user's own, a firm's of theirs, or one that they declared a conflict with."""
    if is_record_of(user, claim.person):
        return True
    if {claim.organisation_id, claim.organisation and claim.organisation.parent_id} & _firms_of(
        user, [claim]
    ):
        return True
    on_the_list = ClaimEntry.objects.filter(records_of(user, "person__"), claim=claim)
    return on_the_list.exists() or claim.pk in _declared_with(user, [claim])


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
    return bars_to_deciding(user, [claim], acting_for=acting_for)[claim.pk]


def bars_to_deciding(
    user: Any, claims: Sequence[Claim], *, acting_for: Any = None
) -> dict[int, tuple[rules.Bar | None, Authority | None]]:
    """The same for many, in as many queries as for one."""
    held = [
        authority
        for authority in authorities_of(user, today=timezone.localdate())
        if acting_for is None or (authority.acting_for or user).pk == acting_for.pk
    ]
    usable: dict[int, list[Authority]] = {}
    for claim in claims:
        if claim.step:
            step = rules.step_named(claim.version.content, claim.amount_fen, claim.step)
            role = rules.role_in_charge(step.role, claim.region.level)
            usable[claim.pk] = [one for one in held if one.covers(role, claim.region.path)]
    reached = [claim for claim in claims if usable.get(claim.pk)]
    known: dict[int, dict[int, rules.Standing]] = {}

    def bar(who: Any, claim: Claim) -> rules.Bar | None:
        if who.pk not in known:
            known[who.pk] = standings(who, reached)
        return rules.bar_of(known[who.pk][claim.pk], step=claim.step)

    answers: dict[int, tuple[rules.Bar | None, Authority | None]] = {
        claim.pk: (rules.BARS["role"], None) for claim in claims
    }
    for claim in reached:
        found = bar(user, claim)
        authority = None
        if found is None:
            for authority in usable[claim.pk]:
                found = None if authority.acting_for is None else bar(authority.acting_for, claim)
                if found is None:
                    break
        answers[claim.pk] = (found, authority if found is None else None)
    return answers


def may_decide(user: Any, claim: Claim) -> bool:
    return bar_to_deciding(user, claim)[0] is None
