from employment_portal.accounts.enums import StaffRole
from employment_portal.organisations.enums import MemberRole
from employment_portal.organisations.models import Member, Organisation

VERIFIERS = (StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)


def may_verify(user, organisation: Organisation) -> bool:
    """Officers of the organisation's region who have nothing to do with it."""
    return (
        organisation.region is not None
        and user.has_role(*VERIFIERS, region=organisation.region)
        and not acts_for(user, organisation)
    )


def may_see_as_staff(user, organisation: Organisation) -> bool:
    return organisation.region is not None and user.has_role(
        StaffRole.STREET_CLERK, *VERIFIERS, region=organisation.region
    )


def acts_for(user, organisation: Organisation) -> bool:
    return Member.objects.filter(
        organisation__in=[organisation.pk, organisation.parent_id], user=user, left_at__isnull=True
    ).exists()


def is_owner(membership: Member | None) -> bool:
    return membership is not None and membership.role == MemberRole.OWNER
