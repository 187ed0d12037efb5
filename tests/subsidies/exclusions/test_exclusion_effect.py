"""What an exclusion finds among what was granted, what it holds from then on, and what it refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from subsidies.claims.actions.deciding import DataDiffer
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.exclusions import actions
from subsidies.exclusions.queries import effect_of
from subsidies.policies.engine import evaluate
from subsidies.policies.queries import excluded_with
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import (
    Officers,
    approved,
    at_step,
    claimant,
    money_for,
    pass_step,
    policy_version,
    submitted,
)
from tests.factories.subsidies_exclusions import OldGrants
from tests.factories.subsidies_policies import SubsidyItemFactory

pytestmark = pytest.mark.django_db


def officer(role="policy_officer"):
    return UserFactory(**{role: True, "region": RegionFactory(code="5101")})


def submitted_guard(items, *, lifetime=True, scope="person"):
    by = officer()
    guard = actions.start_guard(scope=scope, lifetime=lifetime, legal_basis="不重复享受", items=items, by=by)
    return actions.submit_guard(guard_id=guard.pk, by=by)


def put_in_force(guard):
    return actions.publish_guard(guard_id=guard.pk, by=officer("city_officer"), now=timezone.now())


def held(guard):
    return {
        hold.entitlement_id: (hold.period.lower, hold.period.upper)
        for hold in EntitlementHold.objects.filter(guard=guard)
    }


JAN, FEB, MAR, APR, MAY = (date(2026, month, 1) for month in range(1, 6))


def test_each_month_that_was_granted_is_held_once_whatever_overlaps():
    granted, (one, two) = OldGrants(), (SubsidyItemFactory(), SubsidyItemFactory())
    person, other = PersonFactory(), PersonFactory()
    first = granted.of(one, person, JAN, MAR)
    longer = granted.of(two, person, FEB, MAY)
    inside = granted.of(one, person, FEB, MAR)
    alone = granted.of(
        two, other, JAN, APR, subject=False
    )  # opening data that names no row: the person is held
    gone = granted.of(one, other, JAN, APR, live=False)
    guard = submitted_guard([one, two], lifetime=False)

    effect = effect_of(guard)
    put_in_force(guard)

    assert (effect.granted, effect.overlapping, effect.holders) == (4, 2, 1)
    assert [(late.pk, early.pk) for late, early in effect.pairs] == [
        (inside.pk, first.pk),
        (longer.pk, first.pk),
    ]
    assert held(guard) == {first.pk: (JAN, MAR), longer.pk: (MAR, MAY), alone.pk: (JAN, APR)}
    assert gone.pk not in held(guard)


def test_for_all_time_the_first_grant_holds_and_the_second_stays_granted():
    granted, (one, two) = OldGrants(), (SubsidyItemFactory(), SubsidyItemFactory())
    person = PersonFactory()
    first, second = granted.of(one, person, JAN, FEB), granted.of(two, person, APR, MAY)
    guard = submitted_guard([one, two])

    put_in_force(guard)
    Entitlement.objects.filter(pk=second.pk).update(amount_fen=200)
    with connection.cursor() as cursor:  # nothing is asked of what was granted before
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert held(guard) == {first.pk: (None, None)}
    assert Entitlement.objects.get(pk=second.pk).live


def test_what_was_granted_before_keeps_a_later_grant_of_the_other_out():
    person, versions, staff = claimant(), (policy_version(), policy_version()), Officers()
    approved(submitted(person, versions[0]), officers=staff)
    under_way = at_step("second_review", claim=submitted(person, versions[1]), officers=staff)
    items = [version.policy.item for version in versions]
    before = evaluate(versions[1], subject_ids=[person.pk], on=timezone.localdate())

    put_in_force(submitted_guard(items))
    [after] = evaluate(versions[1], subject_ids=[person.pk], on=timezone.localdate())

    assert before[0].qualifies
    assert [reason.code for reason in after.reasons] == ["excluded"]
    assert list(excluded_with(items[0])) == [items[1]]
    money_for(versions[1])
    with pytest.raises(DataDiffer):  # the officer is shown it before anything else is decided
        pass_step(under_way, staff.second)


def test_a_grant_from_then_on_must_hold_it_and_one_after_its_end_need_not():
    version = policy_version(guards=[])
    guard = put_in_force(submitted_guard([version.policy.item]))
    claim = approved(submitted(version=version))
    with_hold = held(guard)
    with pytest.raises(IntegrityError, match="lacks a hold"), transaction.atomic():
        _without_holds()

    actions.ask_end(guard_id=guard.pk, reason="取消", by=officer())
    actions.end_guard(guard_id=guard.pk, by=officer(), now=timezone.now())
    later = approved(submitted(version=version))

    assert set(with_hold) == {claim.entitlements.get().pk}
    assert not later.entitlements.get().holds.exists()
    assert excluded_with(version.policy.item).count() == 0


def _without_holds():
    EntitlementHold.objects.all().delete()
    Entitlement.objects.update(months=1)
    connection.check_constraints()


def test_a_hire_is_held_for_its_firm_as_the_engine_finds_it():
    guard = submitted_guard(
        [SubsidyItemFactory(subject="employment"), SubsidyItemFactory(subject="venture")],
        scope="organisation",
    )

    assert effect_of(guard).granted == 0
    assert put_in_force(guard).grants_before == 0
