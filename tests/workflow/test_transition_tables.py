import pytest

from employment_portal.audit.models import AuditEntry
from employment_portal.workflow.engine import TransitionNotAllowed, Workflow, history, move
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

# Any model with a text field will do: the language of a user plays the state here.
SWITCH = Workflow(
    "switch",
    field="language",
    translate=move("en", sources=["zh-hans"]),
    sign=move("zh-hans", sources=["en"], may=lambda user, subject: user == subject),
)


def test_a_move_changes_the_state_and_leaves_a_step_and_an_audit_entry():
    user, clerk = UserFactory(), UserFactory()

    SWITCH.apply(user, "translate", by=clerk, note="asked for")

    user.refresh_from_db()
    step = history(user).get()
    assert user.language == "en"
    assert (step.source, step.target, step.by, step.note) == ("zh-hans", "en", clerk, "asked for")
    assert AuditEntry.objects.get(action="switch.translate").actor == clerk


def test_a_move_from_another_state_is_refused_and_leaves_nothing():
    user = UserFactory(language="en")

    with pytest.raises(TransitionNotAllowed):
        SWITCH.apply(user, "translate", by=user)

    assert not history(user).exists()


def test_a_move_by_somebody_who_may_not_is_refused():
    user, stranger = UserFactory(language="en"), UserFactory()

    with pytest.raises(TransitionNotAllowed):
        SWITCH.apply(user, "sign", by=stranger)


def test_the_table_says_which_buttons_to_show():
    user, stranger = UserFactory(language="en"), UserFactory()

    assert SWITCH.allowed(user, user) == ["sign"]
    assert SWITCH.allowed(user, stranger) == []


def test_the_portal_itself_needs_no_permission():
    user = UserFactory(language="en")

    SWITCH.apply(user, "sign", by=None)

    assert user.language == "zh-hans"


def test_many_are_moved_at_once_and_each_has_its_step():
    movable, elsewhere, clerk = UserFactory.create_batch(3), UserFactory(language="en"), UserFactory()
    rows = type(clerk).objects.filter(pk__in=[user.pk for user in [*movable, elsewhere]])

    moved = SWITCH.apply_all(rows, "translate", by=clerk, note="all of them")

    assert sorted(moved) == sorted(user.pk for user in movable)
    assert set(rows.values_list("language", flat=True)) == {"en"}
    assert [history(user).get().note for user in movable] == ["all of them"] * 3
    assert not history(elsewhere).exists()
    assert AuditEntry.objects.get(action="switch.translate").detail["count"] == 3


def test_moving_nobody_leaves_no_trace():
    user = UserFactory(language="en")

    assert SWITCH.apply_all(type(user).objects.filter(pk=user.pk), "translate", by=None) == []

    assert not AuditEntry.objects.filter(action="switch.translate").exists()
