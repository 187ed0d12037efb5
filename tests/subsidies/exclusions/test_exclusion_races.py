"""An exclusion comes into force while something it forbids is granted: either waits for the other, nothing slips by."""

import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.exclusions import actions
from subsidies.policies.models import Guard
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import (
    Officers,
    at_step,
    money_for,
    pass_step,
    policy_version,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)


def officer(role):
    return UserFactory(**{role: True, "region": RegionFactory(code="5101")})


def in_thread(call):
    def run():
        try:
            call()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("granted_first", [True, False])
def test_a_grant_under_way_is_found_by_a_new_exclusion_or_holds_it(granted_first):
    staff, version = Officers(), policy_version(guards=[])
    money_for(version)
    claim = at_step("second_review", claim=submitted(version=version), officers=staff)
    author, second = officer("policy_officer"), officer("city_officer")
    guard = actions.start_guard(
        scope="person", lifetime=True, legal_basis="x", items=[version.policy.item], by=author
    )
    actions.submit_guard(guard_id=guard.pk, by=author)
    by = staff.second

    def grant():
        pass_step(claim, by)

    def put_in_force():
        actions.publish_guard(guard_id=guard.pk, by=second, now=timezone.now())

    first, other = (grant, put_in_force) if granted_first else (put_in_force, grant)
    with transaction.atomic():
        first()
        waiting = in_thread(other)
        waiting.join(1)
        waited = waiting.is_alive()
    waiting.join(30)

    assert waited
    assert Guard.objects.in_force().get() == guard
    assert EntitlementHold.objects.get(guard=guard).entitlement.claim == claim
