"""The life of an exclusion: who may move it from which state, and that two people put it in force and end it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.exclusions import actions
from subsidies.exclusions.workflow import GUARD
from subsidies.policies.enums import GuardState
from subsidies.policies.models import Guard
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import GuardFactory, SubsidyItemFactory

pytestmark = pytest.mark.django_db

WRITES = {"edit", "submit", "take_back"}
SECOND = {"send_back", "publish"}
ASKS = {"ask_end", "keep", "replace"}
MAY = {
    "author": WRITES | ASKS | {"end"},
    "asked_for_the_end": WRITES | SECOND | ASKS,
    "policy_officer": WRITES | SECOND | ASKS | {"end"},
    "city_officer": SECOND | ASKS | {"end"},
    "policy_officer_of_a_district": set(),
    "district_officer": set(),
    "street_clerk": set(),
    "finance_officer": set(),
    "system_admin": set(),
    "nobody": set(),
}


def officer(role: str = "policy_officer", code: str = "5101"):
    return UserFactory(**{role: True, "region": RegionFactory(code=code)})


def actor(kind: str, values: dict):
    if kind in {"author", "asked_for_the_end"}:
        values["made_by" if kind == "author" else "end_asked_by"] = user = officer()
        return user
    if kind == "policy_officer_of_a_district":
        return officer(code="510108")
    return UserFactory() if kind == "nobody" else officer(kind)


@pytest.mark.parametrize("kind", MAY)
def test_only_the_right_people_move_an_exclusion_from_the_right_state(kind):
    values: dict = {}
    user = actor(kind, values)
    guard = GuardFactory(draft=True, **values)

    allowed = set()
    for state in GuardState.values:
        guard.state = state
        allowed |= {(state, name) for name in GUARD.allowed(guard, user)}

    assert allowed == {(state, name) for name in MAY[kind] for state in GUARD.moves[name].sources}


def drafted(by=None, **values):
    values = {"scope": "person", "lifetime": True, "legal_basis": "川人社规〔2026〕1号"} | values
    values.setdefault("items", [SubsidyItemFactory(), SubsidyItemFactory()])
    return actions.start_guard(by=by or officer(), **values)


def in_force(**values):
    guard = drafted(**values)
    actions.submit_guard(guard_id=guard.pk, by=guard.made_by)
    return actions.publish_guard(guard_id=guard.pk, by=officer("city_officer"), now=timezone.now())


def test_submission_asks_a_city_officer_and_coming_into_force_closes_the_case():
    guard = drafted()

    actions.submit_guard(guard_id=guard.pk, by=guard.made_by)
    case = WorkItem.objects.open().get(kind="exclusion")
    counted = actions.publish_guard(guard_id=guard.pk, by=officer("city_officer"), now=timezone.now())

    assert case.role == "city_officer"
    assert counted in Guard.objects.in_force()
    assert not WorkItem.objects.open().exists()


def test_whoever_edited_it_cannot_put_it_in_force():
    guard, helper = drafted(), officer()
    actions.save_guard(
        guard_id=guard.pk, scope="person", lifetime=False, legal_basis="x", items=guard.items.all(), by=helper
    )
    actions.submit_guard(guard_id=guard.pk, by=guard.made_by)

    with pytest.raises(TransitionNotAllowed):
        actions.publish_guard(guard_id=guard.pk, by=helper, now=timezone.now())


def test_the_database_refuses_one_that_its_author_puts_in_force():
    guard = GuardFactory(submitted=True)
    guard.state, guard.published_by, guard.published_at = "in_force", guard.made_by, timezone.now()

    with pytest.raises(IntegrityError, match="guard_two_people"), transaction.atomic():
        guard.save()


def test_a_subsidy_that_has_no_such_holder_is_refused():
    firm = SubsidyItemFactory(subject="carrier")

    with pytest.raises(actions.NothingToHold, match=firm.label):
        drafted(items=[SubsidyItemFactory(), firm])


def test_one_without_subsidies_is_refused():
    with pytest.raises(actions.NoSubsidies):
        drafted(items=[])


def test_a_change_replaces_what_counted_and_a_discarded_one_leaves_it():
    old = in_force()
    author = officer()
    dropped = actions.change_guard(guard_id=old.pk, by=author)
    with pytest.raises(actions.ChangeUnderWay):
        actions.change_guard(guard_id=old.pk, by=author)
    actions.discard_guard(guard_id=dropped.pk, by=author)
    change = actions.change_guard(guard_id=old.pk, by=author)
    more = [*change.items.all(), SubsidyItemFactory()]
    actions.save_guard(
        guard_id=change.pk, scope="person", lifetime=True, legal_basis="新依据", items=more, by=author
    )
    actions.submit_guard(guard_id=change.pk, by=author)
    second = officer("city_officer")

    actions.publish_guard(guard_id=change.pk, by=second, now=timezone.now())

    old.refresh_from_db()
    assert (old.state, old.end_asked_by, old.ended_by) == ("ended", author, second)
    assert list(Guard.objects.in_force()) == [change]
    assert change.items.count() == 3


def test_a_change_of_what_has_ended_meanwhile_is_refused():
    old, author = in_force(), officer()
    change = actions.change_guard(guard_id=old.pk, by=author)
    actions.submit_guard(guard_id=change.pk, by=author)
    actions.ask_end(guard_id=old.pk, reason="过时", by=author)
    actions.end_guard(guard_id=old.pk, by=officer(), now=timezone.now())

    with pytest.raises(TransitionNotAllowed):
        actions.publish_guard(guard_id=change.pk, by=officer("city_officer"), now=timezone.now())

    assert not Guard.objects.in_force().exists()


def test_it_counts_until_a_second_person_ends_it():
    guard, first = in_force(), officer()

    asked = actions.ask_end(guard_id=guard.pk, reason="国家规定已取消", by=first)
    counting = asked in Guard.objects.in_force()
    with pytest.raises(TransitionNotAllowed):
        actions.end_guard(guard_id=guard.pk, by=first, now=timezone.now())
    ended = actions.end_guard(guard_id=guard.pk, by=officer(), now=timezone.now())

    assert counting
    assert ended.state == GuardState.ENDED
    assert not Guard.objects.in_force().exists()
    assert not WorkItem.objects.open().exists()


def test_the_end_that_was_asked_for_is_taken_back():
    guard = in_force()
    actions.ask_end(guard_id=guard.pk, reason="误解", by=officer())

    kept = actions.keep_guard(guard_id=guard.pk, reason="仍适用", by=officer())

    assert (kept.state, kept.end_asked_by) == (GuardState.IN_FORCE, None)


def test_what_counts_never_changes():
    guard = in_force()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Guard.objects.filter(pk=guard.pk).update(lifetime=False)
    with pytest.raises(IntegrityError, match="while it is a draft"), transaction.atomic():
        guard.items.add(SubsidyItemFactory())
