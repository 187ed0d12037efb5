"""The rows of the sample city are written in sets: no statement for each person, employer or advert."""

from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from employment_portal.people.models import Person
from employment_portal.regions.models import Region
from employment_portal.sample import employers, offices, people, postings, registers, working
from jobs.search.actions import index_postings

pytestmark = pytest.mark.django_db


def queries_of_rows(count: int) -> dict[str, int]:
    """How many statements the rows of a city with ``count`` people, employers and adverts take, by what they are."""
    now, random, taken = timezone.now(), Random(1), {}

    def counted(name, load):
        with CaptureQueriesContext(connection) as captured:
            loaded = load()
        taken[name] = len(captured)
        return loaded

    with transaction.atomic():
        places = offices.load_agencies()
        staff = offices.load_staff(places, today=timezone.localdate(now))
        by = {"clerk": staff["street"], "officer": staff["district"], "now": now}
        firms = counted(
            "employers",
            lambda: employers.load_employers(random, count=count, now=now),
        )
        counted("members", lambda: employers.load_members(firms, now=now))
        counted("people", lambda: people.load_people(random, count=count, **by))
        counted("working", lambda: working.load_working(random, firms=firms, count=count, **by))
        counted("registers", lambda: registers.fill_registers(now=now))
        ids = counted(
            "postings",
            lambda: postings.load_postings(random, firms, count=count, author=staff["city"], now=now),
        )
        counted("search", lambda: index_postings(ids))
        county = Region.objects.get(code="510108")
        counted("streets", lambda: people.settle_in_streets(Person.objects.all(), county=county))
        transaction.set_rollback(True)
    return taken


def test_a_city_twice_as_large_takes_no_more_statements():
    small, large = queries_of_rows(15), queries_of_rows(30)

    assert {name: count for name, count in large.items() if count > small[name]} == {}
