"""The scene of the proofs in which an officer passes the last step of many claims with one word."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Any

from django.utils import timezone

from employment_portal.ledger.models import Transfer
from employment_portal.notifications.models import OutboxMessage
from subsidies.claims import actions
from subsidies.claims.bulk_models import BulkPass
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.models import Approval, Claim, Decision
from subsidies.proofs.claimants import STEPS, City, allot, file_claims, make_city
from subsidies.proofs.scenes import SIZE, Scene, differs

_filed = count(0, SIZE)


@dataclass(frozen=True)
class Waiting:
    """SIZE claims of a district that stand at the last step, listed by its officer and confirmed."""

    claims: list[int]
    bulk: BulkPass


def pass_scene() -> Scene:
    return Scene(_act, _passed, _whole, lambda waiting: _whole(waiting, True), make=_waiting)


@cache
def _district() -> City:
    city = make_city()
    district = next(iter(city.lines))
    return replace(city, lines={district: city.lines[district]}, officers={district: city.officers[district]})


def _waiting() -> Waiting:
    city, first = _district(), next(_filed)
    file_claims(city, SIZE, random.Random(first), first=first)
    claims = sorted(
        Claim.objects.filter(version=city.version).order_by("-pk")[:SIZE].values_list("pk", flat=True)
    )
    allot(city, claims)
    (officers,) = city.officers.values()
    for officer in officers[: len(STEPS) - 1]:
        actions.bulk_approve(seen=dict.fromkeys(claims, ""), by=officer, now=timezone.now())
    bulk = actions.ask_bulk(claim_ids=claims, by=officers[-1], now=timezone.now())
    actions.start_bulk(bulk_id=bulk.pk, by=officers[-1], now=timezone.now())
    return Waiting(claims, bulk)


def _act(waiting: Waiting) -> Callable[[], Any]:
    return lambda: actions.run_bulk(bulk_id=waiting.bulk.pk, now=timezone.now())


def _passed(waiting: Waiting) -> bool:
    return waiting.bulk.rows.filter(outcome="passed").exists()


def _whole(waiting: Waiting, whole: bool) -> list[str]:
    ids = waiting.claims
    keys = [f"claim:{claim}:commit:1" for claim in ids]
    public_ids = Claim.objects.filter(pk__in=ids).values_list("public_id", flat=True)
    rows = {
        "claims": Claim.objects.filter(pk__in=ids, state="approved", line__isnull=False, step=""),
        "approvals": Approval.objects.filter(claim__in=ids, step=STEPS[-1]),
        "entitlements": Entitlement.objects.filter(claim__in=ids, live=True),
        "holds": EntitlementHold.objects.filter(entitlement__claim__in=ids, live=True),
        "decisions": Decision.objects.filter(claim__in=ids),
        "commitments": Transfer.objects.filter(idempotency_key__in=keys),
        "outcomes": waiting.bulk.rows.filter(outcome="passed"),
        "messages": OutboxMessage.objects.filter(
            kind="claim_decided", dedupe_key__regex=f"({'|'.join(public_ids)})"
        ),
    }
    wanted = SIZE if whole else 0
    return [problem for name, found in rows.items() for problem in differs(name, found.count(), wanted)]
