"""Every write of the search for those who qualify, and of their answers."""

from subsidies.matching.actions.answering import confirm_offer, confirm_roster, decline_offer, undo_decline
from subsidies.matching.actions.bundling import choose, claim_together, require_together
from subsidies.matching.actions.finding import is_looked_for, resume_finding, stop_finding
from subsidies.matching.actions.refreshing import refresh_offers, withdraw_ended
from subsidies.matching.actions.searching import match_version, offers_itself, open_search, searched_versions
from subsidies.matching.actions.telling import tell_found

__all__ = [
    "choose",
    "claim_together",
    "confirm_offer",
    "confirm_roster",
    "decline_offer",
    "is_looked_for",
    "match_version",
    "offers_itself",
    "open_search",
    "refresh_offers",
    "require_together",
    "resume_finding",
    "searched_versions",
    "stop_finding",
    "tell_found",
    "undo_decline",
    "withdraw_ended",
]
