"""Claimants hear that they were paid, or that the money came back and what to do; a file's lines in slices."""

from django.db import transaction
from django.urls import reverse

from employment_portal.core.money import format_yuan
from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Member
from subsidies.payments.enums import LineOutcome, LineState, PayableState, ReturnFileState
from subsidies.payments.models import Payable, ReturnFile, ReturnLine

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
                .select_related(
                    "attempt__payable__person__user",
                    "attempt__payable__line__item",
                    "attempt__payable__account",
                )
                .defer("raw")
                .order_by("number")[:SLICE]
            )
            for line in lines:
                assert line.attempt is not None
                if (line.outcome == LineOutcome.PAID) != (line.attempt.payable.state == PayableState.PAID):
                    continue  # it has moved on since: a later line tells
                told += tell(line.attempt.payable, key=f"return-line:{line.pk}")
            file.report["told_up_to"] = lines[-1].number if lines else after
            file.report["told"] = not lines
            file.save(update_fields=["report"])


def tell(payable: Payable, *, key: str) -> int:
    """Tell the claimant where his money stands, if he can be reached; how many people were told."""
    kinds = {PayableState.PAID: "subsidy_paid", PayableState.RETURNED: "subsidy_returned"}
    kind = kinds.get(PayableState(payable.state))
    if kind is None:
        return 0
    people = []
    if payable.person is not None and payable.person.user is not None:
        people = [payable.person.user]
    elif payable.organisation_id is not None:
        members = Member.objects.filter(organisation_id=payable.organisation_id, left_at__isnull=True)
        people = [member.user for member in members.select_related("user")]
    for user in people:
        notify(
            kind=kind,
            to=user,
            channels=ALL_CHANNELS if kind == "subsidy_returned" else INBOX_AND_MAIL,
            context={
                "payable": payable,
                "account": payable.account,
                "item": payable.line.item,
                "amount": format_yuan(payable.amount_fen, 2),
            },
            path=reverse("subsidies:my_payments"),
            dedupe_key=key,
        )
    return len(people)
