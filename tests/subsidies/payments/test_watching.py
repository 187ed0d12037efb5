"""What waits at a finance office stands in its queue and is escalated; it leaves when it is done."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.desk.queue.escalation import warn_and_escalate
from employment_portal.desk.queue.kinds import KINDS
from employment_portal.workflow.models import WorkItem
from subsidies.payments import actions
from subsidies.payments.actions.watching import WATCHES
from subsidies.payments.models import ExceptionCase, Payable
from subsidies.payments.tasks import watch_payments
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_payments import built, funded_line, officers, payable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-12-07 10:00+08:00", tick=False):
        load_calendar()
        yield


def due(line, day):
    found = payable(line)
    Payable.objects.filter(pk=found.pk).update(due_on=day)
    return found


def test_payments_stand_in_the_queue_from_a_working_day_before_they_are_due(client):
    place, other = RegionFactory(code="510104"), RegionFactory(code="510107")
    line = funded_line(place)
    soon, later = due(line, date(2026, 12, 8)), due(line, date(2026, 12, 9))
    due(line, date(2026, 12, 2))

    assert watch_payments() == 1

    item = WorkItem.objects.get()
    assert [item.kind, item.region, item.due_on] == ["payments_due", place, date(2026, 12, 2)]
    assert "2" in item.title
    assert list(WorkItem.objects.visible_to(officers(place)[0])) == [item]
    assert not WorkItem.objects.visible_to(officers(other)[0]).exists()
    sign_in(client, officers(place)[0])
    assert soon.public_id in client.get(item.path).text
    assert later.public_id not in client.get(item.path).text


def test_every_kind_of_work_has_a_name():
    assert {watch.kind for watch in WATCHES} <= KINDS.keys()


def test_what_waits_for_the_claimant_is_not_ours_to_do():
    line = funded_line()
    returned = due(line, date(2026, 12, 2))
    Payable.objects.filter(pk=returned.pk).update(state="returned")
    Payable.objects.filter(pk=payable(line, with_account=False).pk).update(due_on=date(2026, 12, 2))

    assert watch_payments() == 0


def test_what_is_late_is_escalated_once_and_again_when_the_next_is_late():
    line = funded_line()
    UserFactory(city_officer=True, region=line.region)
    first = due(line, date(2026, 12, 4))
    due(line, date(2026, 12, 8))
    today = timezone.localdate()
    watch_payments()
    assert warn_and_escalate(today=today)[1] == 1
    watch_payments()
    assert warn_and_escalate(today=today)[1] == 0

    Payable.objects.filter(pk=first.pk).update(state="cancelled")
    watch_payments()
    assert WorkItem.objects.open().get().due_on == date(2026, 12, 8)
    assert warn_and_escalate(today=date(2026, 12, 9))[1] == 1


def test_batches_exceptions_and_requests_stand_in_the_queue_until_they_are_done(client):
    team, line = officers(), funded_line()
    payable(line)
    batch = built(team)
    case = ExceptionCase.objects.create(kind="unreadable", region=line.region, opened_at=timezone.now())
    asked = payable(line)
    actions.request_account(
        payable_id=asked.pk, holder=asked.person.name, bank_name="银行", number="6228480402564890018",
        reason="来信", by=team[0],
    )  # fmt: skip

    watch_payments()

    assert set(WorkItem.objects.open().values_list("kind", flat=True)) == {
        "payment_batches", "payment_cases", "payment_requests",
    }  # fmt: skip
    sign_in(client, team[1])
    assert asked.public_id in client.get(f"{reverse('subsidies:payables')}?only=asked").text

    actions.cancel_batch(batch_id=batch.pk, reason="重做", by=team[0], now=timezone.now())
    actions.decide_account(payable_id=asked.pk, approve=False, note="", by=team[1], now=timezone.now())
    case.state, case.proposed_by, case.decided_by, case.decided_at = (
        "resolved",
        team[0],
        team[1],
        timezone.now(),
    )
    case.save()
    watch_payments()

    assert not WorkItem.objects.open().exists()
