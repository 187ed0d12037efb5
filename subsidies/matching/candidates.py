"""What a person could claim today by the data held, whether or not it is offered without application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.models import Person
from subsidies.claims.subjects import rows_of
from subsidies.matching.queries import told
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.together import Qualified, qualified_for


@dataclass(frozen=True)
class Candidate:
    """One claim that could be made: a version for one row of the person's."""

    version: PolicyVersion
    qualified: Qualified
    several: bool  # the person has more than one such row, so its name has to be told

    @property
    def item(self) -> SubsidyItem:
        return self.version.policy.item

    @property
    def key(self) -> str:
        return f"{self.version.public_id}-{self.qualified.subject_id}"

    @property
    def because(self) -> list[Any]:
        return told(self.qualified.conditions)


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
    """Everything that the person qualifies for on ``day`` and has not claimed, the most money first.

    As many queries whatever is in force and whatever the person qualifies for.
    """
    versions = (
        PolicyVersion.objects.in_force(day).select_related("policy__item", "policy__region").order_by("pk")
    )
    found = qualified_for(list(versions), claimant_id=person.pk, kind="person", on=day)
    kinds = {row.version.policy.item.subject for row in found} - {"person"}
    rows = {key: len(rows_of(key, claimant_id=person.pk, limit=2)) for key in sorted(kinds)}
    candidates = [
        Candidate(row.version, row, several=rows.get(row.version.policy.item.subject, 1) > 1) for row in found
    ]
    return sorted(
        candidates,
        key=lambda row: (-row.qualified.amount_fen, row.item.order, row.version.pk, row.qualified.subject_id),
    )


def preselected(candidates: Sequence[Candidate], event: LifeEvent | None) -> list[str]:
    """The keys that a life event ticks beforehand; without one all of them."""
    return [row.key for row in candidates if event is None or row.item.subject in event.subjects]
