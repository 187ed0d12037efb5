"""Who may answer an offer, and whose searches staff see."""

from typing import Any

from employment_portal.accounts.enums import StaffRole
from subsidies.claims.models import Claim
from subsidies.claims.permissions import is_claimant
from subsidies.matching.models import Offer
from subsidies.policies.models import PolicyVersion
from subsidies.policies.permissions import covers

READERS = (
    StaffRole.POLICY_OFFICER,
    StaffRole.CITY_OFFICER,
    StaffRole.DISTRICT_OFFICER,
    StaffRole.FINANCE_OFFICER,
)


def may_answer(user: Any, offer: Offer) -> bool:
    """The person, the clerk who sits with the person now, or whoever acts for the organisation."""
    return is_claimant(user, Claim(person=offer.person, organisation=offer.organisation))


def may_search(user: Any, version: PolicyVersion) -> bool:
    return covers(user, version.policy.region.path, StaffRole.POLICY_OFFICER)
