"""Claimants hear that they were paid, or that the money came back and what to do; a file's lines in slices."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from employment_portal.core.money import format_yuan
from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Member
from subsidies.payments.enums import AttemptState, LineOutcome, LineState, PayableState, ReturnFileState
from subsidies.payments.models import PayeeAccount, PaymentAttempt, ReturnFile, ReturnLine

SLICE = 500


def tell_claimants(*, file_id: int) -> int:
    """Tell everybody whom an applied file concerns, once; how many messages were decided. Goes on after a crash."""
    told = 0
    while True:
        with transaction.atomic():
            file = ReturnFile.objects.select_for_update(of=("self",)).defer("content").get(pk=file_id)
            if file.state != ReturnFileState.APPLIED or file.report.get("told"):
                return told
            after = int(file.report.get("told_up_to", 0))
            lines = list(
                ReturnLine.objects.filter(file=file, state=LineState.APPLIED, number__gt=after)
                .exclude(outcome=LineOutcome.INTERIM)
                .select_related(
                    "attempt__payable__person__user",
                    "attempt__payable__organisation",
                    "attempt__payable__line__item",
                    "attempt__account",
                )
                .defer("raw")
                .order_by("number")[:SLICE]
            )
            for line in lines:
                assert line.attempt is not None
                if (line.outcome == LineOutcome.PAID) != (line.attempt.payable.state == PayableState.PAID):
                    continue  # it has moved on since: a later line tells
                told += tell(line.attempt, key=f"return-line:{line.pk}")
            file.report["told_up_to"] = lines[-1].number if lines else after
            file.report["told"] = not lines
            file.save(update_fields=["report"])


def tell_outcome(attempt: PaymentAttempt, *, key: str) -> int:
    """Tell what two people found to have become of a try; nothing where another try of the payment says otherwise."""
    said = {AttemptState.PAID: True, AttemptState.FAILED: False, AttemptState.RETURNED: False}
    paid = said.get(AttemptState(attempt.state))
    if paid is None or paid != (attempt.payable.state == PayableState.PAID):
        return 0
    return tell(attempt, key=key)


def tell(attempt: PaymentAttempt, *, key: str) -> int:
    """Tell the claimant where the money of a try stands; how many people were told."""
    payable = attempt.payable
    kinds = {PayableState.PAID: "subsidy_paid", PayableState.RETURNED: "subsidy_returned"}
    kind = kinds.get(PayableState(payable.state))
    if kind is None:
        return 0
    return _tell(
        kind,
        payable,
        key=key,
        loud=kind == "subsidy_returned",
        context={
            "payable": payable,
            "account": attempt.account,
            "item": payable.line.item,
            "amount": format_yuan(attempt.amount_fen, 2),
        },
    )


def tell_account(account: PayeeAccount, *, key: str) -> int:
    """Tell the claimant that staff entered an account, in spite of their preferences; how many people were told."""
    return _tell(
        "payee_account_entered", account, key=key, loud=True, context={"account": account}, always=True
    )


def _tell(
    kind: str, whose: Any, *, key: str, loud: bool, context: dict[str, Any], always: bool = False
) -> int:
    """The person, by text message when there is no sign-in; for an organisation everybody who acts for it."""
    common: dict[str, Any] = {
        "kind": kind,
        "context": context,
        "path": reverse("subsidies:my_payments"),
        "dedupe_key": key,
        "always": always,
    }
    channels = ALL_CHANNELS if loud else INBOX_AND_MAIL
    if whose.organisation_id is not None:
        members = Member.objects.filter(organisation_id=whose.organisation_id, left_at__isnull=True)
        for member in members.select_related("user"):
            notify(**common, to=member.user, channels=channels)
        return len(members)
    if whose.person.user is not None:
        notify(**common, to=whose.person.user, channels=channels)
        return 1
    if whose.person.phone:
        notify(**common, phone=whose.person.phone, channels=ALL_CHANNELS)
        return 1
    return 0
