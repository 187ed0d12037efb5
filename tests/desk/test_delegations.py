"""Handing a post to a colleague: for a bounded time, to somebody near, named in what is decided."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from employment_portal.workflow.actions import open_work_item
from employment_portal.workflow.delegation import authorities_of, delegate, delegations_to
from employment_portal.workflow.models import Delegation, WorkItem
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def officer(**how):
    return UserFactory(district_officer=True, region=RegionFactory(code="510108"), **how)


def lend(from_user, to_user, *, days=3, start=None):
    today = timezone.localdate()
    return delegate(
        from_user=from_user, to_user=to_user, role="district_officer", region=RegionFactory(code="510108"),
        starts_on=start or today, last_day=(start or today) + timedelta(days=days), reason="休假",
        now=timezone.now(), today=today,
    )  # fmt: skip


def hand_over(client, by, to, **changes):
    client.force_login(by)
    today = timezone.localdate()
    data = {
        "post": by.posts.get().pk, "to": to.pk, "starts_on": today.isoformat(),
        "last_day": (today + timedelta(days=5)).isoformat(), "reason": "年休假", **changes,
    }  # fmt: skip
    return client.post(reverse("desk:delegations"), data)


def test_an_officer_hands_the_post_over_and_takes_it_back(client):
    by, to = officer(), officer()

    hand_over(client, by, to)
    row = Delegation.objects.get()
    assert (row.from_user, row.to_user, row.role) == (by, to, "district_officer")
    assert to.display_name in client.get(reverse("desk:delegations")).content.decode()
    client.post(reverse("desk:revoke_delegation", args=[row.public_id]))

    assert delegations_to(to, today=timezone.localdate()) == []


def test_a_colleague_of_another_district_is_no_choice(client):
    stranger = UserFactory(district_officer=True, region=RegionFactory(code="510104"))

    assert hand_over(client, officer(), stranger).status_code == 422
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("days", [-1, 90, 400])
def test_the_time_is_bounded(client, days):
    last = timezone.localdate() + timedelta(days=days)

    assert hand_over(client, officer(), officer(), last_day=last.isoformat()).status_code == 422


def test_it_ends_by_itself():
    by, to = officer(), officer()
    lend(by, to, days=3)
    today = timezone.localdate()

    assert len(delegations_to(to, today=today + timedelta(days=3))) == 1
    assert delegations_to(to, today=today + timedelta(days=4)) == []


def test_it_ends_with_the_post_of_whoever_lent_it():
    by, to = officer(), officer()
    lend(by, to)
    by.posts.update(
        ends_on=timezone.localdate() - timedelta(days=1), starts_on=timezone.localdate() - timedelta(days=9)
    )

    assert delegations_to(type(to).objects.get(pk=to.pk), today=timezone.localdate()) == []


def test_the_queue_of_the_deputy_holds_the_colleagues_cases():
    by, to = officer(), UserFactory(counsellor=True, region=RegionFactory(code="510108"))
    lend(by, to)
    item = open_work_item(
        kind="test", subject=by, title="案件", path="/", region=RegionFactory(code="510108"),
        role="district_officer", working_days=3, today=timezone.localdate(),
    )  # fmt: skip

    assert list(WorkItem.objects.visible_to(to)) == [item]
    assert authorities_of(to, today=timezone.localdate())[-1].acting_for == by


def test_the_database_refuses_one_to_oneself_or_without_an_end():
    by = officer()
    values = {
        "from_user": by,
        "role": "x",
        "region": RegionFactory(code="510108"),
        "reason": "",
        "made_at": timezone.now(),
    }
    today = timezone.localdate()

    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(to_user=by, valid=(today, today + timedelta(days=1)), **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(to_user=officer(), valid=(today, None), **values)
