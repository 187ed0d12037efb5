"""What people and banks hand in by mistake or on purpose, at full size; smaller cases stand with each topic."""

import io
import threading
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.ledger.models import Transfer
from subsidies.claims import actions as claims
from subsidies.claims.roster_files import RosterNotReadable, read_roster
from subsidies.claims.roster_models import RosterState, RowOutcome
from subsidies.payments import actions as payments
from subsidies.payments.actions.receiving import FileTooLarge
from subsidies.payments.enums import LineOutcome
from subsidies.payments.exports import payables
from subsidies.payments.formats import delimited
from subsidies.payments.formats.records import MAX_BYTES
from subsidies.payments.models import Payable, ReturnFile, ReturnLine
from tests.factories.organisations import MemberFactory
from tests.factories.people import PersonFactory, SpellFactory, resident_id
from tests.factories.subsidies_claims import claimant, policy_version
from tests.factories.subsidies_payments import answers, officers, payable, released

HEAD = "姓名,身份证号\n"
DAY = date(2026, 11, 24)
ROWS, GOOD, BIRTHDAYS, SERIALS = 20_000, 20, 40, 400


def numbers():
    """16,000 well-formed numbers that nobody has."""
    for birthday in range(BIRTHDAYS):
        for serial in range(SERIALS):
            yield resident_id(date(1980, 1, 1) + timedelta(days=birthday), serial=serial, county="510131")


@pytest.mark.slow
@pytest.mark.django_db
def test_a_roster_of_20000_rows_answers_each_of_them():
    member = MemberFactory()
    version = policy_version(subject="employment", region_basis="work", guards=[("person", False)])
    claim = claims.start_claim(
        version_id=version.pk, organisation_id=member.organisation_id, by=member.user, now=timezone.now()
    )
    good = [claimant(user=None) for _number in range(GOOD)]
    for person in good:
        person.work_region = member.organisation.region
        person.save()
        SpellFactory(
            person=person, status="employed", employer=member.organisation, region=member.organisation.region
        )
    known = [f"{person.name},{person.id_number}" for person in good]
    nobody = [f"陌生人,{number}" for number in numbers()]
    broken = ROWS - len(nobody) - 2 * GOOD
    wrong = [f"错号,51010819900101{number:04d}" for number in range(broken)]
    text = HEAD + "\n".join([*known, *nobody, *wrong, *known])

    roster = claims.keep_roster(
        claim_id=claim.pk,
        name="两万人.csv",
        file=read_roster(SimpleUploadedFile("两万人.csv", text.encode("gb18030"))),
        by=member.user,
        now=timezone.now(),
    )
    roster = claims.check_roster(roster_id=roster.pk, now=timezone.now())

    told = list(roster.rows.values_list("outcome", flat=True))
    assert (roster.state, roster.done, len(told)) == (RosterState.DONE, ROWS, ROWS)
    assert told.count(RowOutcome.QUALIFIES) == GOOD
    assert told.count(RowOutcome.UNKNOWN) >= len(nobody)
    assert RowOutcome.PENDING not in told
    claim.refresh_from_db()
    assert claim.amount_fen == GOOD * 150_000


def test_a_roster_with_one_row_too_many_is_refused_whole():
    text = HEAD + "陈芳,510108199503121236\n" * (ROWS + 1)

    with pytest.raises(RosterNotReadable):
        read_roster(SimpleUploadedFile("a.csv", text.encode()))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","a")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1"])
def test_a_name_never_becomes_a_formula_in_the_list_of_payments(name):
    payable(person=PersonFactory(name=name))

    book = openpyxl.load_workbook(io.BytesIO(payables(Payable.objects.all())))

    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "-", "@", "\t")) for cell in cells if cell.value)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5hkscs"])
def test_a_bank_file_in_another_encoding_settles_nothing(encoding):
    team, due = officers(), payable(person=PersonFactory(name="陈芳芳"))
    batch = released(team)
    text = delimited.render_answer(answers(batch, LineOutcome.FAILED), DAY).decode("gb18030")

    file, _new = payments.receive_return_file(
        name="hp.txt", content=text.encode(encoding, "replace"), by=team[0], now=timezone.now()
    )

    due.refresh_from_db()
    assert due.state == "in_transit"
    assert file.state == "quarantined" or file.cases.exists() or ReturnLine.objects.get().state == "exception"


@pytest.mark.django_db
def test_a_bank_file_beyond_the_limit_is_refused_before_it_is_kept():
    with pytest.raises(FileTooLarge):
        payments.receive_return_file(
            name="a", content=b"x" * (MAX_BYTES + 1), by=officers()[0], now=timezone.now()
        )

    assert not ReturnFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_browsers_at_once_takes_effect_once():
    team, due = officers(), payable()
    batch = released(team)
    content = delimited.render_answer(answers(batch), DAY)
    browsers = [Client() for _person in team[:2]]
    for browser, person in zip(browsers, team, strict=False):
        browser.force_login(person)
    barrier, places = threading.Barrier(2), []

    def upload(browser):
        barrier.wait()
        try:
            sent = browser.post(
                reverse("subsidies:upload_return_file"), {"file": SimpleUploadedFile("hp.txt", content)}
            )
            places.append((sent.status_code, sent.headers.get("Location")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upload, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    due.refresh_from_db()
    assert due.state == "paid"
    assert [status for status, _place in places] == [302, 302]
    assert len({place for _status, place in places}) == 1
    assert ReturnFile.objects.count() == 1
    assert Transfer.objects.filter(kind="settle").count() == 1
