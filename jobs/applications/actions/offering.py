"""Offers of work: the employer makes one, the person's yes takes a place and opens the employment spell."""

from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.each import each
from employment_portal.core.errors import DomainError
from employment_portal.people.records.spells import open_employment_spell
from employment_portal.workflow.engine import TransitionNotAllowed
from jobs.applications.actions.rows import (
    cancel_open_interviews,
    locked_application,
    require_standing,
    require_verified,
)
from jobs.applications.enums import ApplicationStatus, OfferState
from jobs.applications.messages import tell_applicant, tell_employer
from jobs.applications.models import Application, Offer
from jobs.applications.queries import is_full
from jobs.applications.rules import contract_end, fill
from jobs.applications.workflow import APPLICATION, OFFER
from jobs.postings.models import Posting
from jobs.search.actions import index_posting

SPELL_SOURCE = "jobs.hire"


class NoPlaceLeft(DomainError):
    message = _("All places of this job have been taken. Ask the employer whether more people are wanted.")


class OfferDates(DomainError):
    message = _("The answer must be due between today and the first day of work.")


class OfferOver(DomainError):
    message = _("The time to answer this offer has passed. Ask the employer for a new one.")


def _standing(application: Application) -> Offer | None:
    return application.offers.select_for_update().filter(state=OfferState.OPEN).first()


@transaction.atomic
def make_offer(
    *,
    application_id: int,
    pay_fen: int,
    pay_unit: str,
    starts_on: date,
    contract_months: int | None,
    answer_by: date,
    message: str,
    by: Any,
    today: date,
) -> Offer:
    """Offer work to a shortlisted or interviewed applicant. The same offer sent twice is one.

    Raises NoPlaceLeft, OfferDates, TakenDown, EmployerStopped, EmployerLapsed, TransitionNotAllowed.
    """
    application = locked_application(application_id)
    require_standing(application.posting)
    require_verified(application.posting)
    if not today <= answer_by <= starts_on:
        raise OfferDates
    standing = _standing(application)
    if standing is not None and (standing.pay_fen, standing.starts_on, standing.created_by_id) == (
        pay_fen,
        starts_on,
        by.pk,
    ):
        return standing
    if is_full(application.posting):
        raise NoPlaceLeft(
            _("All places of this job have been taken. Raise the number of people wanted first.")
        )
    text = fill(message, name=application.resume.get("name", ""), job=application.posting.title)
    APPLICATION.apply(application, "make_offer", by=by, note=text)
    offer = Offer.objects.create(
        application=application,
        pay_fen=pay_fen,
        pay_unit=pay_unit,
        starts_on=starts_on,
        contract_months=contract_months,
        answer_by=answer_by,
        message=text,
        created_by=by,
        created_at=timezone.now(),
    )
    tell_applicant("offer_made", application, key=offer.public_id, offer=offer)
    return offer


@transaction.atomic
def withdraw_offer(*, application_id: int, reason: str, by: Any) -> Application:
    """Take an unanswered offer back; the applicant is on the shortlist again."""
    application = locked_application(application_id)
    offer = _standing(application)
    if offer is None:
        raise TransitionNotAllowed
    offer.application = application
    offer.answered_at = timezone.now()
    OFFER.apply(offer, "withdraw", by=by, note=reason.strip(), save_fields=["answered_at"])
    APPLICATION.apply(application, "withdraw_offer", by=by)
    tell_applicant("offer_withdrawn", application, key=offer.public_id, offer=offer, reason=reason.strip())
    return application


