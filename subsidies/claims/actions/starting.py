"""Opening a draft: for oneself, for somebody at the counter, for an organisation's roster, several at once."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from subsidies.claims.enums import Channel, ClaimState
from subsidies.claims.evaluation import (
    claim_period,
    evaluated,
    refresh_entries,
    region_of,
    total_of,
)
from subsidies.claims.models import Bundle, Claim, ClaimEntry
from subsidies.claims.permissions import is_claimant
from subsidies.claims.subjects import claimant_kind, rows_of
from subsidies.payments.enums import AccountState
from subsidies.payments.models import PayeeAccount
from subsidies.policies.enums import PeriodKind
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import parse
from subsidies.policies.periods import check_period, usual_period


class NotInForce(DomainError):
    message = _("This policy is not in force today. Look up the one that replaced it.")


class NotForYou(DomainError):
    message = _("This subsidy is claimed by somebody else: read on its page who may claim it.")


class NothingToClaim(DomainError):
    message = _(
        "We hold nothing that this subsidy could be paid for. Read on its page what it needs and how to get there."
    )


class DataRestricted(DomainError):
    message = _(
        "The use of your data is restricted at your own request, so no new claim can be made. Have the restriction "
        "lifted first."
    )


def require_unrestricted(person: Person | None) -> None:
    """Nothing is begun for somebody whose data are restricted. Raises DataRestricted."""
    if person is not None and person.restricted_at is not None:
        raise DataRestricted


def current_account(*, person: Person | None, organisation: Organisation | None) -> PayeeAccount | None:
    """The account on record that money goes to now."""
    whose = {"person": person} if person is not None else {"organisation": organisation}
    return PayeeAccount.objects.exclude(state=AccountState.REPLACED).filter(**whose).first()


def stored_period(version: PolicyVersion, period: DateRange | None, *, today: date) -> DateRange | None:
    """The period as a claim keeps it: None for what is paid once, else the given one or the usual one.

    Raises NotAPeriod.
    """
    kind = version.policy.item.period_kind
    if kind == PeriodKind.ONCE:
        return None
    if period is None:
        return usual_period(kind, parse(version.content).period_months, today)
    check_period(kind, period, today)
    return period


@transaction.atomic
def start_claim(
    *,
    version_id: int,
    by: Any,
    now: datetime,
    person_id: int | None = None,
    organisation_id: int | None = None,
    subject_id: int | None = None,
    period: DateRange | None = None,
    channel: str = Channel.ONLINE,
    bundle: Bundle | None = None,
) -> Claim:
    """A draft filled with what the portal holds. A draft of the same claimant and policy is returned as it is.

    A person's claim has one entry (``subject_id`` chooses among several certificates or ventures; None takes the only
    one); an organisation's roster starts empty unless the subject is the organisation itself. ``period`` is
    ``[first, day after the last)``; without it the usual one of the policy.

    Raises NotInForce, NotForYou, DataRestricted, NothingToClaim, NotAPeriod.
    """
    today = timezone.localdate(now)
    version = PolicyVersion.objects.select_related("policy__item", "policy__region").get(pk=version_id)
    if not PolicyVersion.objects.in_force(today).filter(pk=version.pk).exists():
        raise NotInForce
    item = version.policy.item
    kind = claimant_kind(item.subject)
    if (kind == "person") != (person_id is not None) or (person_id is None) == (organisation_id is None):
        raise NotForYou
    # One draft at a time: the claimant's row is the lock.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id) if person_id else None
    require_unrestricted(person)
    organisation = (
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
        if organisation_id
        else None
    )
    stored = stored_period(version, period, today=today)
    drafts = Claim.objects.filter(
        state=ClaimState.DRAFT, version=version, person=person, organisation=organisation
    )
    rows = _rows(item.subject, person=person, organisation=organisation, subject_id=subject_id)
    for draft in drafts:
        if kind == "organisation" or not rows or draft.entries.filter(subject_id=rows[0].id).exists():
            _require_claimant(draft, by)
            return draft
    claim = Claim(
        item=item,
        version=version,
        region=version.policy.region,
        person=person,
        organisation=organisation,
        period=stored,
        channel=channel,
        bundle=bundle,
        account=current_account(person=person, organisation=organisation),
        maker=by,
        created_at=now,
    )
    _require_claimant(claim, by)
    claim.save()
    for number, row in enumerate(rows, start=1):
        ClaimEntry.objects.create(
            claim=claim,
            row=number,
            item=item,
            subject_id=row.id,
            person_id=row.person_id,
            period=claim_period(claim),
        )
    settle(claim)
    return claim


def _require_claimant(claim: Claim, by: Any) -> None:
    if not is_claimant(by, claim):
        raise NotForYou


def _rows(subject_key: str, *, person: Any, organisation: Any, subject_id: int | None) -> list:
    """The subject rows that a new draft begins with."""
    if organisation is not None and subject_key not in {"employer", "carrier"}:
        return []  # a roster: rows come by upload or are found
    claimant = person or organisation
    rows = rows_of(subject_key, claimant_id=claimant.pk, ids=[subject_id] if subject_id else None)
    if not rows:
        raise NothingToClaim
    return rows[:1]


def settle(claim: Claim) -> None:
    """Evaluate a draft anew: entries, region and amount as they are today."""
    entries = refresh_entries(claim, on=timezone.localdate())
    answers = evaluated(claim, [entry.subject_id for entry in entries[:1]], on=timezone.localdate())
    claim.region = region_of(claim, answers.values())
    claim.amount_fen = total_of(claim)
    claim.save(update_fields=["region", "amount_fen"])
