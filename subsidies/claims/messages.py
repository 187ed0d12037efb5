"""Who is told what about a claim. The words are in templates/notifications/claim_*.txt."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse

from employment_portal.notifications.actions import (
    ALL_CHANNELS,
    INBOX_AND_MAIL,
    Message,
    notify,
    notify_many,
)
from employment_portal.organisations.models import Member
from subsidies.claims.models import Claim

LOUD = {"claim_correction", "claim_decided"}


def tell_claimant(kind: str, claim: Claim, *, key: str = "", **context: Any) -> None:
    """The person, by text message when there is no sign-in; for an organisation everybody who acts for it."""
    for message in _messages(kind, [claim], key, context):
        notify(
            kind=kind,
            to=message.to,
            phone=message.phone,
            channels=message.channels,
            context=message.context,
            path=message.path,
            dedupe_key=message.dedupe_key,
        )


def tell_claimants(kind: str, claims: Sequence[Claim], *, key: str = "", **context: Any) -> None:
    """The same of many claims, in a few statements."""
    notify_many(kind=kind, messages=list(_messages(kind, claims, key, context)))


def _messages(kind: str, claims: Sequence[Claim], key: str, context: dict[str, Any]) -> Iterator[Message]:
    members: dict[int, list[Member]] = defaultdict(list)
    firms = [claim.organisation_id for claim in claims if claim.organisation_id is not None]
    if firms:
        found = Member.objects.filter(organisation__in=firms, left_at__isnull=True).select_related("user")
        for member in found.order_by("pk"):
            members[member.organisation_id].append(member)
    for claim in claims:
        values = {"claim": claim, "item": claim.item, **context}
        path = reverse("subsidies:claim", args=[claim.public_id])
        channels = ALL_CHANNELS if kind in LOUD else INBOX_AND_MAIL
        dedupe = f"{kind}:{claim.public_id}:{claim.round}:{key}"
        if claim.organisation_id is not None:
            for member in members[claim.organisation_id]:
                yield Message(member.user, f"{dedupe}:{member.user_id}", values, path)
        elif claim.person.user is not None:
            yield Message(claim.person.user, dedupe, values, path, channels=channels)
        elif claim.person.phone and kind in LOUD:
            yield Message(None, dedupe, values, path, phone=claim.person.phone, channels=channels)
