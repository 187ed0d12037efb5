from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.encryption import keyed_hash
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import check_paper
from employment_portal.notifications.actions import notify
from employment_portal.notifications.models import Channel
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item
from subsidies.claims.actions.granting import revoke_approval
from subsidies.notices.actions.handing_over import hand_over
from subsidies.notices.enums import NoticeState, ObjectionState
from subsidies.notices.models import NoticeEntry, Objection
from subsidies.notices.workflow import OBJECTION

PHONE = "subsidies.objection_phone"
WORK_KIND = "notice_objection"


class NoticeNotOpen(DomainError):
    message = _("The time for objections is over. Turn to the office named on the notice.")


class AlreadyObjected(DomainError):
    message = _("Your objection to this line is being looked into already. You will be told the answer.")


class AnswerNeeded(DomainError):
    message = _("Write what was found; whoever objected and the claimant read it.")


@transaction.atomic
def file_objection(
    *, entry_id: int, name: str, phone: str, text: str, evidence: Any = None, now: datetime
) -> Objection:
    """Object to one line of an open notice; its payment waits for the answer.

    The objector's name and number are encrypted and shown only to whoever decides. Raises NoticeNotOpen,
    AlreadyObjected, or what core.uploads says of the evidence.
    """
    entry = NoticeEntry.objects.select_related("notice__region", "notice__item").get(pk=entry_id)
    notice = entry.notice
    if (
        notice.state != NoticeState.OPEN
        or notice.closes_at is None
        or notice.closes_at <= now
        or not entry.live
    ):
        raise NoticeNotOpen
    objection = Objection(
        entry=entry, name=name, phone=phone, phone_hash=keyed_hash(phone, PHONE), text=text, made_at=now
    )
    if evidence is not None:
        paper = check_paper(evidence, name=evidence.name, size=evidence.size)
        objection.evidence_name = paper.display_name
        objection.evidence.save(paper.stored_name, evidence, save=False)
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:
        if "objection_one_open" in str(error):
            raise AlreadyObjected from error
        raise NoticeNotOpen from error
    open_work_item(
        kind=WORK_KIND,
        subject=objection,
        title=f"{notice.number} {entry.row}",
        path=f"/staff/objections/{objection.public_id}/",
        region=notice.region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=term(TermCode.OBJECTION_ANSWER, region=notice.region, on=timezone.localdate(now)),
        today=timezone.localdate(now),
    )
    return objection


@transaction.atomic
def decide_objection(*, objection_id: int, uphold: bool, answer: str, by: Any, now: datetime) -> Objection:
    """Answer an objection. Upheld: the approval is revoked and the line struck out; rejected: payment goes on.

    Raises AnswerNeeded, TransitionNotAllowed (somebody involved, or answered already).
    """
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("entry__notice__region", "entry__notice__item", "entry__claim")
        .get(pk=objection_id)
    )
    if not answer.strip():
        raise AnswerNeeded
    entry, notice = objection.entry, objection.entry.notice
    _answer(objection, "uphold" if uphold else "reject", answer=answer.strip(), by=by, now=now)
    if uphold and entry.live:
        NoticeEntry.objects.filter(pk=entry.pk).update(live=False)
        for other in Objection.objects.filter(entry=entry, state=ObjectionState.OPEN).select_for_update():
            other.entry = entry
            _answer(other, "uphold", answer=answer.strip(), by=by, now=now)
        # Last: whoever took the approval back decides nothing about the claim any more.
        revoke_approval(claim_id=entry.claim_id, reason=objection.answer, by=by, now=now)
    elif notice.state == NoticeState.CLOSED:
        hand_over(notice=notice, now=now)
    return objection


def _answer(objection: Objection, move: str, *, answer: str, by: Any, now: datetime) -> None:
    objection.answer, objection.decided_by, objection.decided_at = answer, by, now
    OBJECTION.apply(objection, move, by=by, save_fields=["answer", "decided_by", "decided_at"])
    close_work_items(subject=objection, by=by, outcome=objection.state)
    notify(
        kind="objection_answered",
        phone=objection.phone,
        channels=[Channel.SMS],
        context={"notice": objection.entry.notice, "row": objection.entry.row, "objection": objection},
        dedupe_key=f"objection:{objection.pk}",
    )
