"""Whose money an officer keeps away from: their own, a relative's, a firm's of theirs. claims.permissions has the rule."""

from typing import Any

from django.db.models import Q

from employment_portal.people.models import Person
from subsidies.claims.models import Claim, ClaimEntry, ConflictOfInterest
from subsidies.claims.permissions import firms_of, records_of
from subsidies.payments.models import Batch, PaymentAttempt


def claims_of_interest(user: Any) -> set[int]:
    """The ids of all claims of which ``claims.permissions.has_interest`` holds: what one statement can leave out."""
    declared = list(
        ConflictOfInterest.objects.filter(user=user, ended_at__isnull=True).values_list(
            "person", "organisation"
        )
    )
    people = {person for person, _organisation in declared if person is not None}
    people.update(Person.objects.filter(records_of(user)).values_list("pk", flat=True))
    kept_from = {organisation for _person, organisation in declared if organisation is not None}
    firms = firms_of(user)
    own = Claim.objects.filter(
        Q(person__in=people) | Q(organisation__in=kept_from.union(firms)) | Q(organisation__parent__in=firms)
    )
    on_the_list = ClaimEntry.objects.filter(person__in=people)
    return {*own.values_list("pk", flat=True), *on_the_list.values_list("claim", flat=True)}


def holds_interest(user: Any, batch: Batch) -> bool:
    """Whether a batch pays a claim in which the user has an interest."""
    claims = claims_of_interest(user)
    return bool(claims) and PaymentAttempt.objects.filter(batch=batch, payable__claim__in=claims).exists()
