"""The staff queue of claims: what waits for somebody, by time left, and what a case shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.core.calendar import working_days_between
from employment_portal.core.masking import mask_identity, mask_name
from employment_portal.regions.models import Region
from employment_portal.workflow.delegation import authorities_of
from employment_portal.workflow.models import WorkItem
from subsidies.claims import rules
from subsidies.claims.actions.rows import WORK_KIND
from subsidies.claims.enums import ClaimState, EntryState, Verdict
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.permissions import standing

SHOWS = ("all", "clean", "findings", "overdue")


@dataclass(frozen=True)
class QueueFilter:
    """What the queue page was asked for."""

    show: str = "all"
    item: str = ""
    region: str = ""
    step: str = ""
    text: str = ""


def waiting(user: Any, *, today: date) -> QuerySet[WorkItem]:
    """Open items of claims that the user may decide by a post or a delegation, the nearest due day first."""
    scope = Q(pk__in=[])
    for authority in authorities_of(user, today=today):
        if authority.role in OFFICER_ROLES:
            scope |= Q(role=authority.role, region__path__startswith=authority.region_path)
    return WorkItem.objects.open().filter(scope, kind=WORK_KIND).order_by("due_on", "id")


def queue(user: Any, asked: QueueFilter, *, today: date) -> QuerySet[WorkItem]:
    """The items that match."""
    claims = Claim.objects.filter(state__in=[ClaimState.SUBMITTED, ClaimState.IN_REVIEW])
    if asked.item:
        claims = claims.filter(item__code=asked.item)
    if asked.step:
        claims = claims.filter(step=asked.step)
    if asked.show in ("clean", "findings"):
        claims = claims.filter(clean=asked.show == "clean")
    if asked.text:
        claims = claims.filter(
            Q(number__icontains=asked.text)
            | Q(person__name__icontains=asked.text)
            | Q(organisation__name__icontains=asked.text)
        )
    rows = waiting(user, today=today).filter(subject_id__in=claims.values("pk"))
    if asked.show == "overdue":
        rows = rows.filter(due_on__lt=today)
    if asked.region:
        rows = rows.filter(
            region__path__startswith=Region.objects.filter(code=asked.region).values("path")[:1]
        )
    return rows


@dataclass(frozen=True)
class Row:
    """A claim as the queue shows it. ``left`` counts working days, below zero how many it is over."""

    claim: Claim
    item: WorkItem
    who: str
    step: Any
    left: int
    is_overdue: bool

    @property
    def over(self) -> int:
        return -self.left


def rows(items: list[WorkItem], *, today: date) -> list[Row]:
    """The claims behind the items of a page, in their order, in one query."""
    claims = (
        Claim.objects.select_related("item", "region", "person", "organisation")
        .defer("declared")
        .in_bulk([item.subject_id for item in items])
    )
    return [
        Row(
            claim=claims[item.subject_id],
            item=item,
            who=who(claims[item.subject_id]),
            step=rules.STEP_NAMES.get(claims[item.subject_id].step, claims[item.subject_id].step),
            left=working_days_between(today, item.due_on),
            is_overdue=item.due_on < today,
        )
        for item in items
        if item.subject_id in claims
    ]


def who(claim: Claim) -> str:
    """A person's name masked, an organisation's whole."""
    return claim.organisation.name if claim.organisation is not None else mask_name(claim.person.name)


def masked_number(claim: Claim) -> str:
    if claim.organisation is not None:
        return claim.organisation.code or ""
    return mask_identity(claim.person.id_number or "")


def counted_entries(claim: Claim) -> QuerySet[ClaimEntry]:
    return claim.entries.exclude(state=EntryState.REMOVED).select_related("person").order_by("row")


def verdicts_of(claim: Claim) -> list[tuple[str, Any]]:
    """The verdicts that the table has a row for where the claim stands."""
    if claim.state == ClaimState.SUBMITTED:
        possible = [Verdict.PASS, Verdict.NOT_ACCEPT]
        if not claim.corrected_once:
            possible.insert(1, Verdict.CORRECT)
    else:
        possible = [Verdict.PASS, Verdict.SEND_BACK, Verdict.REFUSE]
    return [(verdict.value, verdict.label) for verdict in possible]


def is_own_case(user: Any, claim: Claim) -> bool:
    """Whether the claim is kept from somebody's eyes: their own, their organisation's, or one with a conflict."""
    found = standing(user, claim)
    return found.is_claimant or found.is_member or found.has_declared_conflict
