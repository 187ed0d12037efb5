import io
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.models import Transfer
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from employment_portal.workflow.actions import SamePersonDecides
from employment_portal.workflow.models import WorkItem
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.models import Claim
from subsidies.opening import actions
from subsidies.opening.actions import NotAKeeper, SourceMissing, TakenOverBefore
from subsidies.opening.columns import ERRORS, SHEET_NAMES, SHEETS
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningState
from subsidies.opening.reading import FileNotReadable, HeadingMissing, NothingInFile
from subsidies.payments.models import Payable
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.subsidies_claims import policy_version

pytestmark = pytest.mark.django_db
K = OpeningKind


class City:
    """A policy in force, a fund, two officers, and the sheets of an old system that balance."""

    def __init__(self):
        load_calendar()
        self.district = RegionFactory(code="510108")
        self.version = policy_version(region=RegionFactory(code="5101"))
        self.item = self.version.policy.item
        Fund.objects.get_or_create(
            code="employment", defaults={"name": "就业补助资金", "name_en": "Employment subsidy fund"}
        )
        agency = AgencyFactory(region=RegionFactory(code="5101"))
        self.maker = UserFactory(finance_officer=True, agency=agency)
        self.second = UserFactory(finance_officer=True, agency=agency)
        people = PersonFactory.create_batch(5, with_number=True)
        base = {"item": self.item.name, "region": "510108", "year": "2026", "fund": "employment"}
        who = [{**base, "identity": person.id_number, "amount": "1500"} for person in people]
        self.people = people
        self.rows = {
            K.BENEFIT: [
                {**who[0], "id": "B1", "paid_on": "2026-03-02"},
                {**who[1], "id": "B2", "paid_on": "2024-05-06", "year": "", "fund": ""},
                {"id": "合计", "amount": "3000"},
            ],
            K.CLAIM: [
                {**who[2], "id": "C1", "state": "待受理", "submitted_on": "2026-11-02"},
                {**who[3], "id": "C2", "state": "已批准", "submitted_on": "2026-10-02"},
                {
                    **who[4],
                    "id": "C3",
                    "state": "待拨付",
                    "submitted_on": "2026-10-08",
                    "holder": people[4].name,
                    "bank": "成都银行",
                    "account": "6222020000000000000",
                },
                {"id": "合计", "amount": "4500"},
            ],
            K.BALANCE: [
                {
                    **base,
                    "id": "L1",
                    "allotted": "100000",
                    "available": "95500",
                    "committed": "1500",
                    "payable": "1500",
                    "paid": "1500",
                }
            ],
        }

    def file(self) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for kind, columns in SHEETS.items():
            sheet = book.create_sheet(SHEET_NAMES[K(kind)][0])
            sheet.append([column.names[0] for column in columns])
            for row in self.rows[K(kind)]:
                sheet.append([row.get(column.key, "") for column in columns])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def csv(self, kind: str) -> bytes:
        lines = [[column.names[0] for column in SHEETS[kind]]]
        lines += [[row.get(column.key, "") for column in SHEETS[kind]] for row in self.rows[K(kind)]]
        return "\n".join(",".join(line) for line in lines).encode("gb18030")

    def received(self, files=None, source: str = "旧系统", by=None) -> OpeningImport:
        files = files or [("期初.xlsx", self.file())]
        batch = actions.receive_opening(files=files, source=source, by=by or self.maker, now=timezone.now())
        return actions.check_opening(batch_id=batch.pk)

    def applied(self, **values) -> OpeningImport:
        batch = self.received(**values)
        actions.approve_opening(batch_id=batch.pk, by=self.second)
        return actions.apply_opening(batch_id=batch.pk, now=timezone.now())


@pytest.fixture
def city():
    return City()


def errors(batch: OpeningImport) -> dict[str, str]:
    return {row.source_id: row.error for row in batch.rows.exclude(error="")}


def test_what_balances_is_taken_over_and_the_ledger_verifies(city):
    batch = city.applied()

    line = BudgetLine.objects.get(region=city.district, item=city.item)
    held = balances(SUBSIDIES, [line.pk])
    assert batch.state == OpeningState.APPLIED, errors(batch)
    assert {kind: fen for (_line, kind), fen in held.items() if fen} == {
        AccountKind.APPROPRIATION: -10_000_000,
        AccountKind.AVAILABLE: 9_550_000,
        AccountKind.COMMITTED: 150_000,
        AccountKind.PAYABLE: 150_000,
        AccountKind.PAID: 150_000,
    }
    assert list(findings()) == []


def test_past_benefits_hold_against_a_second_grant(city):
    city.applied()

    first = Entitlement.objects.get(opening__source_id="B1")
    assert (first.live, first.amount_fen, first.person) == (True, 150_000, city.people[0])
    assert EntitlementHold.objects.filter(holder_id=city.people[0].pk, live=True).exists()
    assert Entitlement.objects.get(opening__source_id="B2").claim is None


