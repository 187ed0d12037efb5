"""Several clean claims passed with one word; each is checked and decided for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.retrying import retrying
from subsidies.claims.actions.deciding import decide_step
from subsidies.claims.enums import Verdict
from subsidies.claims.models import Claim

MOST = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one claim. ``problem`` is empty when it passed."""

    claim: Claim
    problem: Any = ""


class TooMany(DomainError):
    message = _("Tick at most %(most)s claims at a time.")


def bulk_approve(*, seen: Mapping[int, str], by: Any, now: datetime) -> list[Outcome]:
    """Pass the step of each clean claim, one transaction each: what cannot pass stays and says why.

    ``seen`` gives the fingerprint of each claim as it was listed; a claim that changed since stays. Raises TooMany.
    """
    if len(seen) > MOST:
        raise TooMany(most=MOST)
    claims = Claim.objects.visible_to_staff(by).filter(pk__in=seen).select_related("item").order_by("pk")
    return [_one(claim, seen[claim.pk], by, now) for claim in claims]


def _one(claim: Claim, seen_sha256: str, by: Any, now: datetime) -> Outcome:
    if not claim.clean:
        return Outcome(claim, _("It has findings: open it and decide for itself."))
    try:
        retrying(
            lambda: decide_step(
                claim_id=claim.pk,
                verdict=Verdict.PASS,
                note="",
                by=by,
                now=now,
                seen_sha256=seen_sha256,
                bulk=True,
            )
        )
    except DomainError as error:
        return Outcome(claim, error.message)
    except OperationalError:
        return Outcome(claim, _("The database was busy. Try this one again."))
    return Outcome(claim)
