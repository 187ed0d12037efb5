"""What a person could claim today by the data held, whether or not it is offered without application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.facts.catalogue import subjects
from employment_portal.people.models import Person
from subsidies.claims.enums import EntryState
from subsidies.claims.models import ClaimEntry
from subsidies.claims.subjects import rows_of
from subsidies.matching.queries import told
from subsidies.policies.engine import Evaluation, evaluate
from subsidies.policies.models import PolicyVersion, SubsidyItem

MOST_ROWS = 20


@dataclass(frozen=True)
class Candidate:
    """One claim that could be made: a version for one row of the person's."""

    version: PolicyVersion
    evaluation: Evaluation
    several: bool  # the person has more than one such row, so its name has to be told

    @property
    def item(self) -> SubsidyItem:
        return self.version.policy.item

    @property
    def key(self) -> str:
        return f"{self.version.public_id}-{self.evaluation.subject_id}"

    @property
    def because(self) -> list[Any]:
        return told(self.evaluation.conditions)


@dataclass(frozen=True)
class LifeEvent:
    """Something that happened to somebody; ``subjects`` are what its subsidies are paid for."""

    key: str
    label: Any
    icon: str
    subjects: tuple[str, ...]


EVENTS = {
    row.key: row
    for row in (
        LifeEvent("job", _("I found a job or work for myself"), "briefcase", ("person",)),
        LifeEvent("business", _("I opened a business"), "building", ("venture",)),
        LifeEvent("certificate", _("I got a certificate"), "certificate", ("certificate",)),
    )
}


def candidates_of(person: Person, day: date) -> list[Candidate]:
    """Everything that the person qualifies for on ``day`` and has not claimed, the most money first."""
    kinds = {subject.key: subject for subject in subjects() if subject.claimant == "person"}
    versions = (
        PolicyVersion.objects.in_force(day)
        .filter(policy__item__subject__in=kinds)
        .select_related("policy__item", "policy__region")
        .order_by("policy__item__order", "pk")
    )
    rows = {key: [row.id for row in rows_of(key, claimant_id=person.pk, limit=MOST_ROWS)] for key in kinds}
    found = []
    for version in versions:
        ids = rows[version.policy.item.subject]
        if not ids:
            continue
        for evaluation in evaluate(version, subject_ids=ids, on=day):
            if evaluation.qualifies and not _claimed(version.policy.item, evaluation):
                found.append(Candidate(version, evaluation, several=len(ids) > 1))
    return sorted(found, key=lambda row: -row.evaluation.amount_fen)


def preselected(candidates: Sequence[Candidate], event: LifeEvent | None) -> list[str]:
    """The keys that a life event ticks beforehand; without one all of them."""
    return [row.key for row in candidates if event is None or row.item.subject in event.subjects]


def _claimed(item: SubsidyItem, evaluation: Evaluation) -> bool:
    return ClaimEntry.objects.filter(
        item=item,
        subject_id=evaluation.subject_id,
        open=True,
        state=EntryState.INCLUDED,
        period__overlap=evaluation.period,
    ).exists()
