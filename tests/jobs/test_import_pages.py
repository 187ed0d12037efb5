import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from employment_portal.audit.models import AuditEntry
from jobs.imports import actions
from jobs.imports.enums import BatchState
from jobs.imports.models import ImportBatch, ImportRow
from jobs.imports.tasks import run_import
from jobs.postings.enums import PostingStatus
from jobs.postings.models import Posting
from tests.factories.accounts import UserFactory
from tests.factories.imports import HEADINGS, list_of, run_list
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return UserFactory(city_officer=True, region=RegionFactory(code="5101"))


@pytest.fixture
def staff(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    """What would be handed to a worker."""
    handed = []
    monkeypatch.setattr(actions, "_hand_to_worker", lambda batch_id: handed.append(batch_id))
    return handed


def upload(client, data, name="adverts.csv"):
    return client.post(reverse("jobs:imports:upload"), {"file": SimpleUploadedFile(name, data)})


def columns_as_suggested(source="示例人才网"):
    return {"source": source, **HEADINGS}


def test_a_list_is_uploaded_checked_started_and_followed(
    staff, officer, queue, django_capture_on_commit_callbacks
):
    data = list_of({}, {"id": "A2", "pay": "面议"})

    uploaded = upload(staff, data)
    batch = ImportBatch.objects.get()
    preview = staff.get(uploaded.url)
    with django_capture_on_commit_callbacks(execute=True):
        started = staff.post(uploaded.url, {**columns_as_suggested(), "start": "1"})
    waiting = staff.get(started.url)
    with django_capture_on_commit_callbacks(execute=True):
        run_import(batch_id=batch.pk)
    result = staff.get(started.url)

    assert uploaded.url == reverse("jobs:imports:columns", args=[batch.public_id])
    assert "仓库管理员" in preview.text
    assert "基本劳动报酬" in preview.text
    assert queue == [batch.pk]
    assert 'hx-trigger="every 1s"' in waiting.text
    assert "仓库管理员" in result.text
    assert "基本劳动报酬" in result.text
    batch.refresh_from_db()
    assert (batch.state, batch.created_count, batch.rejected_count) == (BatchState.FINISHED, 1, 1)
    assert not batch.file
    assert Posting.objects.get(source="示例人才网").created_by == officer
    actions_done = AuditEntry.objects.filter(subject_id=batch.public_id).values_list("action", flat=True)
    assert set(actions_done) == {"imports.upload", "imports.start", "imports.finish"}


def test_the_task_handed_out_twice_imports_once(staff, django_capture_on_commit_callbacks):
    batch_url = upload(staff, list_of({})).url
    staff.post(batch_url, {**columns_as_suggested(), "start": "1"})
    batch = ImportBatch.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        run_import(batch_id=batch.pk)
    run_import(batch_id=batch.pk)

    assert ImportRow.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"no list at all", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"],
    ids=["empty", "words", "broken", "old excel"],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(staff, data):
    response = upload(staff, data)

    assert response.status_code == 422
    assert "field__error" in response.text
    assert not ImportBatch.objects.exists()


def test_the_name_of_a_file_does_not_matter_only_its_content(staff):
    assert upload(staff, list_of({}), name="list.xlsx").status_code == 302


def test_unknown_columns_are_suggested_and_must_be_completed(staff):
    url = upload(staff, "岗位,单位名称,待遇\n会计,示例公司,5-7千\n".encode()).url

    page = staff.get(url)
    refused = staff.post(
        url, {"source": "示例人才网", "title": "岗位", "employer": "单位名称", "pay": "待遇", "start": "1"}
    )

    assert '<option value="单位名称" selected>' in page.text
    assert refused.status_code == 422
    assert ImportBatch.objects.get().state == BatchState.UPLOADED


def test_a_list_without_its_source_is_not_started(staff):
    url = upload(staff, list_of({})).url

    refused = staff.post(url, {**columns_as_suggested(source=""), "start": "1"})

    assert refused.status_code == 422
    assert ImportBatch.objects.get().state == BatchState.UPLOADED


def test_the_same_file_is_not_at_work_twice(staff):
    first, second = upload(staff, list_of({})).url, upload(staff, list_of({})).url
    staff.post(first, {**columns_as_suggested(), "start": "1"})

    refused = staff.post(second, {**columns_as_suggested(), "start": "1"})

    assert refused.status_code == 422
    assert "正在导入" in refused.text


def test_an_upload_is_discarded(staff, django_capture_on_commit_callbacks):
    upload(staff, list_of({}))
    batch = ImportBatch.objects.get()
    storage, name = batch.file.storage, batch.file.name

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("jobs:imports:discard", args=[batch.public_id]))

    assert not ImportBatch.objects.exists()
    assert not storage.exists(name)


