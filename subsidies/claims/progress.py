"""Where a claim stands, in plain words with dates: the steps done, the present one with its day, the payment."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from employment_portal.workflow.models import Transition, WorkItem
from subsidies.claims import rules
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable


@dataclass(frozen=True)
class Stage:
    """A step of the way from handing in to the money."""

    key: str
    label: Any


def stages_of(claim: Claim) -> list[Stage]:
    """The whole way that this claim takes, from handing in to the money."""
    steps = rules.steps_for(claim.version.content, claim.amount_fen)
    way = [Stage("submitted", pgettext("claim", "Handed in"))]
    way += [Stage(step.name, step.label) for step in steps]
    if int(claim.version.content.get("notice_working_days", 5)):
        way.append(Stage("notice", _("Public notice")))
    return [*way, Stage("payment", _("Paying out"))]


def current_stage(claim: Claim) -> str:
    """The key of the stage at which the claim stands; that of the last one reached when it has ended."""
    keys = [stage.key for stage in stages_of(claim)]
    at = {
        ClaimState.APPROVED: "notice",
        ClaimState.NOTICED: "notice",
        ClaimState.PAYABLE: "payment",
        ClaimState.ARCHIVED: "payment",
        ClaimState.CORRECTION: "submitted",
        ClaimState.DRAFT: "submitted",
    }.get(ClaimState(claim.state), claim.step or "submitted")
    return at if at in keys else keys[-1] if at == "notice" else keys[0]


def work_item_of(claim: Claim) -> WorkItem | None:
    return WorkItem.objects.open().filter(subject_type=Claim._meta.label_lower, subject_id=claim.pk).first()


def payable_of(claim: Claim) -> Payable | None:
    return Payable.objects.select_related("account").filter(claim=claim).first()


PAYMENT_WORDS = {
    PayableState.OPEN: lambda: _("The money is being prepared for payment."),
    PayableState.QUEUED: lambda: _(
        "The payment is in a batch that three people check before it goes to the bank."
    ),
    PayableState.IN_TRANSIT: lambda: _("The payment is with the bank. It arrives within a few days."),
    PayableState.PAID: lambda: _("The bank has paid the money into your account."),
    PayableState.RETURNED: lambda: _(
        "The bank sent the money back. Check your account; it is paid again afterwards."
    ),
    PayableState.FROZEN: lambda: _(
        "The bank gave two different answers. We are looking into it and will tell you."
    ),
    PayableState.CANCELLED: lambda: _("The payment was cancelled."),
}


def next_words(claim: Claim, *, today: date) -> str:
    """One sentence: what happens now, and by when."""
    state = ClaimState(claim.state)
    if state in (ClaimState.SUBMITTED, ClaimState.IN_REVIEW):
        item = work_item_of(claim)
        step = rules.step_named(claim.version.content, claim.amount_fen, claim.step)
        if item is None:
            return _("%(step)s is under way.") % {"step": step.label}
        day = item.due_on.isoformat()
        if item.due_on < today and item.escalated_at is not None:
            words = _("%(step)s was due on %(day)s. It is late; the office above has been told.")
        elif item.due_on < today:
            words = _("%(step)s was due on %(day)s. It is late.")
        else:
            words = _("%(step)s is under way and is to be done by %(day)s.")
        return words % {"step": step.label, "day": day}
    if state == ClaimState.CORRECTION and claim.correction_due_on is not None:
        return _("Correct the claim by %(day)s. Otherwise it is not accepted.") % {
            "day": claim.correction_due_on.isoformat()
        }
    if state == ClaimState.APPROVED:
        return _("Approved. The next public notice carries it, before the money is paid.")
    if state == ClaimState.NOTICED:
        return _("It is on public notice. If nobody objects, the payment is prepared afterwards.")
    if state in (ClaimState.PAYABLE, ClaimState.ARCHIVED):
        payable = payable_of(claim)
        if state == ClaimState.ARCHIVED and (payable is None or payable.state == PayableState.PAID):
            return _("The money was paid and the case is closed. You can go on reading everything here.")
        return PAYMENT_WORDS[PayableState(payable.state)]() if payable is not None else ""
    return {
        ClaimState.DRAFT: _("Finish the open parts and hand it in."),
        ClaimState.NOT_ACCEPTED: _("The claim was not accepted. Read the reason, and what you can do."),
        ClaimState.REFUSED: _("The claim was refused. Read the reason, and what you can do."),
        ClaimState.WITHDRAWN: _("You took this claim back. You can make a new one."),
        ClaimState.REVOKED: _("The approval was taken back. Read the reason, and what you can do."),
    }.get(state, "")


MOVES = {
    "submit": lambda: pgettext("claim", "Handed in"),
    "resubmit": lambda: _("Handed in again"),
    "withdraw": lambda: _("Withdrawn"),
    "accept": lambda: _("Accepted for review"),
    "ask_correction": lambda: _("Correction asked for"),
    "not_accept": lambda: _("Not accepted"),
    "pass_step": lambda: _("%(step)s passed"),
    "send_back": lambda: _("Sent back one step"),
    "send_back_to_acceptance": lambda: _("Sent back one step"),
    "approve": lambda: _("Approved"),
    "refuse": lambda: _("Refused"),
    "lapse": lambda: _("Not accepted: the correction did not come"),
    "reopen": lambda: _("Appeal upheld, reviewed again"),
    "revoke": lambda: _("Approval taken back"),
    "publish": lambda: _("Put on public notice"),
    "unpublish": lambda: _("Taken off the public notice"),
    "hand_over": lambda: _("Handed over for payment"),
    "archive": lambda: _("Archived"),
}


def timeline_of(claim: Claim, *, staff: bool) -> list[dict[str, Any]]:
    """The claim's history for a timeline, newest first. The claimant reads no names of officers and only the notes
    that are meant for them."""
    steps: list[dict[str, Any]] = []
    rows = Transition.objects.filter(subject_type=Claim._meta.label_lower, subject_id=claim.pk)
    for row in rows.select_related("by").order_by("-at", "-pk"):
        passed = row.data.get("step", "")
        label = MOVES[row.name]() % {"step": rules.STEP_NAMES.get(passed, passed)}
        own = row.name in {"submit", "resubmit", "withdraw"}
        for_claimant = row.name in {"ask_correction", "not_accept", "refuse", "revoke", "withdraw"}
        by = str(row.by or _("The portal"))
        if row.data.get("acting_for"):
            by = _("%(who)s for %(whom)s") % {"who": by, "whom": row.data["acting_for"]}
        steps.append(
            {
                "label": label,
                "at": row.at,
                "by": by if staff or own else "",
                "note": row.note if staff or for_claimant else "",
            }
        )
    return steps
