"""Reads of payments: who sees what, where money of a payable stands, why one cannot be paid."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.models import Account
from employment_portal.regions.models import Region
from employment_portal.workflow.models import FourEyes
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.enums import AccountState, CaseState, PayableState
from subsidies.payments.models import Batch, ExceptionCase, Payable, PayeeAccount, PaymentAttempt, ReturnFile
from subsidies.payments.payer_models import Payer

FINANCE = StaffRole.FINANCE_OFFICER


def scope_of(user: Any, path: str) -> Q:
    """The rows whose region, at ``path``, lies under a post as finance officer."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        if post.role == FINANCE:
            scope |= Q(**{f"{path}__startswith": post.agency.region.path})
    return scope


def region_of(user: Any) -> Region:
    """Whose exceptions a file belongs to that names no batch: those of who brought it, else the city's."""
    if user is not None:
        for post in user.current_posts():
            if post.role == FINANCE:
                return post.agency.region
    return Region.objects.get(code=settings.CITY_REGION)


def current_account(*, person: Any = None, organisation: Any = None) -> PayeeAccount | None:
    """The account that a person or an organisation is paid to, or None."""
    of = {"person": person} if person is not None else {"organisation": organisation}
    return PayeeAccount.objects.filter(**of).exclude(state=AccountState.REPLACED).first()


def payables_visible_to(user: Any) -> QuerySet[Payable]:
    return Payable.objects.filter(scope_of(user, "region__path"))


def batches_visible_to(user: Any) -> QuerySet[Batch]:
    return Batch.objects.filter(scope_of(user, "region__path")).select_related("region", "item", "made_by")


def return_files_visible_to(user: Any) -> QuerySet[ReturnFile]:
    """Files of the user's batches, those he brought in, and those that the portal fetched for whoever keeps the city."""
    scope = scope_of(user, "batch__region__path") | Q(batch__isnull=True, received_by=user)
    if user.has_role(FINANCE, region=region_of(None)):
        scope |= Q(batch__isnull=True)
    return ReturnFile.objects.filter(scope).select_related("batch", "received_by").defer("content")


def cases_visible_to(user: Any) -> QuerySet[ExceptionCase]:
    return ExceptionCase.objects.filter(scope_of(user, "region__path")).select_related(
        "region", "batch", "attempt__payable", "line", "cash", "proposed_by", "decided_by"
    )


def cash_visible_to(user: Any) -> QuerySet[CashMovement]:
    """Cash without a batch on the lines of the subtrees that the user pays for."""
    return CashMovement.objects.filter(scope_of(user, "line__region__path")).select_related(
        "line__region", "line__item", "recorded_by", "confirmed_by", "case"
    )


def payers_visible_to(user: Any) -> QuerySet[Payer]:
    """Paying accounts of the subtrees that the user pays for, and those above that count where none is nearer."""
    scope = scope_of(user, "region__path")
    for post in user.current_posts():
        if post.role == FINANCE:
            scope |= Q(region__code__in=post.agency.region.path_codes)
    return Payer.objects.filter(scope).select_related("region", "made_by", "confirmed_by")


def open_case_count(user: Any) -> int:
    return cases_visible_to(user).exclude(state=CaseState.RESOLVED).count()


OBSTACLES = {
    "no_account": _("No account: the claimant has to give one"),
    "bad_account": _("The account did not work: the claimant has to correct it"),
    "replaced_account": _("The account was replaced: enter the present one"),
    "frozen": _("Frozen: a case is open"),
    "returned": _("Came back: correct the account or pay again"),
}


def with_obstacles(payables: QuerySet[Payable]) -> QuerySet[Payable]:
    """Each payable with ``obstacle``: a key of OBSTACLES that says why it cannot go into a batch, or ''."""
    return payables.annotate(
        obstacle=Case(
            When(state=PayableState.FROZEN, then=Value("frozen")),
            When(state=PayableState.RETURNED, then=Value("returned")),
            When(~Q(state=PayableState.OPEN), then=Value("")),
            When(account__isnull=True, then=Value("no_account")),
            When(account__state="bad", then=Value("bad_account")),
            When(account__state="replaced", then=Value("replaced_account")),
            default=Value(""),
            output_field=CharField(),
        )
    )


