"""What somebody says to an offer: no, after all yes; and yes for a whole roster at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from subsidies.claims.actions.filling import NotYourAccount
from subsidies.claims.actions.offers import OfferOver, create_claim_from_offer
from subsidies.claims.actions.starting import NotForYou, current_account, require_unrestricted
from subsidies.claims.actions.submitting import hand_in
from subsidies.claims.enums import Channel, EntryState
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.permissions import is_claimant
from subsidies.claims.subjects import rows_of
from subsidies.matching.models import LapseReason, Offer, OfferState
from subsidies.matching.permissions import may_answer
from subsidies.payments.actions.accounts import set_account
from subsidies.payments.enums import AccountState
from subsidies.payments.models import PayeeAccount
from subsidies.policies.enums import PeriodKind
from subsidies.policies.models import PolicyVersion


class TickSomebody(DomainError):
    message = _("Tick at least one person.")


class OneClaim(DomainError):
    message = _("These rows belong to different subsidies or months. Confirm them one after the other.")


def _locked(offer_id: int, by: Any) -> Offer:
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("person__user", "organisation")
        .get(pk=offer_id)
    )
    if not may_answer(by, offer):
        raise NotForYou
    require_unrestricted(offer.person)
    return offer


@transaction.atomic
def decline_offer(*, offer_id: int, reason: str, by: Any, now: datetime) -> Offer:
    """Say no, with or without a reason; it can be undone until the offer's last day.

    Raises OfferOver, NotForYou, DataRestricted.
    """
    offer = _locked(offer_id, by)
    if offer.state == OfferState.DECLINED:
        return offer
    if offer.state != OfferState.OPEN:
        raise OfferOver
    offer.state, offer.answered_at = OfferState.DECLINED, now
    offer.decline_reason = reason.strip()[:300]
    offer.save(update_fields=["state", "answered_at", "decline_reason"])
    record(action="matching.decline", by=by, subject=offer, reason=offer.decline_reason)
    return offer


@transaction.atomic
def undo_decline(*, offer_id: int, by: Any, now: datetime) -> Offer:
    """Open a declined offer again while it lasts and its policy is in force.

    Raises OfferOver, NotForYou, DataRestricted.
    """
    offer = _locked(offer_id, by)
    if offer.state == OfferState.OPEN:
        return offer
    today = timezone.localdate(now)
    in_force = PolicyVersion.objects.in_force(today).filter(pk=offer.version_id).exists()
    if offer.state != OfferState.DECLINED or offer.expires_on < today or not in_force:
        raise OfferOver
    offer.state, offer.answered_at, offer.decline_reason = OfferState.OPEN, None, ""
    offer.save(update_fields=["state", "answered_at", "decline_reason"])
    record(action="matching.undo_decline", by=by, subject=offer)
    return offer


@transaction.atomic
def confirm_roster(*, offer_ids: Collection[int], account_id: int, by: Any, now: datetime) -> Claim:
    """Several offers of one policy and time become one claim of the organisation, handed in at once.

    All is reckoned anew: a row that no longer qualifies is left out and its offer ends. Confirmed twice it is one
    claim. Raises TickSomebody, OneClaim, OfferOver, NotForYou, NotYourAccount, DoesNotQualify, ClaimedAlready.
    """
    offers = list(
        Offer.objects.select_for_update(of=("self",))
        .filter(pk__in=offer_ids, organisation__isnull=False)
        .select_related("version__policy__item", "version__policy__region", "item", "organisation")
        .order_by("pk")
    )
    if not offers:
        raise TickSomebody
    if len({(offer.version_id, offer.organisation_id, str(offer.period)) for offer in offers}) > 1:
        raise OneClaim
    first = offers[0]
    if not may_answer(by, first):
        raise NotForYou
    earlier = Claim.objects.filter(offer__in=offers).first()
    if earlier is not None and all(offer.state != OfferState.OPEN for offer in offers):
        return earlier
    today = timezone.localdate(now)
    open_ids = set(Offer.objects.open_on(today).filter(pk__in=offer_ids).values_list("pk", flat=True))
    if open_ids != {offer.pk for offer in offers}:
        raise OfferOver
    claim = _claim_for(first, account_id=account_id, by=by, now=now)
    people = _people_of(offers)
    ClaimEntry.objects.bulk_create(
        [
            ClaimEntry(
                claim=claim,
                row=row,
                item=first.item,
                subject_id=offer.subject_id,
                person_id=people.get(offer.subject_id),
                period=offer.period,
                months=offer.months,
            )
            for row, offer in enumerate(offers, start=1)
        ],
        batch_size=1000,
    )
    answered = Offer.objects.filter(pk__in=open_ids)
    answered.update(state=OfferState.CONFIRMED, answered_at=now)
    hand_in(claim, by=by, now=now)
    left_out = claim.entries.exclude(state=EntryState.INCLUDED).values_list("subject_id", flat=True)
    answered.filter(subject_id__in=list(left_out)).update(
        state=OfferState.LAPSED, lapse_reason=LapseReason.NO_LONGER
    )
    return claim


def _claim_for(offer: Offer, *, account_id: int, by: Any, now: datetime) -> Claim:
    account = (
        PayeeAccount.objects.exclude(state=AccountState.REPLACED)
        .filter(pk=account_id, person__isnull=True, organisation=offer.organisation_id)
        .first()
    )
    if account is None:
        raise NotYourAccount
    once = offer.item.period_kind == PeriodKind.ONCE
    claim = Claim(
        item=offer.item,
        version=offer.version,
        region=offer.region,
        organisation=offer.organisation,
        period=None if once else offer.period,
        channel=Channel.OFFER,
        offer=offer,
        account=account,
        declared={"facts": {}, "note": "", "checked_at": now.isoformat()},
        committed=True,
        maker=by,
        created_at=now,
    )
    if not is_claimant(by, claim):
        raise NotForYou
    claim.save()
    return claim


def _people_of(offers: list[Offer]) -> dict[int, int | None]:
    first = offers[0]
    assert first.organisation_id is not None
    rows = rows_of(
        first.item.subject,
        claimant_id=first.organisation_id,
        ids=[offer.subject_id for offer in offers],
    )
    return {row.id: row.person_id for row in rows}


@transaction.atomic
def confirm_offer(*, offer_id: int, account: Mapping[str, str] | None, by: Any, now: datetime) -> Claim:
    """A person's yes in one step: the offer becomes a claim handed in. ``account`` is the one to pay to when none
    is on record yet (holder, bank_name, number).

    Raises what ``create_claim_from_offer`` and ``set_account`` raise.
    """
    offer = _locked(offer_id, by)
    on_record = current_account(person=offer.person, organisation=offer.organisation)
    if on_record is None:
        if account is None:
            raise NotYourAccount
        on_record = set_account(
            person=offer.person,
            organisation=offer.organisation,
            holder=account["holder"],
            bank_name=account["bank_name"],
            number=account["number"],
            by=by,
            now=now,
        )
    return create_claim_from_offer(offer_id=offer_id, account_id=on_record.pk, by=by, now=now)