def test_open_claims_come_in_at_their_state(city):
    city.applied()

    states = {claim.person: claim.state for claim in Claim.objects.filter(channel="opening")}
    assert [states[person] for person in city.people[2:]] == ["submitted", "approved", "payable"]
    waiting = Claim.objects.get(person=city.people[2])
    assert WorkItem.objects.filter(subject_id=waiting.pk, kind="subsidy_claim").count() == 1
    due = Payable.objects.get(person=city.people[4])
    assert (due.state, due.account.tail) == ("open", "0000")


def test_claims_still_to_be_decided_keep_the_account_of_the_old_system(city):
    for row, person in zip(city.rows[K.CLAIM], city.people[2:4], strict=False):
        row |= {"holder": person.name, "bank": "成都银行", "account": "6222020000000000018"}

    city.applied()

    tails = Claim.objects.filter(channel="opening").order_by("pk").values_list("account__tail", flat=True)
    assert list(tails) == [None, "0018", "0018", "0000"]


def test_an_account_without_a_bank_is_named(city):
    city.rows[K.CLAIM][2]["bank"] = ""

    assert "missing" in errors(city.received()).values()


def test_a_benefit_paid_from_a_line_can_be_asked_back(city):
    city.applied()

    payable = Payable.objects.get(person=city.people[0])
    assert (payable.state, payable.paid_on) == ("paid", date(2026, 3, 2))


def test_the_same_file_again_changes_nothing(city):
    content = city.file()
    city.applied(files=[("a.xlsx", content)])
    before = Transfer.objects.count()

    with pytest.raises(TakenOverBefore):
        city.received(files=[("b.xlsx", content)])
    assert Transfer.objects.count() == before


def test_rows_taken_over_before_are_skipped_in_another_file(city):
    city.applied()
    before = (Transfer.objects.count(), Entitlement.objects.count())
    city.rows[K.BENEFIT].insert(
        2,
        {
            **city.rows[K.BENEFIT][1],
            "id": "B3",
            "identity": PersonFactory(with_number=True).id_number,
        },
    )
    city.rows[K.BENEFIT][-1]["amount"] = "4500"

    batch = city.applied()

    assert batch.state == OpeningState.APPLIED, (errors(batch), batch.problem)
    assert (Transfer.objects.count(), Entitlement.objects.count()) == (before[0], before[1] + 1)
    assert batch.totals["known"] == 6


def test_applying_twice_does_it_once(city):
    batch = city.applied()
    before = Transfer.objects.count()

    actions.apply_opening(batch_id=batch.pk, now=timezone.now())

    assert Transfer.objects.count() == before


def test_three_csv_files_do_as_well(city):
    batch = city.applied(files=[(f"{kind}.csv", city.csv(kind)) for kind in SHEETS])

    assert batch.state == OpeningState.APPLIED, errors(batch)


WRONG = {
    "missing": (K.BENEFIT, 0, {"item": ""}),
    "bad_amount": (K.BENEFIT, 0, {"amount": "很多"}),
    "bad_date": (K.BENEFIT, 0, {"paid_on": "三月"}),
    "bad_number": (K.BENEFIT, 0, {"year": "20261"}),
    "unknown_person": (K.BENEFIT, 0, {"identity": "510104199003071236"}),
    "unknown_organisation": (K.BENEFIT, 0, {"code": "91510100MA6CR8QE4D"}),
    "nobody": (K.BENEFIT, 0, {"identity": ""}),
    "unknown_item": (K.CLAIM, 0, {"item": "没有的补贴"}),
    "unknown_region": (K.CLAIM, 0, {"region": "火星"}),
    "unknown_fund": (K.BALANCE, 0, {"fund": "小金库"}),
    "unknown_state": (K.CLAIM, 0, {"state": "丢了"}),
    "bad_period": (K.BENEFIT, 0, {"from": "2026-01-01", "to": "2026-01-31"}),
    "no_line": (K.BENEFIT, 0, {"year": "2025"}),
    "year_missing": (K.CLAIM, 1, {"year": ""}),
    "line_too_deep": (K.BALANCE, 0, {"region": "510108001"}),
    "does_not_add_up": (K.BALANCE, 0, {"available": "1"}),
    "differs": (K.BALANCE, 0, {"available": "94000", "committed": "3000"}),
    "total_differs": (K.CLAIM, 3, {"amount": "1"}),
    "bad_account": (K.CLAIM, 2, {"account": "12"}),
    "twice_in_file": (K.CLAIM, 1, {"id": "C1"}),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_named_and_nothing_is_taken_over(city, code):
    RegionFactory(code="510108001")
    kind, at, change = WRONG[code]
    city.rows[kind][at] |= change

    batch = city.received()

    assert batch.state == OpeningState.FAULTY
    assert code in errors(batch).values()
    assert code in ERRORS
    assert not Entitlement.objects.exists()
    assert not Transfer.objects.exists()


def test_a_declared_total_is_asked_for(city):
    city.rows[K.CLAIM].pop()

    assert "total_missing" in errors(city.received()).values()


def test_two_benefits_that_exclude_each_other_are_named(city):
    city.rows[K.BENEFIT][1]["identity"] = city.people[0].id_number

    assert errors(city.received())["B2"] == "overlaps"


def test_a_line_that_has_money_already_takes_no_opening_balance(city):
    city.applied(source="旧系统一")
    city.rows[K.CLAIM][1]["submitted_on"] = "2026-10-03"

    batch = city.received(source="旧系统二")

    assert errors(batch)["L1"] == "line_in_use"
    assert errors(batch)["B1"] == "overlaps"


def test_a_region_without_a_policy_is_named(city):
    city.rows[K.CLAIM][0]["region"] = RegionFactory(code="510704").code
    province = UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="51")))

    assert errors(city.received(by=province))["C1"] == "no_policy"


