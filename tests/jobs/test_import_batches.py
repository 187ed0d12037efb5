import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.organisations.models import Organisation
from employment_portal.workflow.engine import history
from employment_portal.workflow.models import WorkItem
from jobs.imports import actions
from jobs.imports.actions import AlreadyAtWork, CannotUndo, run_batch, undo_batch
from jobs.imports.enums import BatchState, RowOutcome
from jobs.imports.models import ImportBatch, ImportRow
from jobs.postings.enums import PostingStatus, ReviewMode
from jobs.postings.models import Posting
from jobs.search.models import PostingSearch
from tests.factories.applications import ApplicationFactory
from tests.factories.imports import ADVERT, begin_list, list_of, run_list
from tests.factories.organisations import OrganisationFactory
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(region=RegionFactory(code="5101"))


def counts(batch):
    return {outcome.value: count for outcome, count in batch.counts if count}


def test_an_advert_goes_up_with_its_source_and_can_be_found():
    batch = run_list({})

    posting = Posting.objects.get(source="示例人才网", source_id="A1")
    assert counts(batch) == {"created": 1}
    assert batch.state == BatchState.FINISHED
    assert (posting.status, posting.review_mode) == (PostingStatus.LIVE, ReviewMode.IMPORTED)
    assert (posting.region.name, posting.headcount) == ("成华区", 3)
    assert (posting.pay_min_fen, posting.pay_max_fen, posting.monthly_min_fen) == (500_000, 700_000, 500_000)
    assert posting.insurances == ["pension", "medical", "unemployment", "injury", "maternity", "housing_fund"]
    assert (posting.welfare, posting.keywords) == (["two_days_off"], ["扫码枪"])
    assert posting.occupation.name == "仓储管理员"
    assert posting.expires_on == timezone.localdate() + timedelta(days=30)
    assert PostingSearch.objects.filter(posting=posting).exists()
    assert [step.name for step in history(posting)] == ["import"]


def test_the_employer_is_made_unverified_and_once_per_city():
    run_list(
        {},
        {"id": "A2", "title": "会计", "employer": "成都示例物流有限公司 "},
        {"id": "A3", "place": "重庆·渝中区"},
    )

    employers = Organisation.objects.filter(name="成都示例物流有限公司")
    assert sorted(employers.values_list("region__name", flat=True)) == ["成都市", "重庆市"]
    assert all(not employer.is_verified and employer.source == "示例人才网" for employer in employers)


def test_a_verified_employer_of_the_same_name_is_never_touched():
    verified = OrganisationFactory(name="成都示例物流有限公司")

    run_list({})

    assert Posting.objects.get(source_id="A1").employer != verified


def test_the_same_list_again_changes_nothing_but_keeps_adverts_up_longer():
    run_list({})
    before = Posting.objects.values_list("pk", "updated_at").get(source_id="A1")

    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        batch = run_list({})
        expected = timezone.localdate() + timedelta(days=30)

    assert counts(batch) == {"unchanged": 1}
    assert Posting.objects.values_list("pk", "updated_at").get(source_id="A1") == before
    assert Posting.objects.get(source_id="A1").expires_on == expected


def test_a_changed_row_changes_its_posting_and_the_search():
    run_list({})

    batch = run_list({"title": "叉车司机", "pay": "7-9千"})

    posting = Posting.objects.get(source_id="A1")
    assert counts(batch) == {"updated": 1}
    assert (posting.title, posting.pay_max_fen) == ("叉车司机", 900_000)
    assert PostingSearch.objects.get(posting=posting).monthly_max_fen == 900_000


def test_rows_without_a_number_are_known_by_their_content():
    first = run_list({"id": ""}, {"id": "", "tags": "六险一金"}, {"id": "", "pay": "6-8千"})
    second = run_list({"id": "", "tags": "补充医疗"})

    assert counts(first) == {"created": 2, "duplicate": 1}
    assert "1" in ImportRow.objects.get(batch=first, outcome=RowOutcome.DUPLICATE).reason
    assert counts(second) == {"updated": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"employer": "无"}, "no_employer"),
        ({"place": ""}, "no_place"),
        ({"place": "火星"}, "place"),
        ({"place": "居家办公"}, "remote"),
        ({"pay": ""}, "no_pay"),
        ({"pay": "面议"}, "pay_negotiable"),
        ({"pay": "很高"}, "pay"),
        ({"pay": "2元/件"}, "pay_piece"),
    ],
)
def test_a_row_that_lacks_what_the_law_asks_for_is_rejected_with_its_reason(row, code):
    batch = run_list(row, {"id": "A2"})

    rejected = ImportRow.objects.get(batch=batch, outcome=RowOutcome.REJECTED)
    assert counts(batch) == {"created": 1, "rejected": 1}
    assert (rejected.number, rejected.code) == (1, code)
    assert len(rejected.reason) > 5
    assert {name for name, _value in rejected.excerpt} & {"用人单位", "岗位名称"}


