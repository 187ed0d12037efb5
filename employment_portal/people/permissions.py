"""Who may do what with somebody's record."""

from typing import Any

from employment_portal.accounts.enums import OFFICER_ROLES, StaffRole
from employment_portal.people.models import GroupMembership, Person

CERTIFIERS = (StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)
REGION_FIELDS = ("household_region", "residence_region", "work_region", "insured_region")


def is_own(user: Any, person: Person) -> bool:
    """Officers never handle their own case."""
    return person.user_id is not None and person.user_id == user.pk


def may_serve(user: Any, person: Person) -> bool:
    """An officer of one of the person's four regions, who is not the person."""
    if is_own(user, person):
        return False
    regions = [region for name in REGION_FIELDS if (region := getattr(person, name)) is not None]
    return any(user.has_role(*OFFICER_ROLES, region=region) for region in regions)


def may_decide_for(user: Any, person: Person) -> bool:
    """District and city officers approve what a colleague asked for, never in their own case."""
    if is_own(user, person):
        return False
    regions = [region for name in REGION_FIELDS if (region := getattr(person, name)) is not None]
    return any(user.has_role(*CERTIFIERS, region=region) for region in regions)


def may_certify(user: Any, membership: GroupMembership) -> bool:
    """District and city officers of the region that handles it; not whoever applied, not the person."""
    return (
        user.has_role(*CERTIFIERS, region=membership.region)
        and membership.applied_by_id != user.pk
        and not is_own(user, membership.person)
    )


def may_see_membership(user: Any, membership: GroupMembership) -> bool:
    """A sensitive membership is for the officers of the region that handles it; others see plain ones only."""
    return user.has_role(*OFFICER_ROLES, region=membership.region)


def may_end_membership(user: Any, membership: GroupMembership) -> bool:
    """As for certifying, whoever applied: ending takes nothing for oneself. Never in one's own case."""
    return user.has_role(*CERTIFIERS, region=membership.region) and not is_own(user, membership.person)
