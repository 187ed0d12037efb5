"""A roster of employees: read from any spreadsheet, answered row by row, in the background when it is long."""

import io

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from employment_portal.organisations.enums import MemberRole
from subsidies.claims import actions
from subsidies.claims.actions.rosters import UploadedBefore
from subsidies.claims.enums import EntryState
from subsidies.claims.evaluation import findings_of
from subsidies.claims.roster_files import RosterNotReadable, read_roster
from subsidies.claims.roster_models import RosterState, RowOutcome
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.people import SpellFactory, resident_id
from tests.factories.subsidies_claims import account_of, claimant, policy_version

HEAD = "姓名,身份证号\n"


def listed(text, name="名单.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_encoding_is_read(encoding):
    rows = read_roster(listed(HEAD + "陈芳,510108199503121236\n", encoding=encoding)).rows

    assert (rows[0].name, rows[0].number) == ("陈芳", "510108199503121236")


def test_a_spreadsheet_with_its_columns_in_another_order_is_read():
    book = openpyxl.Workbook()
    for row in (["备注", "身份证号码", "员工姓名"], ["", "510108199503121236", "陈芳"], ["", "", ""]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    rows = read_roster(SimpleUploadedFile("a.xlsx", buffer.getvalue())).rows

    assert [(row.name, row.number) for row in rows] == [("陈芳", "510108199503121236")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0xxxx", "Old Excel"),
        (b"PK\x03\x04broken", "damaged"),
        ("甲,乙\n1,2\n".encode(), "first row"),
        (HEAD.encode(), "no rows"),
        (b"\xff\xfe\x00\xd8\x00", "UTF-8"),
        ((HEAD + "陈芳,1\n" * 20_001).encode(), "20,000"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_what_to_do(data, says):
    with pytest.raises(RosterNotReadable, match=says):
        read_roster(SimpleUploadedFile("a.csv", data))


def employer_draft(**changes):
    member = MemberFactory()
    version = policy_version(subject="employment", region_basis="work", guards=[("person", False)], **changes)
    claim = actions.start_claim(
        version_id=version.pk, organisation_id=member.organisation_id, by=member.user, now=timezone.now()
    )
    return claim, member


def employed(organisation, **values):
    person = claimant(user=None, **values)
    person.work_region = organisation.region
    person.save()
    SpellFactory(person=person, status="employed", employer=organisation, region=organisation.region)
    return person


def checked(claim, member, text):
    roster = actions.keep_roster(
        claim_id=claim.pk, name="名单.csv", file=read_roster(listed(text)), by=member.user, now=timezone.now()
    )
    return actions.check_roster(roster_id=roster.pk, now=timezone.now())


@pytest.mark.django_db
def test_each_row_is_told_what_became_of_it():
    claim, member = employer_draft()
    good = employed(member.organisation)
    old = employed(member.organisation, birth_date=timezone.localdate().replace(year=1950))
    elsewhere = claimant(user=None)
    text = HEAD + "".join(
        f"{name},{number}\n"
        for name, number in [
            (good.name, good.id_number),
            (good.name, good.id_number),
            (old.name, old.id_number),
            (elsewhere.name, elsewhere.id_number),
            ("错名", good.id_number),
            ("陈芳", "510108199503121111"),
            ("陌生人", resident_id(serial=77, county="510131")),
        ]
    )

    roster = checked(claim, member, text)

    assert list(roster.rows.order_by("row").values_list("outcome", flat=True)) == [
        RowOutcome.QUALIFIES,
        RowOutcome.DUPLICATE,
        RowOutcome.NOT_QUALIFIED,
        RowOutcome.NOT_EMPLOYED,
        RowOutcome.DUPLICATE,
        RowOutcome.BAD_NUMBER,
        RowOutcome.UNKNOWN,
    ]
    claim.refresh_from_db()
    assert (roster.state, roster.done, claim.amount_fen) == (RosterState.DONE, 7, 150_000)


@pytest.mark.django_db
def test_what_a_row_declares_is_compared_with_what_is_reckoned(client):
    claim, member = employer_draft()
    less, same, silent = (employed(member.organisation) for _n in range(3))
    lines = [
        f"{less.name},{less.id_number},1200.00,3",
        f"{same.name},{same.id_number},1500,",
        f"{silent.name},{silent.id_number},,",
    ]

    roster = checked(claim, member, "姓名,身份证号,申报金额,申报月数\n" + "\n".join(lines) + "\n")
    act_for(client, member)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("subsidies:roster_result", args=[claim.public_id, roster.public_id])).text

    entry = claim.entries.get(person=less)
    assert findings_of(claim, list(claim.entries.all())) == [
        {"code": "roster_amount", "declared": 120_000, "held": 150_000, "row": entry.row},
        {"code": "commitment", "label": {"zh": "劳动合同", "en": "劳动合同"}, "row": None},
    ]
    assert page.count("declared 1,200 yuan, reckoned 1,500 yuan") == 1


@pytest.mark.django_db
def test_months_that_differ_are_a_finding():
    claim, member = employer_draft(
        period_kind="months", period_months=3, amount={"kind": "per_month", "fen": 10_000}
    )
    people = [employed(member.organisation) for _n in range(3)]
    lines = [
        f"{person.name},{person.id_number},{months}"
        for person, months in zip(people, ["3", "2", "三"], strict=True)
    ]

    checked(claim, member, "姓名,身份证号,申报月数\n" + "\n".join(lines) + "\n")

    found = [row for row in findings_of(claim, list(claim.entries.all())) if row["code"] == "roster_months"]
    assert [(row["declared"], row["held"]) for row in found] == [("2", 3), ("三", 3)]


@pytest.mark.django_db
def test_the_same_file_twice_says_so():
    claim, member = employer_draft()
    checked(claim, member, HEAD + "陈芳,510108199503121236\n")

    with pytest.raises(UploadedBefore):
        checked(claim, member, HEAD + "陈芳,510108199503121236\n")


@pytest.mark.django_db
def test_everybody_who_qualifies_is_found_and_can_be_taken_out_and_come_back():
    claim, member = employer_draft()
    people = [employed(member.organisation) for _n in range(3)]
    now = timezone.now()

    assert actions.find_employees(claim_id=claim.pk, by=member.user, now=now) == 3
    assert actions.find_employees(claim_id=claim.pk, by=member.user, now=now) == 0
    first = claim.entries.get(person=people[0])
    assert actions.remove_rows(claim_id=claim.pk, entry_ids=[first.pk], by=member.user) == 1

    claim.refresh_from_db()
    assert claim.amount_fen == 300_000
    assert actions.find_employees(claim_id=claim.pk, by=member.user, now=now) == 1
    assert claim.entries.get(person=people[0]).state == EntryState.INCLUDED


@pytest.mark.django_db
def test_an_employer_uploads_follows_and_gets_the_errors_back_without_formulas(client):
    claim, member = employer_draft()
    good = employed(member.organisation)
    act_for(client, member)
    address = reverse("subsidies:claim_roster", args=[claim.public_id])

    assert client.get(address).status_code == 200
    assert client.get(reverse("subsidies:roster_template", args=[claim.public_id])).status_code == 200
    sent = client.post(address, {"file": listed(HEAD + f"{good.name},{good.id_number}\n=1+1,123\n")})
    page = client.get(sent.url).content.decode()
    errors = client.post(f"{sent.url}errors/")

    text = b"".join(errors.streaming_content).decode()
    assert good.name in page
    assert good.id_number not in page
    assert "'=1+1" in text
    assert good.name not in text
    assert client.post(address, {"file": listed("x")}).status_code == 422


@pytest.mark.django_db
def test_a_stranger_reaches_no_roster(client):
    claim, _member = employer_draft()
    client.force_login(UserFactory())

    assert client.get(reverse("subsidies:claim_roster", args=[claim.public_id])).status_code == 404


@pytest.mark.django_db
def test_a_long_list_waits_for_the_queue_and_the_sweep_finds_it(client):
    from subsidies.claims.tasks import sweep_rosters

    claim, member = employer_draft()
    text = HEAD + "".join(f"陈芳,{resident_id(serial=n % 400, county='510131')}\n" for n in range(1200))
    act_for(client, member)

    sent = client.post(reverse("subsidies:claim_roster", args=[claim.public_id]), {"file": listed(text)})
    assert claim.rosters.get().state == RosterState.WAITING
    assert client.get(sent.url).status_code == 200
    sweep_rosters()

    roster = claim.rosters.get()
    assert (roster.state, roster.done) == (RosterState.DONE, 1200)


def account_page(claim):
    return reverse("subsidies:claim_account", args=[claim.public_id])


ACCOUNT = {"holder": "别处", "bank_name": "成都银行", "number": "6217856100012345672", "bank_code": ""}


@pytest.mark.django_db
def test_a_member_takes_the_account_on_record_and_only_the_owner_gives_another(client):
    claim, owner = employer_draft()
    on_record = account_of(organisation=owner.organisation)
    act_for(client, MemberFactory(organisation=owner.organisation, role=MemberRole.MEMBER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    shown = client.get(account_page(claim)).text
    client.post(account_page(claim), ACCOUNT | {"holder": owner.organisation.name})

    claim.refresh_from_db()
    assert 'name="number"' not in shown
    assert "Only the owner changes the account" in shown
    assert claim.account == on_record
    assert owner.organisation.payee_accounts.get() == on_record


@pytest.mark.django_db
def test_a_member_of_an_organisation_without_an_account_is_sent_to_the_owner(client):
    claim, owner = employer_draft()
    act_for(client, MemberFactory(organisation=owner.organisation, role=MemberRole.MEMBER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "no account yet" in client.get(account_page(claim)).text
    assert client.post(account_page(claim), ACCOUNT).status_code == 403
    assert not owner.organisation.payee_accounts.exists()