def test_an_unlawful_advert_of_the_region_is_held_for_review(agency):
    batch = run_list({"duties": "收货，限男性"})

    posting = Posting.objects.get(source_id="A1")
    item = WorkItem.objects.get(subject_type="jobs.posting", subject_id=posting.pk)
    assert counts(batch) == {"held": 1}
    assert posting.status == PostingStatus.SUBMITTED
    assert [finding["rule"] for finding in posting.compliance["findings"]] == ["sex"]
    assert (item.kind, item.region) == ("posting_review", posting.region)
    assert not PostingSearch.objects.filter(posting=posting).exists()
    assert "限男性" in ImportRow.objects.get(batch=batch).reason


def test_an_unlawful_advert_of_a_place_that_nobody_here_reviews_is_rejected(agency):
    batch = run_list({"place": "重庆·渝中区", "duties": "收货，限男性"})

    assert counts(batch) == {"rejected": 1}
    assert ImportRow.objects.get(batch=batch).code == "unlawful"
    assert not Posting.objects.filter(source="示例人才网").exists()


def test_an_advert_that_becomes_unlawful_leaves_the_search(agency):
    run_list({})

    run_list({"duties": "收货，押一个月工资"})

    posting = Posting.objects.get(source_id="A1")
    assert posting.status == PostingStatus.SUBMITTED
    assert not PostingSearch.objects.filter(posting=posting).exists()


def test_an_advert_corrected_at_its_source_goes_up_and_leaves_the_queue(agency):
    run_list({"duties": "收货，限男性"})

    batch = run_list({"duties": "收货，男女不限"})

    posting = Posting.objects.get(source_id="A1")
    assert counts(batch) == {"updated": 1}
    assert posting.status == PostingStatus.LIVE
    assert PostingSearch.objects.filter(posting=posting).exists()
    assert not WorkItem.objects.open().filter(subject_id=posting.pk).exists()


def test_what_staff_took_down_stays_down():
    run_list({})
    Posting.objects.filter(source_id="A1").update(status=PostingStatus.REJECTED)

    batch = run_list({"title": "叉车司机"})

    assert counts(batch) == {"unchanged": 1}
    assert Posting.objects.get(source_id="A1").title == "仓库管理员"


def test_an_expired_advert_that_is_listed_again_comes_back():
    run_list({})
    Posting.objects.filter(source_id="A1").update(status=PostingStatus.EXPIRED, ended_at=timezone.now())

    batch = run_list({})

    assert counts(batch) == {"updated": 1}
    assert Posting.objects.get(source_id="A1").status == PostingStatus.LIVE


def test_values_that_are_not_understood_are_left_out_and_said():
    data = list_of({"headcount": "很多"})

    batch = run_batch(batch_id=begin_list(data).pk, stream=io.BytesIO(data))

    assert counts(batch) == {"created": 1}
    assert "很多" in ImportRow.objects.get(batch=batch).reason
    assert Posting.objects.get(source_id="A1").headcount is None


def test_an_import_that_was_killed_goes_on_where_it_stood(monkeypatch):
    monkeypatch.setattr(actions, "STRETCH", 2)
    data = list_of(*({"id": f"A{number}", "title": f"岗位{number}号"} for number in range(5)))

    class KilledError(BaseException):
        pass

    def kill(batch):
        if batch.last_row == 4:
            raise KilledError

    with pytest.raises(KilledError):
        run_batch(batch_id=begin_list(data).pk, stream=io.BytesIO(data), on_progress=kill)
    again = begin_list(data)
    finished = run_batch(batch_id=again.pk, stream=io.BytesIO(data))

    assert ImportBatch.objects.count() == 1
    assert counts(finished) == {"created": 5}
    assert Posting.objects.filter(source="示例人才网").count() == 5


