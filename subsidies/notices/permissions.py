from typing import Any

from employment_portal.accounts.enums import StaffRole
from subsidies.claims.permissions import is_involved
from subsidies.notices.models import Notice, Objection

KEEPERS = (StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER)


def may_keep_notice(user: Any, notice: Notice) -> bool:
    """District and city officers of the notice's region publish and cancel it."""
    return user.has_role(*KEEPERS, region=notice.region)


def may_decide_objection(user: Any, objection: Objection) -> bool:
    """An officer of the region who had no part in the claim and has no interest in it."""
    entry = objection.entry
    return user.has_role(*KEEPERS, region=entry.notice.region) and not is_involved(user, entry.claim)


def nobody(user: Any, notice: Notice) -> bool:
    """The calendar closes a notice, nobody else."""
    return False