@transaction.atomic
def accept_offer(*, application_id: int, by: Any, today: date, end_earlier: bool = False) -> Application:
    """The person takes the offer: one place of the posting, the hire, and the employment spell, all or nothing.

    The posting is locked before the application, so that two people cannot take the last place. Accepted already,
    it stays accepted. ``end_earlier`` ends another running employment the day before.

    Raises NoPlaceLeft, OfferOver, TakenDown, EmployerStopped, TooYoungToWork, StillWorking, LaterSpell,
    TransitionNotAllowed.
    """
    posting_id = Application.objects.values_list("posting_id", flat=True).get(pk=application_id)
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("employer__parent").get(pk=posting_id)
    )
    application = locked_application(application_id)
    if application.status == ApplicationStatus.HIRED and APPLICATION.may(application, "hire", by):
        return application
    require_standing(posting)
    offer = _standing(application)
    if offer is None:
        raise TransitionNotAllowed
    offer.application = application
    if offer.answer_by < today:
        raise OfferOver
    if is_full(posting):
        raise NoPlaceLeft
    offer.answered_at = timezone.now()
    OFFER.apply(offer, "accept", by=by, save_fields=["answered_at"])
    cancel_open_interviews(application, by=by)
    application.hired_on = offer.starts_on
    application.ended_at = timezone.now()
    APPLICATION.apply(
        application,
        "hire",
        by=by,
        data={"offer": offer.public_id},
        save_fields=["hired_on", "ended_at"],
    )
    posting.filled += 1
    posting.save(update_fields=["filled"])
    if is_full(posting):
        index_posting(posting)  # whoever is still in the pipeline stays there; nobody new finds it
    open_employment_spell(
        person_id=application.person_id,
        starts_on=offer.starts_on,
        employer=posting.employer,
        occupation=posting.occupation,
        region=posting.region,
        contract_until=contract_end(offer.starts_on, offer.contract_months),
        contract_open_ended=offer.contract_months is None,
        source=SPELL_SOURCE,
        source_id=application.public_id,
        by=by,
        end_earlier=end_earlier,
    )
    tell_employer("offer_answered", application, key=offer.public_id, offer=offer)
    tell_applicant("application_hired", application, key=offer.public_id, offer=offer)
    return application


@transaction.atomic
def decline_offer(*, application_id: int, reason: str, by: Any) -> Application:
    """Say no: the offer and with it the application end."""
    application = locked_application(application_id)
    offer = _standing(application)
    if offer is None:
        if application.offers.filter(state=OfferState.DECLINED).exists() and application.status == (
            ApplicationStatus.WITHDRAWN
        ):
            return application
        raise TransitionNotAllowed
    offer.application = application
    offer.answered_at = timezone.now()
    offer.decline_reason = reason.strip()
    OFFER.apply(
        offer, "decline", by=by, note=offer.decline_reason, save_fields=["answered_at", "decline_reason"]
    )
    cancel_open_interviews(application, by=by)
    application.ended_at = timezone.now()
    APPLICATION.apply(application, "withdraw", by=by, data={"declined": True}, save_fields=["ended_at"])
    tell_employer("offer_answered", application, key=offer.public_id, offer=offer)
    return application


def end_open_offer(application: Application, *, by: Any, reason: str) -> None:
    """Whoever withdraws an application declines the offer that stands; ``by`` None: two records were merged."""
    offer = _standing(application)
    if offer is not None:
        offer.application = application
        offer.answered_at = timezone.now()
        offer.decline_reason = reason[:300]
        OFFER.apply(offer, "decline", by=by, save_fields=["answered_at", "decline_reason"])


def lapse_offers(*, today: date) -> int:
    """Offers whose day to answer has passed lapse; their applicants are on the shortlist again. How many."""
    due = Offer.objects.filter(state=OfferState.OPEN, answer_by__lt=today).values_list(
        "application_id", flat=True
    )
    return each(partial(_lapse_offer, today=today), list(due))


@transaction.atomic
def _lapse_offer(application_id: int, *, today: date) -> bool:
    application = locked_application(application_id)
    offer = _standing(application)
    if offer is None or offer.answer_by >= today:
        return False
    offer.application = application
    offer.answered_at = timezone.now()
    OFFER.apply(offer, "lapse", by=None, save_fields=["answered_at"])
    if APPLICATION.can(application, "lapse_offer"):  # one that ended in another way stays ended
        APPLICATION.apply(application, "lapse_offer", by=None)
    tell_applicant("offer_lapsed", application, key=offer.public_id, offer=offer)
    tell_employer("offer_answered", application, key=offer.public_id, offer=offer)
    return True
