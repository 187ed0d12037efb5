"""Objects of the routes of policies."""

from typing import Any

from subsidies.policies.models import PolicyVersion
from tests.factories.subsidies_policies import PolicyFactory, PolicyVersionFactory
from tests.matrix.places import Place


def at_place(place: Place, **traits: Any) -> PolicyVersion:
    return PolicyVersionFactory(policy=PolicyFactory(region=place.region), **traits)


def version(**traits: Any) -> Any:
    return lambda at: {"public_id": at_place(at, **traits).public_id}


def part(at: Place) -> dict[str, str]:
    return {"public_id": at_place(at).public_id, "part": "conditions"}


def policy(at: Place) -> dict[str, str]:
    return {"public_id": at_place(at, published=True).policy.public_id}


OBJECTS = {
    "subsidies:policy": policy,
    "subsidies:policy_version": version(published=True),
    "subsidies:count_policy": version(published=True),
    "subsidies:preview_policy": version(published=True),
    "subsidies:policy_changes": version(published=True),
    "subsidies:print_policy": version(published=True),
    "subsidies:edit_policy": version(),
    "subsidies:edit_policy_part": part,
    "subsidies:draft_policy": version(published=True),
    "subsidies:discard_policy": version(),
    "subsidies:submit_policy": version(),
    "subsidies:take_back_policy": version(submitted=True),
    "subsidies:send_back_policy": version(submitted=True),
    "subsidies:publish_policy": version(submitted=True),
    "subsidies:end_policy": version(published=True),
    "subsidies:retire_policy": version(published=True),
}

# The policy of a place is for everybody to read.
SHARED = {"subsidies:policy"}