def test_no_list_puts_the_adverts_of_a_suspended_employer_up():
    run_list({})
    Posting.objects.update(status=PostingStatus.EXPIRED)
    Organisation.objects.update(status="suspended")

    batch = run_list({"title": "仓库主管"}, {"id": "A2", "title": "会计"})

    assert counts(batch) == {"rejected": 2}
    assert set(batch.rows.values_list("code", flat=True)) == {"employer_stopped"}
    assert [posting.status for posting in Posting.objects.all()] == [PostingStatus.EXPIRED]


def test_two_processes_never_work_on_one_batch(monkeypatch):
    monkeypatch.setattr(actions, "STRETCH", 1)
    data = list_of({}, {"id": "A2"}, {"id": "A3"})
    batch = begin_list(data)

    def another_goes_ahead(batch):
        ImportBatch.objects.filter(pk=batch.pk).update(last_row=2)

    with pytest.raises(AlreadyAtWork):
        run_batch(batch_id=batch.pk, stream=io.BytesIO(data), on_progress=another_goes_ahead)


def test_one_file_of_one_source_is_at_work_once():
    batch = begin_list(list_of({}))

    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.create(
            source=batch.source,
            sha256=batch.sha256,
            size=1,
            state=BatchState.QUEUED,
            created_at=timezone.now(),
        )


def test_undoing_takes_down_what_the_list_brought_but_not_what_people_applied_to():
    batch = run_list({}, {"id": "A2", "title": "会计"})
    ApplicationFactory(posting=Posting.objects.get(source_id="A2"))

    undone = undo_batch(batch_id=batch.pk, by=None)

    assert (undone.state, undone.withdrawn_count, undone.kept_count) == (BatchState.UNDONE, 1, 1)
    assert Posting.objects.get(source_id="A1").status == PostingStatus.WITHDRAWN
    assert Posting.objects.get(source_id="A2").status == PostingStatus.LIVE
    assert not PostingSearch.objects.filter(posting__source_id="A1").exists()
    assert [step.name for step in history(Posting.objects.get(source_id="A1"))] == ["import", "undo_import"]
    assert AuditEntry.objects.filter(action="imports.undo").exists()


def test_undoing_keeps_what_a_later_list_repeats():
    first = run_list({}, {"id": "A2", "title": "会计"})
    run_list({})

    undone = undo_batch(batch_id=first.pk, by=None)

    assert (undone.withdrawn_count, undone.kept_count) == (1, 1)
    assert Posting.objects.get(source_id="A1").status == PostingStatus.LIVE


def test_undoing_closes_the_review_of_what_was_held(agency):
    batch = run_list({"duties": "收货，限男性"})

    undo_batch(batch_id=batch.pk, by=None)

    assert not WorkItem.objects.open().filter(subject_type="jobs.posting").exists()


def test_an_import_is_undone_once():
    batch = run_list({})
    undo_batch(batch_id=batch.pk, by=None)

    with pytest.raises(CannotUndo):
        undo_batch(batch_id=batch.pk, by=None)


def test_what_was_undone_can_be_imported_again():
    undo_batch(batch_id=run_list({}).pk, by=None)

    batch = run_list({})

    assert counts(batch) == {"updated": 1}
    assert Posting.objects.get(source_id="A1").status == PostingStatus.LIVE


def test_the_command_imports_reports_and_undoes(tmp_path, capsys):
    path = tmp_path / "adverts.csv"
    path.write_bytes(list_of({}, {"id": "A2", "pay": "面议"}))
    rejects = tmp_path / "rejects.csv"

    call_command("import_postings", str(path), "--source", "示例人才网", "--rejects", str(rejects))
    said = capsys.readouterr().out
    public_id = ImportBatch.objects.get().public_id
    call_command("import_postings", "--undo", public_id)

    assert public_id in said
    assert "created           1" in said
    assert "pay_negotiable: 1" in said
    assert ADVERT["employer"] in rejects.read_text("utf-8-sig")
    assert "1 postings taken down" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"", ["--source", "x"]),
        (b"a,b\n1,2\n", ["--source", "x"]),
        (list_of({}), []),
        (list_of({}), ["--source", "x", "--mapping", "nothing"]),
    ],
    ids=["empty", "unknown columns", "no source", "no such mapping"],
)
def test_the_command_says_what_is_wrong(tmp_path, content, arguments):
    path = tmp_path / "adverts.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        call_command("import_postings", str(path), *arguments)

    assert str(refused.value).endswith(("。", "."))
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="nowhere.csv"):
        call_command("import_postings", str(tmp_path / "nowhere.csv"))
