"""Telling those who were found, each once: one message however many subsidies or employees it is about."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.urls import reverse

from employment_portal.notifications.actions import ALL_CHANNELS, Channel, notify
from employment_portal.organisations.models import Member
from subsidies.matching.models import Offer

MOST_NAMED = 5


def tell_found(*, now: datetime) -> int:
    """A message to everybody with open offers they were not told of, each in a transaction of its own. How many."""
    told = 0
    untold = Offer.objects.untold().order_by()
    for person_id in list(untold.filter(person__isnull=False).values_list("person_id", flat=True).distinct()):
        told += _tell_person(person_id, now)
    for organisation_id in list(
        untold.filter(organisation__isnull=False).values_list("organisation_id", flat=True).distinct()
    ):
        told += _tell_organisation(organisation_id, now)
    return told


def _taken(**whose: Any) -> list[int]:
    """The untold offers of one claimant, locked; what another worker has in hand is left to it."""
    rows = Offer.objects.untold().filter(**whose).select_for_update(of=("self",), skip_locked=True)
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _tell_person(person_id: int, now: datetime) -> bool:
    ids = _taken(person=person_id)
    if not ids:
        return False
    offers = list(
        Offer.objects.filter(pk__in=ids).select_related("item", "person__user").order_by("-amount_fen")
    )
    person = offers[0].person
    assert person is not None
    message: dict[str, Any] = {
        "kind": "subsidy_found",
        "channels": ALL_CHANNELS,
        "context": {
            "name": person.name,
            "offers": offers[:MOST_NAMED],
            "first": offers[0],
            "count": len(offers),
            "total_fen": sum(offer.amount_fen for offer in offers),
            "until": min(offer.expires_on for offer in offers),
        },
        "path": reverse("subsidies:for_me"),
        "dedupe_key": f"subsidy_found:{offers[0].public_id}",
    }
    Offer.objects.filter(pk__in=ids).update(notified_at=now)
    if person.user is not None:
        notify(to=person.user, **message)
    elif person.phone:
        notify(phone=person.phone, **{**message, "channels": (Channel.SMS,)})
    return True


@transaction.atomic
def _tell_organisation(organisation_id: int, now: datetime) -> bool:
    ids = _taken(organisation=organisation_id)
    if not ids:
        return False
    offers = Offer.objects.filter(pk__in=ids)
    groups = list(
        offers.values("item__name", "item__notice_name", "item__name_en")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by("-fen")
    )
    first = offers.select_related("organisation").order_by("pk")[0]
    context = {
        "organisation": first.organisation,
        "groups": groups,
        "count": len(ids),
        "total_fen": sum(group["fen"] for group in groups),
        "until": offers.aggregate(day=Min("expires_on"))["day"],
    }
    offers.update(notified_at=now)
    members = Member.objects.filter(organisation=organisation_id, left_at__isnull=True).select_related("user")
    for member in members:
        notify(
            kind="subsidy_found_roster",
            to=member.user,
            channels=ALL_CHANNELS,
            context=context,
            path=reverse("subsidies:for_me"),
            dedupe_key=f"subsidy_found_roster:{first.public_id}:{member.user_id}",
        )
    return True
