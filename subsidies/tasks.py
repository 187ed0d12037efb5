"""Celery finds the tasks of this app here; each topic keeps its own."""

from subsidies.claims.tasks import (
    archive_settled,
    lapse_corrections,
    run_bulk_pass,
    run_roster,
    sweep_bulk_passes,
    sweep_rosters,
)
from subsidies.matching.tasks import match_policies, match_version
from subsidies.notices.tasks import close_notices
from subsidies.opening.tasks import apply_opening, check_opening, sweep_openings
from subsidies.payments.tasks import process_return_file, sweep_payments, watch_payments
from subsidies.recovery.tasks import chase_recoveries

__all__ = [
    "apply_opening",
    "archive_settled",
    "check_opening",
    "sweep_openings",
    "chase_recoveries",
    "close_notices",
    "lapse_corrections",
    "match_policies",
    "match_version",
    "process_return_file",
    "run_bulk_pass",
    "run_roster",
    "sweep_bulk_passes",
    "sweep_payments",
    "sweep_rosters",
    "watch_payments",
]
