"""The account that a finance office pays from: entered by one officer, confirmed by another, then frozen."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import AlreadyDecided, SamePersonDecides
from subsidies.payments import rules
from subsidies.payments.payer_models import Payer
from subsidies.payments.workflow import may_pay


class NotYourPayer(DomainError):
    message = _("This paying account lies outside your region.")


class NoPayer(DomainError):
    message = _(
        "No paying account holds for this place today. Enter it under “Paying accounts” and have a colleague confirm it."
    )


class DayTaken(DomainError):
    message = _("A paying account from that day on is confirmed already. Choose a later day.")


class DayPassed(DomainError):
    message = _("A paying account holds from today or a later day on.")


@transaction.atomic
def enter_payer(
    *,
    region: Region,
    name: str,
    account: str,
    bank_name: str,
    effective_from: date,
    document: str,
    by: Any,
    now: datetime,
    bank_code: str = "",
) -> Payer:
    """Enter the account to pay from; nothing is paid from it before a colleague confirms it.

    Raises NotYourPayer, DayPassed, rules.InvalidAccount.
    """
    if not may_pay(by, region):
        raise NotYourPayer
    if effective_from < timezone.localdate(now):
        raise DayPassed
    payer = Payer.objects.create(
        region=region,
        name=rules.holder_name(name),
        account=rules.organisation_number(account),
        bank_name=rules.holder_name(bank_name),
        bank_code=bank_code,
        effective_from=effective_from,
        document=document.strip(),
        made_by=by,
        made_at=now,
    )
    record(action="payments.enter_payer", by=by, subject=payer, detail={"from": effective_from.isoformat()})
    return payer


@transaction.atomic
def confirm_payer(*, payer_id: int, by: Any, now: datetime) -> Payer:
    """Confirm as the second person: batches made from its day on are paid from it.

    Raises NotYourPayer, AlreadyDecided, SamePersonDecides, DayTaken.
    """
    payer = _unconfirmed(payer_id, by)
    if payer.made_by_id == by.pk:
        raise SamePersonDecides
    payer.confirmed_by, payer.confirmed_at = by, now
    try:
        with transaction.atomic():
            payer.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        if "payer_once_a_day" not in str(error):
            raise
        raise DayTaken from error
    record(action="payments.confirm_payer", by=by, subject=payer)
    return payer


@transaction.atomic
def remove_payer(*, payer_id: int, reason: str, by: Any) -> None:
    """Take an account out that nobody has confirmed. Raises NotYourPayer, AlreadyDecided."""
    payer = _unconfirmed(payer_id, by)
    record(action="payments.remove_payer", by=by, subject=payer.region, reason=reason[:300])
    payer.delete()


def _unconfirmed(payer_id: int, by: Any) -> Payer:
    payer = Payer.objects.select_for_update(of=("self",)).select_related("region").get(pk=payer_id)
    if not may_pay(by, payer.region):
        raise NotYourPayer
    if payer.confirmed_at is not None:
        raise AlreadyDecided
    return payer


def payer_of(region: Region, on: date) -> Payer:
    """Whom a region's payments are made by on a day: its own office, else the nearest above. Raises NoPayer."""
    found = (
        Payer.objects.filter(
            region__code__in=region.path_codes, confirmed_at__isnull=False, effective_from__lte=on
        )
        .order_by("-region__level", "-effective_from")
        .first()
    )
    if found is None:
        raise NoPayer
    return found