def ready(payables: QuerySet[Payable]) -> QuerySet[Payable]:
    """What the next batch would claim."""
    return payables.filter(settled=False, state=PayableState.OPEN, account__isnull=False).exclude(
        account__state__in=["bad", "replaced"]
    )


def ready_by_year(user: Any) -> list[Any]:
    """Count and sum of what is ready, by fiscal year and item: one dict each."""
    return list(
        ready(payables_visible_to(user))
        .values("line__year", "line__item__name", "line__item__name_en", "line__item__code")
        .annotate(count=Count("pk"), fen=Sum(F("amount_fen") - F("reduced_fen")))
        .order_by("-line__year", "line__item__order", "line__item__code")
    )


def overdue(payables: QuerySet[Payable], today: date) -> QuerySet[Payable]:
    return payables.filter(due_on__lt=today, settled=False)


def due_by(payables: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Of payables ``with_obstacles`` those to be paid until a day that wait for us or the bank, not for the claimant."""
    return payables.filter(due_on__lte=day, settled=False, obstacle="")


def requests_waiting(payable: Payable) -> dict[str, FourEyes]:
    """What about a payable waits for a second officer, by the kind of request."""
    waiting = FourEyes.objects.filter(
        subject_type="subsidies.payable", subject_id=payable.pk, state=FourEyes.State.WAITING
    )
    return {request.kind: request for request in waiting}


def with_requests(payables: QuerySet[Payable]) -> QuerySet[Payable]:
    """Payables about which a request waits for a second officer, with ``asked_at``."""
    waiting = FourEyes.objects.filter(
        subject_type="subsidies.payable", subject_id=OuterRef("pk"), state=FourEyes.State.WAITING
    )
    asked_at = Subquery(waiting.order_by("requested_at").values("requested_at")[:1])
    return payables.annotate(asked_at=asked_at).filter(asked_at__isnull=False)


def attempts_by_state(batch: Batch) -> list[tuple[str, int, int]]:
    """(state, count, fen) of a batch's attempts."""
    return list(
        PaymentAttempt.objects.filter(batch=batch)
        .values_list("state")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by("state")
    )


def shared_accounts(payables: QuerySet[Payable]) -> QuerySet[Payable]:
    """Payables whose account number others are paid to as well: worth a look before a batch is made."""
    same = PayeeAccount.objects.filter(number_hash=OuterRef("account__number_hash")).exclude(state="replaced")
    same = same.exclude(pk=OuterRef("account_id"))
    return payables.annotate(shared=Exists(same)).filter(shared=True)


def position(payable: Payable) -> dict[str, int]:
    """Where the money of a payable stands now: fen by account kind, empty ones left out."""
    held = Account.objects.filter(book=SUBSIDIES, line=payable.line_id, holder=payable.pk)
    return {account.kind: account.balance_fen for account in held if account.balance_fen}


def state_by_books(payable: Payable) -> PayableState:
    """The state that the ledger and the live attempt give a payable, once nothing freezes it any more."""
    if payable.due_fen == 0:
        return PayableState.CANCELLED
    held = position(payable)
    if AccountKind.RETURNED_HOLD in held:
        return PayableState.RETURNED
    if AccountKind.IN_TRANSIT in held:
        return PayableState.IN_TRANSIT
    if AccountKind.PAYABLE in held:
        queued = payable.attempts.filter(state="queued").exists()
        return PayableState.QUEUED if queued else PayableState.OPEN
    if held:
        return PayableState.PAID
    return PayableState.CANCELLED if not payable.paid_on else PayableState.PAID
