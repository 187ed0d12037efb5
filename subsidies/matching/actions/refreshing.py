"""Offers that stand are looked at every night: still true, another amount, or over."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from subsidies.claims.enums import EntryState
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.matching.models import LapseReason, MatchRun, Offer, OfferState
from subsidies.policies.asking import for_everybody
from subsidies.policies.compile import Compiler
from subsidies.policies.engine import asked, explanation, qualifying
from subsidies.policies.models import PolicyVersion

STILL = """
WITH still AS MATERIALIZED (
    SELECT answer.subject_id, coalesce(answer.months, 0) AS months, answer.amount_fen, {explanation} AS explanation
    FROM ({qualifying}) answer WHERE answer.subject_id IN (
        SELECT offer.subject_id FROM subsidies_offer offer WHERE offer.version_id = %(version)s
        AND offer.state = 'open' AND offer.period = {period})
), changed AS (
    UPDATE subsidies_offer offer
    SET amount_fen = still.amount_fen, months = still.months, explanation = still.explanation
    FROM still WHERE offer.version_id = %(version)s AND offer.state = 'open' AND offer.period = {period}
    AND offer.subject_id = still.subject_id AND offer.amount_fen <> still.amount_fen
), gone AS (
    UPDATE subsidies_offer offer SET state = 'lapsed', lapse_reason = 'no_longer'
    WHERE offer.version_id = %(version)s AND offer.state = 'open' AND offer.period = {period}
    AND NOT EXISTS (SELECT 1 FROM still WHERE still.subject_id = offer.subject_id) RETURNING offer.id
)
SELECT count(*) FROM gone
"""


@transaction.atomic
def refresh_offers(*, version: PolicyVersion, day: date, run: MatchRun | None = None) -> int:
    """End the version's open offers whose time ran out, which were claimed otherwise, or whose conditions no longer
    hold on ``day``; amounts follow the data. How many ended; ``run`` counts them.
    """
    standing = Offer.objects.filter(version=version, state=OfferState.OPEN)
    ended = _lapse(standing.filter(expires_on__lt=day), LapseReason.EXPIRED)
    ended += _lapse(
        standing.filter(
            Exists(_claims_of(OuterRef)),
        ),
        LapseReason.CLAIMED,
    )
    for period in standing.order_by().values_list("period", flat=True).distinct():
        compiler = Compiler(asked(version, day, period), everybody=True)
        compiler.params["version"] = version.pk
        sql = STILL.format(
            explanation=explanation(compiler),
            qualifying=qualifying(compiler),
            period="daterange(%(lower)s::date, %(upper)s::date)",
        )
        with for_everybody() as cursor:
            cursor.execute(sql, compiler.params)
            ended += cursor.fetchone()[0]
    if run is not None and ended:
        MatchRun.objects.filter(pk=run.pk).update(lapsed=F("lapsed") + ended)
    return ended


def withdraw_ended(*, day: date) -> int:
    """End the open offers of every version that is no longer in force. How many."""
    in_force = PolicyVersion.objects.in_force(day)
    standing = Offer.objects.filter(state=OfferState.OPEN).exclude(version__in=in_force)
    return _lapse(standing, LapseReason.ENDED)


def close_claimed(*, claim: Claim) -> int:
    """End the offers that a claim handed in makes needless."""
    entries = claim.entries.filter(open=True, state=EntryState.INCLUDED)
    ended = 0
    for item_id, subject_id, period in entries.values_list("item_id", "subject_id", "period"):
        standing = Offer.objects.filter(
            state=OfferState.OPEN, item_id=item_id, subject_id=subject_id, period__overlap=period
        )
        ended += _lapse(standing, LapseReason.CLAIMED)
    return ended


def _claims_of(outer):
    return ClaimEntry.objects.filter(
        open=True,
        state=EntryState.INCLUDED,
        item_id=outer("item_id"),
        subject_id=outer("subject_id"),
        period__overlap=outer("period"),
    )


def _lapse(offers, reason: str) -> int:
    return offers.update(state=OfferState.LAPSED, lapse_reason=reason)
