from django.utils import timezone

from subsidies.matching import actions
from subsidies.matching.models import Offer
from tests.factories.people import SpellFactory
from tests.factories.subsidies_claims import account_of, claimant, policy_version
from tests.factories.subsidies_matching import hiring_version, offered


def offer(at) -> dict:
    return {"public_id": offered(at.person).public_id}


def declined(at) -> dict:
    row = offered(at.person)
    actions.decline_offer(offer_id=row.pk, reason="", by=at.user, now=timezone.now())
    return {"public_id": row.public_id}


def roster(at) -> dict:
    person = claimant()
    SpellFactory(
        person=person, status="employed", employer=at.organisation, employer_name="", region=at.region
    )
    account_of(organisation=at.organisation)
    version = hiring_version()
    actions.match_version(version_id=version.pk, day=timezone.localdate())
    return {"public_id": Offer.objects.get(version=version, organisation=at.organisation).public_id}


def bundle(at) -> dict:
    account_of(person=at.person)
    version = policy_version()
    made = actions.claim_together(
        person_id=at.person.pk,
        keys=[f"{version.public_id}-{at.person.pk}"],
        account=None,
        committed=True,
        papers={},
        channel="online",
        by=at.user,
        now=timezone.now(),
    )
    return {"public_id": made.public_id}


def search(at) -> dict:
    return {"public_id": policy_version(region=at.region).public_id}


OBJECTS = {
    "subsidies:offer": offer,
    "subsidies:decline_offer": offer,
    "subsidies:undo_decline": declined,
    "subsidies:offered_roster": roster,
    "subsidies:decline_rows": roster,
    "subsidies:bundle": bundle,
    "subsidies:self_check_for": lambda at: {"audience": "seeker"},
    "subsidies:search": search,
    "subsidies:start_search": search,
}
SHARED = {"subsidies:self_check_for"}
