from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import User
from employment_portal.organisations.models import Member
from jobs.postings.models import Posting

REVIEWERS = (StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)


def acts_for_employer(user: User, posting: Posting) -> bool:
    return is_member(user, posting.employer_id)


def is_member(user: User, organisation_id: int) -> bool:
    return Member.objects.filter(user=user, organisation=organisation_id, left_at__isnull=True).exists()


def in_district(user: User, posting: Posting) -> bool:
    """An officer of the place of work, whatever their interest in the employer."""
    return posting.region is not None and user.has_role(*REVIEWERS, region=posting.region)


def may_review(user: User, posting: Posting) -> bool:
    """An officer of the place of work who does not act for the employer themselves."""
    return in_district(user, posting) and not acts_for_employer(user, posting)


def nobody(user: User, posting: Posting) -> bool:
    """Steps that only the portal takes, by a scheduled task."""
    return False