def test_whoever_brought_the_file_never_approves_it(city):
    batch = city.received()

    with pytest.raises(SamePersonDecides):
        actions.approve_opening(batch_id=batch.pk, by=city.maker)


def test_only_those_who_keep_opening_data_bring_a_file(city):
    with pytest.raises(NotAKeeper):
        actions.receive_opening(
            files=[("a", b"")], source="x", by=UserFactory(city_officer=True), now=timezone.now()
        )


def test_rows_of_another_place_are_refused_and_only_its_keepers_see_the_file(city):
    officer = UserFactory(finance_officer=True, agency=AgencyFactory(region=RegionFactory(code="510104")))
    colleague = UserFactory(finance_officer=True, agency=AgencyFactory(region=city.district))

    batch = city.received(by=officer)

    assert (batch.region.code, batch.state) == ("510104", OpeningState.FAULTY)
    rows = batch.rows.exclude(source_id="合计")
    assert {row.error for row in rows} == {"outside"}
    assert rows.first().error_values == {"place": batch.region.name}
    for act in (actions.discard_opening, actions.recheck_opening, actions.approve_opening):
        with pytest.raises(NotAKeeper):
            act(batch_id=batch.pk, by=colleague)
    assert batch not in actions.openings_visible_to(colleague)
    assert batch in actions.openings_visible_to(city.second)


def test_a_district_officer_brings_the_data_of_the_district_and_the_city_approves(city):
    officer = UserFactory(finance_officer=True, agency=AgencyFactory(region=city.district))

    batch = city.received(by=officer)
    actions.approve_opening(batch_id=batch.pk, by=city.second)

    assert actions.apply_opening(batch_id=batch.pk, now=timezone.now()).state == OpeningState.APPLIED


def test_what_changed_since_the_check_gives_the_file_back(city):
    batch = city.received()
    actions.approve_opening(batch_id=batch.pk, by=city.second)
    city.people[0].id_number_hash = "0" * 64
    city.people[0].save()

    batch = actions.apply_opening(batch_id=batch.pk, now=timezone.now())

    assert (batch.state, batch.approved_by) == (OpeningState.FAULTY, None)
    assert not Entitlement.objects.exists()


def test_a_person_registered_meanwhile_is_found_by_the_next_check(city):
    person = city.people[0]
    hashed, person.id_number_hash = person.id_number_hash, "0" * 64
    person.save()
    batch = city.received()
    assert errors(batch)["B1"] == "unknown_person"
    person.id_number_hash = hashed
    person.save()

    actions.recheck_opening(batch_id=batch.pk, by=city.maker)
    batch = actions.check_opening(batch_id=batch.pk)

    assert batch.state == OpeningState.CHECKED


def test_discarding_deletes_the_rows(city):
    batch = city.received()

    actions.discard_opening(batch_id=batch.pk, by=city.maker)

    assert not batch.rows.exists()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NothingInFile),
        (b"PK\x03\x04 not a workbook", FileNotReadable),
        (b"\x00\x01\x02", FileNotReadable),
        ("编号,地区\n1,2".encode(), HeadingMissing),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(city, content, error):
    with pytest.raises(error):
        city.received(files=[("a.csv", content)])


def test_the_old_system_has_a_name(city):
    with pytest.raises(SourceMissing):
        city.received(source=" ")


def test_the_command_checks_and_takes_over_with_two_people(city, tmp_path, capsys):
    path = tmp_path / "opening.xlsx"
    path.write_bytes(city.file())
    for number, officer in enumerate((city.maker, city.second)):
        officer.email = f"finance-{number}@example.cn"
        officer.save()

    call_command("import_opening", path, source="旧系统", by=city.maker.email, approve_by=city.second.email)

    assert OpeningImport.objects.get().state == OpeningState.APPLIED
    with pytest.raises(CommandError):
        call_command("import_opening", path, source="旧系统", by=city.maker.email)
