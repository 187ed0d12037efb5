"""The pages of payments, as finance officers and claimants use them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification
from employment_portal.people.middleware import SESSION_KEY
from employment_portal.people.models import AssistedSession
from subsidies.payments import actions
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import Batch, ExceptionCase, ReturnFile
from subsidies.payments.payer_models import Payer
from subsidies.payments.tasks import sweep_payments
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.people import PersonFactory
from tests.factories.subsidies_payments import answers, funded_line, officers, payable, payer, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    payer()
    settings.BANK_SPOOL = tmp_path / "bank"
    return settings.BANK_SPOOL


def go(client, user, name, *args, data=None, follow=True):
    client.force_login(user)
    address = reverse(f"subsidies:{name}", args=args)
    response = client.get(address) if data is None else client.post(address, data, follow=follow)
    return response


def test_three_officers_take_a_batch_from_the_list_to_the_bank(client, spool):
    maker, checker, releaser = officers()
    due = payable()
    assert "1,500.00" in go(client, maker, "payables").text

    go(
        client,
        maker,
        "make_batch",
        data={"year": 2026, "item": "job-search", "format": "delimited", "run_key": "k"},
    )
    batch = Batch.objects.get()
    go(client, checker, "check_batch", batch.public_id, data={})
    go(client, releaser, "release_batch", batch.public_id, data={})

    batch.refresh_from_db()
    assert batch.state == "released"
    page = go(client, maker, "batch", batch.public_id)
    assert due.account.tail in page.text
    assert due.account.number not in page.text


def test_a_second_click_on_make_gives_the_same_batch(client):
    maker = officers()[0]
    payable()
    data = {"year": 2026, "item": "job-search", "format": "delimited", "run_key": "once"}

    for _click in range(2):
        go(client, maker, "make_batch", data=data)

    assert Batch.objects.count() == 1


def test_nothing_to_pay_is_said_in_a_sentence(client):
    response = go(
        client,
        officers()[0],
        "make_batch",
        data={"year": timezone.localdate().year, "format": "delimited", "run_key": "k"},
    )

    assert response.status_code == 422


def test_a_download_of_the_bank_file_is_recorded(client):
    team = officers()
    payable()
    batch = released(team)

    response = go(client, team[0], "batch_file", batch.public_id)

    assert response.content == bytes(batch.file.content)
    assert AuditEntry.objects.filter(action="payments.download", actor=team[0]).exists()


def test_an_uploaded_answer_shows_its_report_and_tells_the_claimant(client):
    team = officers()
    due = payable()
    batch = released(team)
    content = delimited.render_answer(answers(batch, LineOutcome.FAILED), date(2026, 11, 24))

    response = go(client, team[0], "upload_return_file", data={"file": SimpleUploadedFile("hp.txt", content)})

    assert "账号户名不符" in response.text
    told = Notification.objects.get(user=due.person.user)
    assert told.kind == "subsidy_returned"
    again = go(client, team[1], "upload_return_file", data={"file": SimpleUploadedFile("copy.txt", content)})
    assert again.redirect_chain == response.redirect_chain
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"half a file", b"PK\x03\x04not a bank's", b"\x00" * 3000])
def test_a_disguised_or_broken_file_is_refused_or_quarantined_with_a_sentence(client, content):
    response = go(
        client, officers()[0], "upload_return_file", data={"file": SimpleUploadedFile("hp.txt", content)}
    )

    if content:
        assert response.status_code == 200
        assert ReturnFile.objects.get().state == "quarantined"
    else:
        assert response.status_code == 422


def test_the_sweeper_fetches_what_the_bank_left_and_applies_it(spool):
    from subsidies.payments.banks import DirectoryBank

    team = officers()
    due = payable()
    batch = released(team)
    (DirectoryBank().folder / "incoming" / "hp.txt").write_bytes(
        delimited.render_answer(answers(batch), date(2026, 11, 24))
    )

    sweep_payments()

    due.refresh_from_db()
    assert due.state == "paid"
    assert sweep_payments() == 0
    assert (spool / "fetched" / "hp.txt").exists()


def test_a_case_is_proposed_by_one_and_decided_by_another(client):
    team = officers()
    payable()
    batch = released(team)
    actions.receive_return_file(name="a", content=b"nonsense", by=team[0], now=timezone.now())
    case = ExceptionCase.objects.get()

    go(
        client,
        team[0],
        "propose_resolution",
        case.public_id,
        data={"resolution": "nothing", "note": "银行重发"},
    )
    go(client, team[0], "decide_resolution", case.public_id, data={"decision": "approve"})
    case.refresh_from_db()
    assert case.state == "proposed"
    go(client, team[1], "decide_resolution", case.public_id, data={"decision": "approve"})

    case.refresh_from_db()
    assert case.state == "resolved"
    assert batch.state == "released"


def test_a_proposal_without_a_word_of_the_bank_is_refused(client):
    officer = officers()[0]
    actions.receive_return_file(name="a", content=b"nonsense", by=officer, now=timezone.now())
    case = ExceptionCase.objects.get()

    response = go(
        client, officer, "propose_resolution", case.public_id, data={"resolution": "nothing", "note": ""}
    )

    assert response.status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "payables",
        "batches",
        "return_files",
        "cases",
        "export_payables",
        "bank_simulator",
        "cash",
        "payers",
    ],
)
def test_every_list_opens_empty_and_full(client, name):
    team = officers()
    assert go(client, team[0], name).status_code == 200
    payable(with_account=False)
    payable()
    batch = released(team)
    actions.receive_return_file(name="a", content=b"nonsense", by=team[0], now=timezone.now())

    response = go(client, team[0], name)

    assert response.status_code == 200
    assert batch.state == "released"


def test_a_person_sees_each_step_and_corrects_the_account(client):
    team, line = officers(), funded_line()
    person = PersonFactory(residence_region=line.region)
    due = payable(line, person=person)
    batch = released(team)
    actions.receive_return_file(
        name="hp", content=delimited.render_answer(answers(batch, LineOutcome.FAILED), date(2026, 11, 24)), by=None,
        now=timezone.now(),
    )  # fmt: skip
    assert "账号户名不符" in go(client, person.user, "my_payments").text

    response = go(
        client,
        person.user,
        "my_account",
        data={
            "holder": person.name,
            "bank_name": "中国农业银行",
            "number": "6228 4804 0256 4890 018",
            "bank_code": "",
        },
    )

    assert response.status_code == 200
    due.refresh_from_db()
    assert due.state == "open"
    assert due.account.tail == "0018"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "123"}, "number"),
        ({"holder": "别人"}, "holder"),
        ({"bank_code": "12"}, "bank_code"),
        ({"bank_name": ""}, "bank_name"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused_at_its_field(client, change, field):
    person = PersonFactory()
    data = {
        "holder": person.name,
        "bank_name": "中国农业银行",
        "number": "6228480402564890018",
        "bank_code": "",
        **change,
    }

    response = go(client, person.user, "my_account", data=data)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_an_owner_gives_the_organisations_account_and_a_member_may_not(client):
    owner = MemberFactory()
    colleague = MemberFactory(organisation=owner.organisation, role="member")
    data = {
        "holder": owner.organisation.name,
        "bank_name": "中国银行成都分行",
        "number": "510012345678",
        "bank_code": "",
    }
    address = reverse("subsidies:my_account")

    act_for(client, colleague)
    assert client.post(address, data).status_code == 403
    assert address not in client.get(reverse("subsidies:my_payments")).text
    act_for(client, owner)
    assert address in client.get(reverse("subsidies:my_payments")).text
    assert client.post(address, data).status_code == 302

    assert owner.organisation.payee_accounts.get().tail == "5678"


def test_a_user_without_a_record_has_no_payments(client):
    assert go(client, UserFactory(), "my_payments").status_code == 404


def test_cash_without_a_batch_is_recorded_confirmed_and_explained(client):
    team, line = officers(), funded_line()
    said = {
        "direction": "in", "line": line.public_id, "amount_fen": "1500.00", "moved_on": "2026-11-20",
        "reference": "LS20261120", "counterparty": "成都某公司", "note": "转账",
    }  # fmt: skip
    assert go(client, team[0], "cash", data={**said, "amount_fen": "很多"}).status_code == 422
    go(client, team[0], "cash", data=said)
    assert go(client, team[0], "cash", data=said).status_code == 422
    cash = CashMovement.objects.get()

    go(client, team[0], "confirm_cash", cash.public_id, data={})
    assert not ExceptionCase.objects.exists()
    page = go(client, team[1], "confirm_cash", cash.public_id, data={})
    case = ExceptionCase.objects.get()

    assert reverse("subsidies:case", args=[case.public_id]) in page.text
    assert "LS20261120" in go(client, team[1], "case", case.public_id).text
    wrong = {"resolution": "belongs_to", "note": "与银行核实", "reference": "DF-nobody"}
    assert go(client, team[1], "propose_resolution", case.public_id, data=wrong).status_code == 422
    right = {"resolution": "send_back", "note": "与银行核实"}
    go(client, team[1], "propose_resolution", case.public_id, data=right)
    go(client, team[2], "decide_resolution", case.public_id, data={"decision": "approve"})
    case.refresh_from_db()
    assert case.state == "resolved"


def test_a_wrong_entry_of_cash_is_taken_out(client):
    team, line = officers(), funded_line()
    cash = CashMovement.objects.create(
        direction="out", line=line, amount_fen=5, moved_on=date(2026, 11, 20), reference="LS1",
        recorded_by=team[0], recorded_at=timezone.now(),
    )  # fmt: skip

    go(client, team[1], "remove_cash", cash.public_id, data={"reason": "录错"})

    assert not CashMovement.objects.exists()
    assert AuditEntry.objects.filter(action="payments.remove_cash").get().reason == "录错"


def test_a_paying_account_is_entered_and_confirmed_by_two(client):
    team = officers()
    place = team[0].current_posts()[0].agency.region
    said = {
        "region": place.code, "name": "就业补助资金专户", "account": "5100000000000000002", "bank_name": "成都银行",
        "effective_from": "2099-01-01", "document": "开户许可证",
    }  # fmt: skip
    assert go(client, team[0], "payers", data={**said, "account": "12"}).status_code == 422
    go(client, team[0], "payers", data=said)
    entered = Payer.objects.get(effective_from="2099-01-01")

    go(client, team[0], "confirm_payer", entered.public_id, data={})
    entered.refresh_from_db()
    assert entered.confirmed_at is None
    go(client, team[1], "confirm_payer", entered.public_id, data={})

    entered.refresh_from_db()
    assert entered.confirmed_by == team[1]
    assert "5100000000000000002" in go(client, team[2], "payers").text


def test_at_the_counter_account_payments_and_statement_are_those_of_the_person_served(client):
    due = payable()
    clerk = UserFactory(street_clerk=True, region=due.person.residence_region)
    sitting = AssistedSession.objects.create(
        person=due.person,
        clerk=clerk,
        agency=clerk.posts.get().agency,
        purpose="申领补贴",
        consent_method="code",
        started_at=timezone.now(),
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    client.force_login(clerk)
    session = client.session
    session[SESSION_KEY] = sitting.public_id
    session.save()

    pages = [
        client.get(reverse(f"subsidies:{name}")) for name in ("my_payments", "my_statement", "my_account")
    ]
    client.post(
        reverse("subsidies:my_account"),
        {"holder": due.person.name, "bank_name": "成都银行", "number": "6217856100012345672"},
    )

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert pages[0].context["rows"][0]["payable"] == due
    assert pages[1].context["owner"] == due.person
    due.refresh_from_db()
    assert (due.account.tail, due.account.made_by) == ("5672", clerk)
