"""Files of registers: read by their columns, written once, reported row by row, taken back."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import Workbook

from employment_portal.people.holdings import holdings
from employment_portal.registers import actions
from employment_portal.registers.enums import BatchState, CivilKind, Register
from employment_portal.registers.intake.adapters import ADAPTERS
from employment_portal.registers.models import (
    CivilRecord,
    RegisterBatch,
    RegisterRow,
    SkillCertificate,
    SocialInsuranceMonth,
)
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import PersonFactory, resident_id
from tests.factories.registers import CertificateFactory, CivilFactory, InsuranceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory(with_number=True, user=None)


def certificate(identity, **cells):
    row = {
        "记录编号": "C1",
        "身份证号": identity,
        "证书编号": "S1",
        "职业名称": "养老护理员",
        "等级": "四级",
        "发证机构": "成都市职业技能鉴定中心",
        "发证日期": "2026-05-20",
    }
    return row | cells


def month(identity, **cells):
    row = {
        "记录编号": "M1",
        "身份证号": identity,
        "费款所属期": "2026-10",
        "灵活就业": "是",
        "养老保险": "是",
        "医疗保险": "是",
        "失业保险": "否",
        "缴费基数": "4500.00",
        "个人缴费": "1260.5",
    }
    return row | cells


def as_csv(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(file.getvalue().encode())


def bring(register, rows, *, source="人社局", stream=None):
    stream = stream or as_csv(rows)
    batch = actions.open_batch(
        register=register,
        source=source,
        file_name="file.csv",
        sha256=actions.sha256_of(stream),
        by=None,
        now=timezone.now(),
    )
    return actions.run_batch(batch_id=batch.pk, stream=stream)


def reasons(batch):
    return dict(RegisterRow.objects.filter(batch=batch).values_list("number", "reason"))


def test_a_file_brought_twice_writes_its_rows_once(person):
    rows = [certificate(person.id_number)]

    first, second = bring("certificates", rows), bring("certificates", rows)

    assert (first.created_count, second.created_count, second.unchanged_count) == (1, 0, 1)
    assert SkillCertificate.objects.get().person == person


def test_an_excel_file_is_read_like_a_text_file(person):
    row = certificate(person.id_number, 发证日期=date(2026, 5, 20))
    book = Workbook()
    book.active.append(list(row))
    book.active.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)

    bring("certificates", [], stream=stream)

    assert SkillCertificate.objects.get().issued_on == date(2026, 5, 20)


def test_a_changed_row_changes_the_row_and_taking_back_restores_it(person):
    bring("certificates", [certificate(person.id_number)])

    changed = bring("certificates", [certificate(person.id_number, 等级="三级")])
    level = SkillCertificate.objects.get().level
    actions.undo_batch(batch_id=changed.pk, by=UserFactory(), now=timezone.now())

    assert (changed.updated_count, level) == (1, 40)
    assert SkillCertificate.objects.get().level == 30


def test_taking_back_removes_what_the_file_brought_and_leaves_what_a_later_one_changed(person):
    first = bring(
        "certificates",
        [certificate(person.id_number), certificate(person.id_number, 记录编号="C2", 证书编号="S2")],
    )
    bring("certificates", [certificate(person.id_number, 等级="三级")])

    undone = actions.undo_batch(batch_id=first.pk, by=UserFactory(), now=timezone.now())

    assert (undone.removed_count, undone.kept_count, undone.state) == (1, 1, BatchState.UNDONE)
    assert SkillCertificate.objects.get().source_id == "C1"
    with pytest.raises(actions.CannotUndo):
        actions.undo_batch(batch_id=first.pk, by=UserFactory(), now=timezone.now())


def test_somebody_without_a_record_is_counted_and_not_kept():
    stranger = resident_id(serial=411)

    batch = bring("certificates", [certificate(stranger)])

    assert (batch.unknown_count, batch.created_count) == (1, 0)
    assert stranger not in str(RegisterRow.objects.values().get())


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"身份证号": "510108199503120000"}, "身份证号"),
        ({"费款所属期": "2026-13"}, "2026-11"),
        ({"缴费基数": "-1"}, "缴费基数"),
        ({"缴费基数": "12.345"}, "缴费基数"),
        ({"养老保险": "也许"}, "养老保险"),
        ({"养老保险": "否", "医疗保险": "否"}, ""),
        ({"灵活就业": "否"}, ""),
        ({"记录编号": ""}, "记录编号"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_row_that_cannot_be_says_why(person, cells, says):
    batch = bring("insurance", [month(person.id_number, **cells)])

    assert batch.rejected_count == 1
    assert says in reasons(batch)[1]
    assert reasons(batch)[1]


def test_one_bad_row_does_not_hold_back_the_others(person):
    rows = [
        certificate(person.id_number),
        certificate(person.id_number, 记录编号="C2"),  # the same certificate number
        certificate(person.id_number, 记录编号="C3", 证书编号="S3"),
        certificate(person.id_number, 记录编号="C3", 证书编号="S4"),  # the same row number
    ]

    batch = bring("certificates", rows)

    assert (batch.created_count, batch.rejected_count) == (2, 2)
    assert set(reasons(batch)) == {2, 4}


def test_a_month_with_a_unit_is_linked_to_the_employer_that_the_portal_knows(person):
    employer = OrganisationFactory()
    cells = {"灵活就业": "否", "单位统一社会信用代码": employer.code, "单位缴费": "1000", "失业保险费": "45"}

    bring("insurance", [month(person.id_number, **cells)])

    row = SocialInsuranceMonth.objects.get()
    assert (row.employer, row.employer_fen, row.person_fen) == (employer, 100_000, 126_050)
    assert (row.unemployment_fen, row.month) == (4_500, date(2026, 10, 1))


def test_a_file_without_the_columns_is_refused_whole(person):
    with pytest.raises(actions.ColumnsMissing, match="证书编号"):
        bring("certificates", [{"记录编号": "1", "身份证号": person.id_number}])

    assert RegisterBatch.objects.get().state == BatchState.FAILED
    assert "证书编号" in RegisterBatch.objects.get().error


def test_the_same_file_is_at_work_once():
    arguments = {"register": "civil", "source": "民政", "file_name": "a", "sha256": "a", "by": None}
    actions.open_batch(**arguments, now=timezone.now())

    with pytest.raises(actions.AlreadyAtWork):
        actions.open_batch(**arguments, now=timezone.now())


def test_the_command_imports_and_tells_what_became_of_the_rows(person, tmp_path, capsys):
    file = tmp_path / "certificates.csv"
    file.write_bytes(as_csv([certificate(person.id_number), certificate("x", 记录编号="C2")]).getvalue())

    call_command("import_register", "certificates", file, source="人社局")

    assert SkillCertificate.objects.count() == 1
    assert "C2" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_register", "certificates", tmp_path / "nothing.csv", source="人社局")


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=lambda adapter: adapter.register.value)
def test_every_register_describes_columns_whose_examples_can_be_read(adapter):
    for column in adapter.columns:
        if column.example:
            column.read(column.example)


@pytest.mark.parametrize(
    "make",
    [
        lambda person: InsuranceFactory(person=person, month=date(2026, 10, 2)),
        lambda person: InsuranceFactory(person=person, base_fen=-1),
        lambda person: InsuranceFactory(person=person, flexible=True),
        lambda person: InsuranceFactory(person=person, unemployment_fen=10**9),
        lambda person: InsuranceFactory(person=person, pension=False, medical=False, unemployment=False),
        lambda person: CertificateFactory(person=person, level=25),
        lambda person: CertificateFactory(person=person, source_id=""),
        lambda person: CivilFactory(person=person, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)),
        lambda person: CivilFactory(person=person, kind=CivilKind.DECEASED, ends_on=date(2026, 5, 1)),
    ],
)
def test_the_database_refuses_what_cannot_be(person, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(person)


def test_two_records_of_one_person_give_their_rows_to_the_survivor(person):
    duplicate, employer = PersonFactory(user=None), OrganisationFactory()
    for holder in (person, duplicate):
        InsuranceFactory(person=holder, employer=employer)
        CivilFactory(person=holder, kind=CivilKind.DECEASED)
    InsuranceFactory(person=duplicate, employer=employer, month=date(2026, 9, 1))
    CertificateFactory(person=duplicate)

    moves = {h.key: h.move(duplicate, person, None) for h in holdings() if h.key in Register.values}

    assert (moves["insurance"].moved, moves["insurance"].settled) == (1, 1)
    assert (moves["civil"].settled, CivilRecord.objects.get().person) == (1, person)
    assert person.skill_certificates.count() == 1


def test_a_persons_export_holds_what_the_registers_say(person):
    CertificateFactory(person=person, number="S42")
    held = next(holding for holding in holdings() if holding.key == "certificates")

    exported = [held.export(row) for row in held.rows(person)]

    assert exported[0]["number"] == "S42"
    assert held.retained
