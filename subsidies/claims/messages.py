"""Who is told what about a claim. The words are in templates/notifications/claim_*.txt."""

from typing import Any

from django.urls import reverse

from employment_portal.notifications.actions import ALL_CHANNELS, INBOX_AND_MAIL, notify
from employment_portal.organisations.models import Member
from subsidies.claims.models import Claim

LOUD = {"claim_correction", "claim_decided"}


def tell_claimant(kind: str, claim: Claim, *, key: str = "", **context: Any) -> None:
    """The person, by text message when there is no sign-in; for an organisation everybody who acts for it."""
    values = {"claim": claim, "item": claim.item, **context}
    path = reverse("subsidies:claim", args=[claim.public_id])
    channels = ALL_CHANNELS if kind in LOUD else INBOX_AND_MAIL
    dedupe = f"{kind}:{claim.public_id}:{claim.round}:{key}"
    if claim.organisation_id is not None:
        members = Member.objects.filter(organisation=claim.organisation_id, left_at__isnull=True)
        for member in members.select_related("user"):
            notify(
                kind=kind,
                to=member.user,
                channels=INBOX_AND_MAIL,
                context=values,
                path=path,
                dedupe_key=f"{dedupe}:{member.user_id}",
            )
    elif claim.person.user is not None:
        notify(
            kind=kind, to=claim.person.user, channels=channels, context=values, path=path, dedupe_key=dedupe
        )
    elif claim.person.phone and kind in LOUD:
        notify(
            kind=kind,
            phone=claim.person.phone,
            channels=channels,
            context=values,
            path=path,
            dedupe_key=dedupe,
        )
