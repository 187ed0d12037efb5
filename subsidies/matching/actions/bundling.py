"""One form, several claims (政策福袋, 一件事一次办): filled once, handed in together, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.people.models import Person
from subsidies.claims import actions as claims
from subsidies.claims.actions.starting import current_account, require_unrestricted
from subsidies.claims.models import Bundle, Claim
from subsidies.matching.actions.refreshing import close_claimed
from subsidies.matching.candidates import Candidate, candidates_of
from subsidies.payments.actions.accounts import set_account
from subsidies.policies.models import Guard


class TickSomething(DomainError):
    message = _("Tick at least one subsidy.")


class NoLongerThere(DomainError):
    message = _("One of the subsidies ticked is no longer open to you. Look at the list again.")


class NotTogether(DomainError):
    message = _("“%(first)s” and “%(second)s” cannot be had together. Keep one of them.")


class AccountNeeded(DomainError):
    message = _("Enter the account that the money goes to.")


class PaperNeeded(DomainError):
    message = _("“%(label)s” is needed. Upload it, or sign the commitment where it stands in for papers.")


@dataclass(frozen=True)
class Paper:
    """A paper that at least one of the claims asks for; asked once, attached to each."""

    code: str
    label: str
    required: bool
    commitment_allowed: bool


def papers_for(chosen: Sequence[Candidate]) -> list[Paper]:
    """What the claims chosen ask for, each code once; needed when one of them needs it."""
    papers: dict[str, Paper] = {}
    for candidate in chosen:
        for row in candidate.version.content.get("evidence", []):
            before = papers.get(row["code"])
            required = bool(row.get("required")) or (before is not None and before.required)
            allowed = bool(row.get("commitment_allowed")) and (before is None or before.commitment_allowed)
            papers[row["code"]] = Paper(row["code"], row["label"], required, allowed)
    return list(papers.values())


@transaction.atomic
def claim_together(
    *,
    person_id: int,
    keys: Sequence[str],
    account: Mapping[str, str] | None,
    committed: bool,
    papers: Mapping[str, UploadedFile],
    channel: str,
    by: Any,
    now: datetime,
) -> Bundle:
    """Open and hand in a claim for each candidate named, all or none. ``papers`` by code; ``account`` as for
    ``set_account`` when none is on record.

    Raises DataRestricted, TickSomething, NoLongerThere, NotTogether, AccountNeeded, PaperNeeded, and what starting and
    handing in raise.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    require_unrestricted(person)
    today = timezone.localdate(now)
    chosen = choose(candidates_of(person, today), keys)
    require_together(chosen)
    _require_papers(chosen, papers, committed)
    on_record = current_account(person=person, organisation=None)
    if on_record is None:
        if account is None:
            raise AccountNeeded
        on_record = set_account(
            person=person,
            holder=account["holder"],
            bank_name=account["bank_name"],
            number=account["number"],
            by=by,
            now=now,
        )
    bundle = Bundle.objects.create(person=person, made_by=by, made_at=now)
    for candidate in chosen:
        claim = _filled(
            candidate,
            bundle,
            account_id=on_record.pk,
            committed=committed,
            papers=papers,
            channel=channel,
            by=by,
            now=now,
        )
        claims.submit_claim(claim_id=claim.pk, by=by, now=now)
        close_claimed(claim=claim)
    return bundle


def choose(candidates: Sequence[Candidate], keys: Sequence[str]) -> list[Candidate]:
    """Those ticked, in their order. Raises TickSomething, NoLongerThere."""
    if not keys:
        raise TickSomething
    by_key = {candidate.key: candidate for candidate in candidates}
    if any(key not in by_key for key in keys):
        raise NoLongerThere
    return [by_key[key] for key in dict.fromkeys(keys)]


def require_together(chosen: Sequence[Candidate]) -> None:
    """No two that a guard excludes against each other. Raises NotTogether."""
    held: dict[tuple[int, int], list[tuple[DateRange, Candidate]]] = {}
    items = [candidate.item.pk for candidate in chosen]
    guards = Guard.objects.in_force().filter(items__in=items).distinct()
    for guard in guards.prefetch_related("items"):
        guarded = {item.pk for item in guard.items.all()}
        for candidate in chosen:
            holder = candidate.evaluation.holders.get(guard.scope)
            if candidate.item.pk not in guarded or holder is None:
                continue
            period = DateRange(None, None) if guard.lifetime else candidate.evaluation.period
            for other_period, other in held.setdefault((guard.pk, holder), []):
                if overlap(period, other_period):
                    raise NotTogether(first=other.item.name, second=candidate.item.name)
            held[guard.pk, holder].append((period, candidate))


def overlap(one: DateRange, other: DateRange) -> bool:
    """Whether two periods share a day; an open end reaches for ever."""
    starts = [row.lower or date.min for row in (one, other)]
    ends = [row.upper or date.max for row in (one, other)]
    return max(starts) < min(ends)


def _require_papers(chosen: Sequence[Candidate], papers: Mapping[str, UploadedFile], committed: bool) -> None:
    for paper in papers_for(chosen):
        covered = paper.code in papers or (committed and paper.commitment_allowed)
        if paper.required and not covered:
            raise PaperNeeded(label=paper.label)


def _filled(
    candidate: Candidate,
    bundle: Bundle,
    *,
    account_id: int,
    committed: bool,
    papers: Mapping[str, UploadedFile],
    channel: str,
    by: Any,
    now: datetime,
) -> Claim:
    claim = claims.start_claim(
        version_id=candidate.version.pk,
        person_id=bundle.person_id,
        subject_id=candidate.evaluation.subject_id,
        channel=channel,
        bundle=bundle,
        by=by,
        now=now,
    )
    if claim.bundle_id != bundle.pk:  # a draft that was there already
        claim.bundle = bundle
        claim.save(update_fields=["bundle"])
    claims.save_declared(claim_id=claim.pk, facts={}, declared_fen=None, note="", by=by, now=now)
    claims.choose_account(claim_id=claim.pk, account_id=account_id, by=by)
    asked = candidate.version.content.get("evidence", [])
    if committed and any(row.get("commitment_allowed") for row in asked):
        claims.sign_commitment(claim_id=claim.pk, signed=True, by=by, now=now)
    for row in asked:
        if row["code"] in papers:
            file = papers[row["code"]]
            file.seek(0)
            claims.add_evidence(claim_id=claim.pk, code=row["code"], file=file, by=by, now=now)
    return claim
