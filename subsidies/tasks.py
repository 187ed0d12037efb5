"""Celery finds the tasks of this app here; each topic keeps its own."""

from subsidies.claims.tasks import lapse_corrections, run_roster, sweep_rosters
from subsidies.matching.tasks import match_policies, match_version
from subsidies.notices.tasks import close_notices
from subsidies.payments.tasks import process_return_file, sweep_payments

__all__ = [
    "close_notices",
    "lapse_corrections",
    "match_policies",
    "match_version",
    "process_return_file",
    "run_roster",
    "sweep_payments",
    "sweep_rosters",
]
