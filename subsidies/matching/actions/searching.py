"""Finding everybody who qualifies (政策找人): safe to run twice and to kill at any moment."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.fields import new_public_id
from employment_portal.people.enums import ConsentPurpose
from employment_portal.regions.terms import TermCode, term
from subsidies.matching.actions.refreshing import refresh_offers
from subsidies.matching.models import MatchRun
from subsidies.policies.engine import found, found_ids
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import parse

CHUNK = 2000


class NotOffered(DomainError):
    message = _(
        "This policy is not in force today, or is granted on application only: nobody is searched for."
    )


# Somebody who said no is not looked for; without a word either way the search is a public duty.
REFUSED = (
    "EXISTS (SELECT 1 FROM people_consent refused WHERE refused.person_id = {person}"
    " AND refused.purpose = %(purpose)s) AND NOT EXISTS (SELECT 1 FROM people_consent given"
    " WHERE given.person_id = {person} AND given.purpose = %(purpose)s AND given.withdrawn_at IS NULL)"
)
DECEASED = (
    "EXISTS (SELECT 1 FROM registers_civilrecord civil WHERE civil.person_id = {person}"
    " AND civil.kind = 'deceased' AND civil.starts_on <= %(today)s)"
)
# Whoever let an offer of this wording run out is not asked again for the same time.
RAN_OUT = (
    "EXISTS (SELECT 1 FROM subsidies_offer earlier WHERE earlier.version_id = %(version)s"
    " AND earlier.subject_id = answer.subject_id AND earlier.state = 'lapsed'"
    " AND earlier.lapse_reason = 'expired' AND earlier.period && answer.period)"
)
OFFER = f"""
WITH hit AS MATERIALIZED (
    SELECT answer.*,
        ({REFUSED.format(person="answer.claimant_person_id")})
            OR {DECEASED.format(person="answer.person_id")} OR {RAN_OUT} AS skipped
    FROM ({{found}}) answer
), made AS (
    INSERT INTO subsidies_offer (public_id, version_id, item_id, run_id, subject_id, person_id, organisation_id,
        region_id, period, months, amount_fen, explanation, state, created_at, expires_on, decline_reason, lapse_reason)
    SELECT (%(public_ids)s::text[])[row_number() OVER (ORDER BY subject_id)], %(version)s, %(item)s, %(run)s,
        subject_id, claimant_person_id, claimant_organisation_id, region_id, period, months, amount_fen,
        explanation, 'open', %(now)s, %(expires_on)s, '', ''
    FROM hit WHERE NOT skipped
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT count(*), count(*) FILTER (WHERE skipped), (SELECT count(*) FROM made) FROM hit
"""


def match_version(
    *, version_id: int, day: date, by: Any = None, again: bool = False, chunk: int = CHUNK
) -> MatchRun:
    """Offer a claim to everybody who qualifies under the version on ``day`` and has nothing under way.

    One run per version and day. A run that was killed goes on where it stopped; a finished one is returned as it is,
    or searched once more with ``again``. Those who do not want to be found, and the deceased, are skipped and
    counted. Earlier offers of the version are looked at first: what no longer holds lapses. One pass over everybody
    names whom to look at; each piece of them is looked at again in a transaction of its own. Raises NotOffered.
    """
    version = PolicyVersion.objects.select_related("policy__item", "policy__region").get(pk=version_id)
    if not offers_itself(version, day):
        raise NotOffered
    run = _opened(version, day, by=by, again=again)
    if run.finished_at is not None:
        return run
    refresh_offers(version=version, day=day, run=run)
    hits = found_ids(version, on=day, after=run.reached)
    for start in range(0, len(hits), chunk):
        _offer_to(hits[start : start + chunk], run_id=run.pk, version=version, day=day)
    MatchRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=timezone.now())
    run.refresh_from_db()
    return run


def open_search(*, version_id: int, day: date, by: Any) -> MatchRun:
    """Open the day's run for a worker to go on with, a finished one once more. Raises NotOffered."""
    version = PolicyVersion.objects.select_related("policy__item", "policy__region").get(pk=version_id)
    if not offers_itself(version, day):
        raise NotOffered
    return _opened(version, day, by=by, again=True)


def offers_itself(version: PolicyVersion, day: date) -> bool:
    """Whether people are searched for on that day: in force, and granted without application (免申即享)."""
    in_force = PolicyVersion.objects.in_force(day).filter(pk=version.pk).exists()
    return in_force and parse(version.content).without_application


def searched_versions(day: date) -> list[PolicyVersion]:
    """Every version whose people are searched for on ``day``."""
    versions = (
        PolicyVersion.objects.in_force(day).select_related("policy__item", "policy__region").order_by("pk")
    )
    return [version for version in versions if parse(version.content).without_application]


def last_day_of_offer(version: PolicyVersion, day: date) -> date:
    """Offers stand for the term of the policy's region, but not longer than the policy."""
    last = day + timedelta(days=term(TermCode.OFFER, region=version.policy.region, on=day))
    return min(last, version.effective_until) if version.effective_until else last


@transaction.atomic
def _opened(version: PolicyVersion, day: date, *, by: Any, again: bool) -> MatchRun:
    run, made = MatchRun.objects.get_or_create(
        version=version, day=day, defaults={"started_at": timezone.now(), "started_by": by}
    )
    if not made and again:
        run = MatchRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if run.finished_at is not None:
            run.started_at, run.started_by, run.finished_at = timezone.now(), by, None
            run.reached, run.skipped, run.qualifying = 0, 0, run.offered
            run.save()
    if by is not None:
        record(action="matching.search", by=by, subject=version)
    return run


@transaction.atomic
def _offer_to(hits: list[int], *, run_id: int, version: PolicyVersion, day: date) -> None:
    """Look at the next piece once more and offer. Two workers on one run take turns and pass over what is done."""
    run = MatchRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    hits = [subject_id for subject_id in hits if subject_id > run.reached]
    if run.finished_at is not None or not hits:
        return
    compiled = found(version, on=day, subject_ids=hits)
    now: datetime = timezone.now()
    params = {
        **compiled.params,
        "public_ids": [new_public_id() for _number in hits],
        "version": version.pk,
        "run": run.pk,
        "now": now,
        "expires_on": last_day_of_offer(version, day),
        "purpose": ConsentPurpose.RECOMMENDATION,
    }
    with connection.cursor() as cursor:
        cursor.execute(OFFER.replace("{found}", compiled.sql), params)
        seen, skipped, offered = cursor.fetchone()
    MatchRun.objects.filter(pk=run.pk).update(
        reached=hits[-1],
        qualifying=F("qualifying") + seen,
        skipped=F("skipped") + skipped,
        offered=F("offered") + offered,
    )
