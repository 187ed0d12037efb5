"""A prepared claim confirmed in one step (免申即享)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from subsidies.claims.actions.filling import NotYourAccount
from subsidies.claims.actions.starting import NotForYou
from subsidies.claims.actions.submitting import hand_in
from subsidies.claims.enums import Channel
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.permissions import is_claimant
from subsidies.matching.models import Offer, OfferState
from subsidies.payments.enums import AccountState
from subsidies.payments.models import PayeeAccount
from subsidies.policies.enums import PeriodKind


class OfferOver(DomainError):
    message = _("This offer is no longer open. If you still qualify, you can make the claim yourself.")


@transaction.atomic
def create_claim_from_offer(*, offer_id: int, account_id: int, by: Any, now: datetime) -> Claim:
    """The offer becomes a submitted claim of channel ``offer``; confirmed twice it is one claim.

    Everything is reckoned anew first. Raises OfferOver, NotForYou, NotYourAccount, DoesNotQualify, ClaimedAlready.
    """
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related(
            "version__policy__item", "version__policy__region", "item", "person__user", "organisation"
        )
        .get(pk=offer_id)
    )
    existing = Claim.objects.filter(offer=offer).first()
    if existing is not None and is_claimant(by, existing):
        return existing
    if not Offer.objects.open_on(timezone.localdate(now)).filter(pk=offer.pk).exists():
        raise OfferOver
    account = (
        PayeeAccount.objects.exclude(state=AccountState.REPLACED)
        .filter(pk=account_id, person=offer.person_id, organisation=offer.organisation_id)
        .first()
    )
    if account is None:
        raise NotYourAccount
    once = offer.item.period_kind == PeriodKind.ONCE
    claim = Claim(
        item=offer.item,
        version=offer.version,
        region=offer.region,
        person=offer.person,
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
    ClaimEntry.objects.create(
        claim=claim,
        row=1,
        item=offer.item,
        subject_id=offer.subject_id,
        person=offer.person,
        period=offer.period,
        months=offer.months,
    )
    offer.state, offer.answered_at = OfferState.CONFIRMED, now
    offer.save(update_fields=["state", "answered_at"])
    return hand_in(claim, by=by, now=now)
