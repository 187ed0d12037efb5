"""Who writes policies, and who may be the second person."""

from typing import Any

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.models import Transition
from subsidies.policies.models import PolicyVersion

READERS = (
    StaffRole.STREET_CLERK,
    StaffRole.DISTRICT_OFFICER,
    StaffRole.CITY_OFFICER,
    StaffRole.FINANCE_OFFICER,
    StaffRole.POLICY_OFFICER,
)
WRITERS = (StaffRole.POLICY_OFFICER,)
PUBLISHERS = (StaffRole.POLICY_OFFICER, StaffRole.CITY_OFFICER)


def covers(user: Any, region_path: str, *roles: str) -> bool:
    """Whether somebody holds one of the posts over that region."""
    return any(
        post.role in roles and region_path.startswith(post.agency.region.path)
        for post in user.current_posts()
    )


def may_write(user: Any, version: PolicyVersion) -> bool:
    return covers(user, version.policy.region.path, *WRITERS)


def may_publish(user: Any, version: PolicyVersion) -> bool:
    """Another policy officer or a city officer, who had no hand in the wording."""
    return covers(user, version.policy.region.path, *PUBLISHERS) and not wrote(user, version)


def may_retire(user: Any, version: PolicyVersion) -> bool:
    return covers(user, version.policy.region.path, *PUBLISHERS)


def wrote(user: Any, version: PolicyVersion) -> bool:
    return version.made_by_id == user.pk or (
        Transition.objects.filter(
            subject_type=version._meta.label_lower,
            subject_id=version.pk,
            by=user,
            name__in=("edit", "submit"),
        ).exists()
    )