def test_rows_are_filtered_by_result_and_reason(staff):
    batch = run_list({}, {"id": "A2", "pay": "面议"}, {"id": "A3", "title": ""})
    url = batch.get_absolute_url()

    rejected = staff.get(url, {"outcome": "rejected"})
    one_reason = staff.get(url, {"outcome": "rejected", "code": "no_title"})

    assert [row.number for row in rejected.context["page"]] == [2, 3]
    assert [row.number for row in one_reason.context["page"]] == [3]


def test_the_problems_are_downloaded_as_text_that_no_spreadsheet_runs(staff):
    batch = run_list({"pay": "=HYPERLINK(1)", "title": "=cmd|' /C calc'!A0", "employer": "@SUM(1)"})
    url = reverse("jobs:imports:report", args=[batch.public_id])

    text = list(csv.reader(io.StringIO(staff.get(url, {"format": "csv"}).content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(staff.get(url).content)).active

    cells = [*text[1], *[cell.value for cell in sheet[2]]]
    assert text[1][0] == "1"
    assert any("cmd|" in str(cell) for cell in cells)
    assert not [cell for cell in cells if str(cell).startswith(("=", "+", "-", "@"))]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_import_is_undone_after_a_confirmation(staff):
    batch = run_list({})

    page = staff.get(batch.get_absolute_url())
    staff.post(reverse("jobs:imports:undo", args=[batch.public_id]))
    after = staff.get(batch.get_absolute_url())

    assert 'id="undo"' in page.text
    assert Posting.objects.get(source_id="A1").status == PostingStatus.WITHDRAWN
    assert 'id="undo"' not in after.text


def test_an_import_that_a_fault_stopped_is_continued(
    staff, queue, django_capture_on_commit_callbacks, monkeypatch
):
    url = upload(staff, list_of({})).url
    staff.post(url, {**columns_as_suggested(), "start": "1"})
    batch = ImportBatch.objects.get()
    with monkeypatch.context() as fault:
        fault.setattr(actions, "write_stretch", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_import(batch_id=batch.pk)

    page = staff.get(batch.get_absolute_url())
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("jobs:imports:continue", args=[batch.public_id]))
        run_import(batch_id=batch.pk)

    assert "系统故障" in page.text
    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == (BatchState.FINISHED, 1)


def test_the_template_is_a_list_that_the_portal_understands(staff):
    template = staff.get(reverse("jobs:imports:template")).content

    url = upload(staff, template).url

    assert "仓库管理员" in staff.get(url).text
    assert ImportBatch.objects.get().mapping["name"] == "standard"


@pytest.mark.parametrize("role", ["street_clerk", "district_officer", "finance_officer", "security_admin"])
def test_other_staff_do_not_import(client, role):
    client.force_login(UserFactory(**{role: True}, region=RegionFactory(code="5101")))

    assert client.get(reverse("jobs:imports:list")).status_code == 403
    assert upload(client, list_of({})).status_code == 403


def test_people_and_visitors_do_not_import(client):
    assert client.get(reverse("jobs:imports:list")).status_code == 302
    client.force_login(UserFactory())

    assert client.get(reverse("jobs:imports:list")).status_code == 403


@pytest.mark.parametrize("name", ["undo", "discard", "continue"])
def test_reading_changes_nothing(staff, name):
    batch = run_list({})

    assert staff.get(reverse(f"jobs:imports:{name}", args=[batch.public_id])).status_code == 405


def test_the_pages_do_not_ask_more_with_more_rows(staff, django_assert_max_num_queries):
    few = run_list({})
    many = run_list(*({"id": f"B{number}", "title": f"岗位{number}号"} for number in range(30)))

    staff.get(few.get_absolute_url())
    with django_assert_max_num_queries(30) as for_few:
        staff.get(few.get_absolute_url())
    with django_assert_max_num_queries(30) as for_many:
        staff.get(many.get_absolute_url())

    assert len(for_many) == len(for_few)
