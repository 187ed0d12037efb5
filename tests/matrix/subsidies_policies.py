"""Objects of the routes of policies."""

from typing import Any

from subsidies.policies.models import PolicyVersion
from tests.factories.subsidies_policies import (
    GuardFactory,
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
)
from tests.matrix.places import Place


def at_place(place: Place, **traits: Any) -> PolicyVersion:
    return PolicyVersionFactory(policy=PolicyFactory(region=place.region), **traits)


def version(**traits: Any) -> Any:
    return lambda at: {"public_id": at_place(at, **traits).public_id}


def part(at: Place) -> dict[str, str]:
    return {"public_id": at_place(at).public_id, "part": "conditions"}


def policy(at: Place) -> dict[str, str]:
    return {"public_id": at_place(at, published=True).policy.public_id}


def exclusion(**traits: Any) -> Any:
    return lambda at: {"public_id": GuardFactory(items=[SubsidyItemFactory()], **traits).public_id}


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
    "subsidies:exclusion": exclusion(in_force=True),
    "subsidies:edit_exclusion": exclusion(draft=True),
    "subsidies:change_exclusion": exclusion(in_force=True),
    "subsidies:discard_exclusion": exclusion(draft=True),
    "subsidies:submit_exclusion": exclusion(draft=True),
    "subsidies:take_back_exclusion": exclusion(submitted=True),
    "subsidies:send_back_exclusion": exclusion(submitted=True),
    "subsidies:publish_exclusion": exclusion(submitted=True),
    "subsidies:ask_end_exclusion": exclusion(in_force=True),
    "subsidies:keep_exclusion": exclusion(ending=True),
    "subsidies:end_exclusion": exclusion(ending=True),
}

# The policy of a place is for everybody to read, what excludes what for all staff.
SHARED = {"subsidies:policy", "subsidies:exclusion"}

# Exclusions count in the whole city and are written by its own officers; those of the matrix serve a district.
# tests/subsidies/exclusions/test_exclusion_pages.py lets the right ones in.
NOBODY = {name for name in OBJECTS if name.endswith("_exclusion")} | {"subsidies:new_exclusion"}
