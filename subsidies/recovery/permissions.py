"""Who may do what about money that was not due. Nobody acts in a case of his own, a relative's or his own firm's."""

from typing import Any

from employment_portal.accounts.enums import StaffRole
from employment_portal.organisations.models import Member
from subsidies.claims import permissions as claims
from subsidies.claims.models import Claim
from subsidies.recovery.models import RecoveryOrder

PROPOSERS = (StaffRole.DISTRICT_OFFICER, StaffRole.FINANCE_OFFICER)
READERS = (*PROPOSERS, StaffRole.CITY_OFFICER)


def has_interest(user: Any, claim: Claim) -> bool:
    """As claims.permissions.has_interest says; asked once of a claim as it was loaded, for a page has many guards."""
    known = claim.__dict__.setdefault("_interests", {})
    if user.pk not in known:
        known[user.pk] = claims.has_interest(user, claim)
    return known[user.pk]


def may_propose(user: Any, payable: Any) -> bool:
    return user.has_role(*PROPOSERS, region=payable.region) and not has_interest(user, payable.claim)


def officer(user: Any, order: RecoveryOrder) -> bool:
    return user.has_role(*PROPOSERS, region=order.region) and not has_interest(user, order.payable.claim)


def issuer(user: Any, order: RecoveryOrder) -> bool:
    """A second person: whoever proposed never issues."""
    return order.proposed_by_id != user.pk and officer(user, order)


def cashier(user: Any, order: RecoveryOrder) -> bool:
    return user.has_role(StaffRole.FINANCE_OFFICER, region=order.region) and not has_interest(
        user, order.payable.claim
    )


def nobody(user: Any, order: RecoveryOrder) -> bool:
    """It follows from money that came in, not from anybody's word."""
    return False


def is_debtor(user: Any, order: RecoveryOrder) -> bool:
    """The person who was paid, or whoever acts for the organisation that was."""
    payable = order.payable
    if payable.organisation_id is not None:
        return Member.objects.filter(
            organisation=payable.organisation_id, user=user, left_at__isnull=True
        ).exists()
    return payable.person.user_id is not None and payable.person.user_id == user.pk
