"""The models of this app, gathered from their topics."""

from subsidies.budgets.models import BudgetChange, BudgetLine, Fund
from subsidies.claims.bulk_models import BulkPass, BulkPassRow
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.models import (
    Appeal,
    Approval,
    Bundle,
    Claim,
    ClaimEntry,
    ConflictOfInterest,
    Decision,
    Evidence,
)
from subsidies.claims.roster_models import Roster, RosterRow
from subsidies.matching.models import MatchRun, Offer
from subsidies.notices.models import Notice, NoticeEntry, Objection
from subsidies.opening.models import OpeningImport, OpeningRow
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.models import (
    BankFile,
    Batch,
    ExceptionCase,
    Payable,
    PayeeAccount,
    PaymentAttempt,
    ReturnFile,
    ReturnLine,
)
from subsidies.payments.payer_models import Payer
from subsidies.policies.models import Guard, Policy, PolicyVersion, SubsidyItem
from subsidies.recovery.models import Instalment, Receipt, RecoveryOrder

__all__ = [
    "Appeal",
    "Approval",
    "BankFile",
    "Batch",
    "BudgetChange",
    "BudgetLine",
    "BulkPass",
    "BulkPassRow",
    "Bundle",
    "CashMovement",
    "Claim",
    "ClaimEntry",
    "ConflictOfInterest",
    "Decision",
    "Entitlement",
    "EntitlementHold",
    "Evidence",
    "ExceptionCase",
    "Fund",
    "Guard",
    "Instalment",
    "MatchRun",
    "Notice",
    "NoticeEntry",
    "Objection",
    "Offer",
    "OpeningImport",
    "OpeningRow",
    "Payable",
    "PayeeAccount",
    "Payer",
    "PaymentAttempt",
    "Policy",
    "PolicyVersion",
    "Receipt",
    "RecoveryOrder",
    "ReturnFile",
    "ReturnLine",
    "Roster",
    "RosterRow",
    "SubsidyItem",
]
