from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from employment_portal.people.enums import EmploymentStatus, GroupState
from employment_portal.people.groups.rules import Ages, Facts, Suggestion, is_sensitive, suggestions
from employment_portal.people.models import GroupMembership, Person
from employment_portal.people.permissions import may_see_membership
from employment_portal.regions.models import Region
from employment_portal.regions.terms import TermCode, term


def facts_of(person: Person, *, on: date) -> Facts:
    running = person.spells.on(on).filter(voided_at__isnull=True, status=EmploymentStatus.UNEMPLOYED).first()
    return Facts(
        sex=person.sex,
        birth_date=person.birth_date,
        education=person.education,
        graduated_on=person.graduated_on,
        unemployed_since=running.period.lower if running else None,
    )


def suggestions_for(person: Person, *, on: date) -> list[Suggestion]:
    """Groups that the record speaks for and that are neither certified nor applied for."""
    held = set(
        person.groups.filter(
            Q(state=GroupState.APPLIED) | Q(state=GroupState.CERTIFIED, valid__contains=on)
        ).values_list("group", flat=True)
    )
    listed = suggestions(facts_of(person, on=on), ages=ages_in(person.residence_region, on=on), on=on)
    return [found for found in listed if found.group not in held]


def ages_in(region: Region | None, *, on: date) -> Ages:
    """What the rules of a place name on a day."""
    codes = {
        "older_women": TermCode.OLDER_WOMEN,
        "older_men": TermCode.OLDER_MEN,
        "youth_from": TermCode.YOUTH_FROM,
        "youth_until": TermCode.YOUTH_UNTIL,
        "graduate_years": TermCode.GRADUATE,
        "long_term_months": TermCode.LONG_TERM,
    }
    return Ages(**{name: term(code, region=region, on=on) for name, code in codes.items()})


def groups_of(person: Person) -> QuerySet[GroupMembership]:
    """The person's memberships and applications, newest first."""
    return person.groups.select_related("region", "decided_by").order_by("-applied_at", "-pk")


def groups_for_staff(user: Any, person: Person) -> list[GroupMembership]:
    """What an officer may see: sensitive memberships only where their own region handles them."""
    return [
        membership
        for membership in groups_of(person)
        if not is_sensitive(membership.group) or may_see_membership(user, membership)
    ]


def memberships_visible_to(user: Any) -> QuerySet[GroupMembership]:
    """The memberships that the user's regions handle."""
    scope = Q(pk__in=[])
    for post in user.current_posts():
        scope |= post.covered()
    return GroupMembership.objects.filter(scope).select_related(
        "person__user", "region", "applied_by", "decided_by"
    )
