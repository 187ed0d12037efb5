from datetime import date

import pytest
import time_machine

from employment_portal.core.calendar import import_calendar, invalidate
from employment_portal.regions.models import Region
from employment_portal.workflow.actions import open_work_item
from employment_portal.workflow.tasks import settle_provisional_deadlines
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_a_deadline_beyond_the_published_calendar_is_provisional_until_it_is_published():
    with time_machine.travel("2026-12-31T09:00:00+08:00", tick=False):
        item = open_work_item(
            kind="note",
            subject=UserFactory(),
            title="note",
            path="/",
            region=Region.objects.get(code="510108"),
            role="district_officer",
            working_days=2,
            today=date(2026, 12, 31),
        )
    waiting = settle_provisional_deadlines()
    before = (item.due_on, item.due_provisional)

    import_calendar(
        [
            "day,is_working,name,source",
            "2027-01-01,0,元旦,test",
            "2027-01-04,0,元旦,test",
            "2027-10-01,0,国庆节,test",
        ]
    )
    invalidate()
    settled = settle_provisional_deadlines()

    item.refresh_from_db()
    invalidate()
    assert (waiting, settled) == (0, 1)
    assert before[1] is True
    assert (item.due_on, item.due_provisional) == (date(2027, 1, 6), False)
