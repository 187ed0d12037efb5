"""A list of adverts whose message was lost, or whose worker was killed, does not wait for ever."""

from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from jobs.imports import actions
from jobs.imports.enums import BatchState
from jobs.imports.locks import LOCK
from jobs.imports.mapping import mapping_named
from jobs.imports.models import ImportBatch, ImportRow
from jobs.imports.tasks import run_import, sweep_imports
from tests.factories.imports import begin_list, list_of

pytestmark = pytest.mark.django_db


def stored(state=BatchState.QUEUED):
    """An uploaded list of two adverts that was started."""
    data = list_of({}, {"id": "A2"})
    return ImportBatch.objects.create(
        source="示例人才网",
        file=ContentFile(data, "list.csv"),
        file_name="list.csv",
        size=len(data),
        mapping=mapping_named("standard").as_dict(),
        state=state,
        created_at=timezone.now(),
    )


@contextmanager
def another_process_at_work(batch):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, batch.pk])
        yield
    other.close()


@pytest.mark.parametrize("state", [BatchState.QUEUED, BatchState.RUNNING])
def test_a_list_that_nobody_works_on_is_taken_up(state):
    batch = stored(state)

    assert (sweep_imports(), sweep_imports()) == (1, 0)

    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == (BatchState.FINISHED, 2)


def test_a_list_that_stopped_half_way_goes_on_where_it_stood(monkeypatch):
    batch = stored()
    monkeypatch.setattr(actions, "STRETCH", 1)
    write = actions.write_stretch
    with monkeypatch.context() as worker:

        def killed_in_the_second_row(read, **values):
            if read[0][0].number == 2:
                raise KeyboardInterrupt
            return write(read, **values)

        worker.setattr(actions, "write_stretch", killed_in_the_second_row)
        with pytest.raises(KeyboardInterrupt):
            run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.last_row) == (BatchState.RUNNING, 1)

    assert sweep_imports() == 1

    batch.refresh_from_db()
    assert batch.state == BatchState.FINISHED
    assert ImportRow.objects.filter(batch=batch).count() == 2


def test_a_list_that_somebody_works_on_is_left_to_them():
    batch = stored(BatchState.RUNNING)

    with another_process_at_work(batch):
        assert sweep_imports() == 0
        run_import(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == (BatchState.RUNNING, 0)
    assert sweep_imports() == 1


def test_a_list_from_the_command_line_that_was_cut_off_is_marked_and_can_be_started_again():
    data = list_of({})
    batch = begin_list(data)
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.RUNNING)

    with another_process_at_work(batch):
        assert sweep_imports() == 0
    assert sweep_imports() == 1

    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert begin_list(data) == batch


def test_a_second_start_leaves_the_one_at_work_alone():
    data = list_of({})
    batch = begin_list(data)
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.RUNNING)

    begin_list(data)

    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING
