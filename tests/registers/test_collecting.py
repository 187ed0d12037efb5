"""The nightly collection, and a far side that misbehaves."""

import io

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from employment_portal.people.enums import EmploymentStatus
from employment_portal.registers import fetching, simulator, tasks
from employment_portal.registers.enums import BatchState, Register
from employment_portal.registers.models import RegisterBatch, SocialInsuranceMonth
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory, SpellFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    person = PersonFactory(with_number=True, user=None)
    SpellFactory(person=person, status=EmploymentStatus.EMPLOYED, employer=OrganisationFactory())
    return person


@pytest.fixture
def misbehave():
    yield lambda way: cache.set(simulator.MISBEHAVIOUR, way, 60)
    cache.delete(simulator.MISBEHAVIOUR)


def test_the_night_brings_every_register_up_to_date_and_a_second_night_changes_nothing(worker):
    tasks.fetch()
    first = SocialInsuranceMonth.objects.filter(person=worker).count()
    tasks.fetch()

    batches = RegisterBatch.objects.order_by("pk")
    assert first > 0
    assert {batch.state for batch in batches} == {BatchState.FINISHED}
    assert len(batches) == 2 * len(Register)
    assert sum(batch.created_count + batch.updated_count for batch in batches[len(Register) :]) == 0


@pytest.mark.parametrize("way", ["timeout", "half"])
def test_what_did_not_arrive_whole_stands_in_the_list_and_changes_nothing(worker, misbehave, way):
    misbehave(way)

    batch = fetching.fetch_register(register="insurance")

    assert batch.state == BatchState.FAILED
    assert batch.error
    assert not SocialInsuranceMonth.objects.exists()


def test_rows_delivered_twice_are_written_once(worker, misbehave):
    misbehave("duplicates")

    batch = fetching.fetch_register(register="insurance")

    assert batch.state == BatchState.FINISHED
    assert batch.rejected_count > 0
    assert SocialInsuranceMonth.objects.count() == batch.created_count


def test_a_collection_that_was_killed_does_not_block_the_next_night(worker):
    rows = list(simulator.register_rows("insurance", on=timezone.localdate()))
    killed = RegisterBatch.objects.create(
        register="insurance",
        source=simulator.NAME,
        file_name="insurance.csv",
        sha256=fetching.actions.sha256_of(io.BytesIO(simulator.as_csv("insurance", rows))),
        state=BatchState.RUNNING,
        created_at=timezone.now(),
    )

    batch = fetching.fetch_register(register="insurance")

    killed.refresh_from_db()
    assert (killed.state, batch.state) == (BatchState.FAILED, BatchState.FINISHED)


def test_the_simulated_files_are_the_same_every_time(worker, tmp_path):
    call_command("simulate_registers", out=tmp_path / "a")
    call_command("simulate_registers", out=tmp_path / "b")

    for register in Register.values:
        name = f"{register}.csv"
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_misbehaviour_is_switched_on_and_off(misbehave):
    call_command("simulate_registers", misbehave="half")
    during = cache.get(simulator.MISBEHAVIOUR)
    call_command("simulate_registers", misbehave="no")

    assert (during, cache.get(simulator.MISBEHAVIOUR)) == ("half", "")
