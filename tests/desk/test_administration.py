"""Failed tasks, the audit trail, and that no administrator has another's pages."""

import csv
import io
from datetime import timedelta

import pytest
from celery import current_app
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import TaskResult

from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.desk.administration import audit_trail, failed_tasks
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db
TASK = "desk.warn_and_escalate_work_items"


@pytest.fixture
def city():
    return RegionFactory(code="5101")


def failure(**changes) -> TaskResult:
    values = {
        "task_id": f"t{TaskResult.objects.count()}",
        "task_name": TASK,
        "status": "FAILURE",
        "task_args": '"()"',
        "task_kwargs": "\"{'number': 3}\"",
        "result": '{"exc_type": "ValueError"}',
        "traceback": "Traceback …",
    }
    return TaskResult.objects.create(**(values | changes))


def test_the_system_administrator_reads_a_failure(client, city):
    row = failure()
    client.force_login(UserFactory(system_admin=True, region=city))

    assert failed_tasks.title_of(TASK) in client.get(reverse("desk:failed_tasks")).content.decode()
    page = client.get(reverse("desk:failed_task", args=[row.pk])).content.decode()
    assert "Traceback …" in page
    assert "number" in page


def test_a_failed_task_is_queued_again_once(client, city, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda self, **options: sent.append((self.name, options))
    )
    row = failure()
    client.force_login(UserFactory(system_admin=True, region=city))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("desk:retry_task", args=[row.pk]))
        client.post(reverse("desk:retry_task", args=[row.pk]))

    assert sent == [(TASK, {"kwargs": {"number": 3}})]
    assert AuditEntry.objects.filter(action=failed_tasks.RETRIED).count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"task_name": "no.longer.there"}, {"task_args": '"(1, 2)"'}, {"task_kwargs": "<object at 0x1>"}],
)
def test_what_cannot_run_again_is_refused(changes):
    row = failure(**changes)

    with pytest.raises(failed_tasks.CannotRetry):
        failed_tasks.retry_task(result_id=row.pk, by=UserFactory())


def test_every_task_says_in_words_what_it_does():
    current_app.loader.import_default_modules()
    own = [name for name in current_app.tasks if not name.startswith("celery.")]

    assert [name for name in own if failed_tasks.title_of(name) == name] == []
    assert failed_tasks.title_of("no.longer.there") == "no.longer.there"


@pytest.mark.parametrize("text", [None, "", "{}", '"{}"'])
def test_a_task_without_arguments_may_run_again(text):
    assert failed_tasks.arguments_of(failure(task_kwargs=text)) == {}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("system_admin", ["desk:failed_tasks"], ["accounts:posts", "desk:audit_trail"]),
        (
            "security_admin",
            ["accounts:posts", "accounts:lockouts"],
            ["desk:failed_tasks", "desk:audit_trail"],
        ),
        ("audit_admin", ["desk:audit_trail"], ["desk:failed_tasks", "accounts:posts"]),
    ],
)
def test_no_administrator_has_anothers_pages(client, city, role, may, may_not):
    sign_in(client, UserFactory(region=city, **{role: True}))

    assert {client.get(reverse(name)).status_code for name in may} == {200}
    assert {client.get(reverse(name)).status_code for name in may_not} == {403}


def test_the_trail_is_filtered(client, city):
    someone, other = UserFactory(), UserFactory()
    record(action="people.reveal_id", by=someone, subject=other, reason="核对")
    record(action="jobs.publish", by=other)
    auditor = UserFactory(audit_admin=True, region=city)
    client.force_login(auditor)

    def actions(**query):
        return {entry.action for entry in client.get(reverse("desk:audit_trail"), query).context["page"].rows}

    assert actions(actor=someone.phone) == {"people.reveal_id"}
    assert actions(action="jobs.") == {"jobs.publish"}
    assert actions(subject=other.public_id) == {"people.reveal_id"}
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert actions(since=tomorrow) == set()
    assert actions(until=tomorrow, actor=other.public_id) == {"jobs.publish"}
    assert client.get(reverse("desk:audit_trail"), {"since": "yesterday", "before": "x_y"}).status_code == 200


def test_the_trail_is_paged_by_its_edge_both_ways(city):
    auditor = UserFactory(audit_admin=True, region=city)
    for number in range(120):
        record(action="test.row", by=auditor, detail={"n": number})
    rows = audit_trail.search(auditor, audit_trail.AuditFilter(action="test."))

    first = audit_trail.page(rows)
    second = audit_trail.page(rows, before=first.older)
    third = audit_trail.page(rows, before=second.older)
    back = audit_trail.page(rows, after=third.newer)

    assert (first.newer, third.older) == ("", "")
    assert [len(first.rows), len(second.rows), len(third.rows)] == [50, 50, 20]
    assert back.rows == second.rows


def test_an_auditor_of_a_district_sees_what_its_staff_did(city):
    district = RegionFactory(code="510108")
    inside = UserFactory(district_officer=True, region=district)
    outside = UserFactory(district_officer=True, region=RegionFactory(code="510104"))
    record(action="test.inside", by=inside)
    record(action="test.outside", by=outside)

    seen = audit_trail.entries_for(UserFactory(audit_admin=True, region=district))

    assert set(seen.filter(action__startswith="test.").values_list("action", flat=True)) == {"test.inside"}


def test_the_export_of_the_trail_is_an_entry_of_it(client, city):
    record(action="test.row", by=None, reason="=1+1")
    auditor = UserFactory(audit_admin=True, region=city)
    sign_in(client, auditor)

    response = client.post(reverse("desk:export_audit_trail"), {"action": "test."})

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[1][6] == "'=1+1"
    assert AuditEntry.objects.filter(action="audit.export", actor=auditor).exists()


@pytest.mark.parametrize(("kept", "words"), [("licence", "营业执照"), ("培训费发票", "培训费发票")])
def test_a_paper_that_was_opened_is_named_not_coded(client, city, kept, words):
    auditor = UserFactory(audit_admin=True, region=city)
    record(action="organisation.open_paper", by=auditor, detail={"paper": kept})
    client.force_login(auditor)

    page = client.get(reverse("desk:audit_trail"), {"action": "organisation."})

    [(_entry, details)] = page.context["rows"]
    assert details == [("材料", words)]
