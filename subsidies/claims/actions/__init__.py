"""Every write of a claim."""

from subsidies.claims.actions.appealing import decide_appeal, file_appeal
from subsidies.claims.actions.bulk import ask_bulk, bulk_approve, run_bulk, start_bulk, sweep_bulk
from subsidies.claims.actions.conflicts import declare_conflict, end_conflict
from subsidies.claims.actions.deciding import MayNotDecide, decide_step, recalculate
from subsidies.claims.actions.ending import archive_settled, lapse_corrections, withdraw_claim
from subsidies.claims.actions.filling import (
    add_evidence,
    choose_account,
    discard_draft,
    remove_evidence,
    save_declared,
    save_period,
    sign_commitment,
)
from subsidies.claims.actions.granting import grant, revoke_approval
from subsidies.claims.actions.offers import create_claim_from_offer
from subsidies.claims.actions.rosters import check_roster, find_employees, keep_roster, remove_rows
from subsidies.claims.actions.starting import start_claim
from subsidies.claims.actions.submitting import submit_claim

__all__ = [
    "MayNotDecide",
    "add_evidence",
    "archive_settled",
    "ask_bulk",
    "bulk_approve",
    "check_roster",
    "choose_account",
    "create_claim_from_offer",
    "decide_appeal",
    "decide_step",
    "declare_conflict",
    "discard_draft",
    "end_conflict",
    "file_appeal",
    "find_employees",
    "grant",
    "keep_roster",
    "lapse_corrections",
    "recalculate",
    "remove_rows",
    "remove_evidence",
    "revoke_approval",
    "run_bulk",
    "save_declared",
    "save_period",
    "sign_commitment",
    "start_bulk",
    "start_claim",
    "submit_claim",
    "sweep_bulk",
    "withdraw_claim",
]
