"""From the notice to the money: a payable per claim, and the commitment becomes a debt."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from employment_portal.core.calendar import deadline
from employment_portal.ledger.actions import post_from_query
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.claims.workflow import CLAIM
from subsidies.notices.enums import ObjectionState
from subsidies.notices.models import Notice, NoticeEntry
from subsidies.payments.models import Payable

LINES_AT_ONCE = 2000
CONFIRMATIONS = """
    SELECT 'claim:' || p.claim_id || ':payable' AS key, 'confirm' AS kind, 'subsidies' AS book, p.line_id AS line,
           'committed' AS debit_kind, 0::bigint AS debit_holder, 'payable' AS credit_kind, p.id AS credit_holder,
           p.amount_fen AS amount_fen, NULL::uuid AS reverses
    FROM subsidies_payable p WHERE p.id = ANY(%(payables)s)
"""


@transaction.atomic
def hand_over(*, notice: Notice, now: datetime) -> int:
    """Make the claims of a closed notice payable, but for those with an open objection; returns how many."""
    ready = (
        NoticeEntry.objects.filter(notice=notice, live=True, claim__state=ClaimState.NOTICED)
        .exclude(objections__state=ObjectionState.OPEN)
        .values_list("claim_id", "pk")
    )
    return _make_payable(dict(ready), now)


def hand_over_without_notice(*, now: datetime) -> int:
    """The same for approved claims whose policy asks for no notice; returns how many."""
    with transaction.atomic():
        ready = Claim.objects.filter(state=ClaimState.APPROVED, version__content__notice_working_days=0)
        return _make_payable(dict.fromkeys(ready.values_list("pk", flat=True)), now)


def _make_payable(entries: dict[int, int | None], now: datetime) -> int:
    """``entries``: claim id to the line of its notice. Everything set-based: a notice may hold 100,000 lines."""
    if not entries:
        return 0
    moved = CLAIM.apply_all(Claim.objects.filter(pk__in=entries), "hand_over", by=None)
    today = timezone.localdate(now)
    due_after: dict[int, date] = {}
    rows: list[Any] = []
    claims = Claim.objects.filter(pk__in=moved).select_related("version").order_by("pk")
    for claim in claims.defer("findings", "declared"):
        days = int(claim.version.content.get("payment_working_days", 15))
        if days not in due_after:
            due_after[days] = deadline(today, days).due_on
        rows.append(
            Payable(
                claim=claim,
                notice_entry_id=entries[claim.pk],
                line_id=claim.line_id,  # type: ignore[misc]  # approved: a constraint says that it is set
                region_id=claim.region_id,
                person_id=claim.person_id,
                organisation_id=claim.organisation_id,
                account_id=claim.account_id,
                amount_fen=claim.amount_fen,
                due_on=due_after[days],
                created_at=now,
            )
        )
    made = Payable.objects.bulk_create(rows, batch_size=LINES_AT_ONCE)
    post_from_query(CONFIRMATIONS, {"payables": [payable.pk for payable in made]})
    return len(made)
