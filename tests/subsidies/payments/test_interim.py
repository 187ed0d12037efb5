"""What a bank says before it knows the outcome, and money that comes back without naming a batch."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from subsidies.payments import actions
from subsidies.payments.actions.cases import resolutions
from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats import iso20022
from subsidies.payments.models import ExceptionCase
from subsidies.payments.telling import tell_claimants
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_payments import answers, funded_line, officers, payable, released, resolve

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def receive(file, *, by=None, change=lambda content: content):
    content = change(iso20022.render_answer(file, DAY))
    return actions.receive_return_file(name="hp.xml", content=content, by=by, now=timezone.now())[0]


def sent(**values):
    team, due = officers(), payable()
    return team, due, released(team, format="pain001", **values)


@pytest.mark.parametrize("status", sorted(iso20022.INTERIM))
def test_an_interim_status_leaves_the_money_with_the_bank(status):
    _team, due, batch = sent()
    interim = answers(batch, LineOutcome.INTERIM, format=ReturnFormat.PAIN002)

    file = receive(interim, change=lambda content: content.replace(b"PDNG", status.encode()))

    due.refresh_from_db()
    attempt = batch.attempts.get()
    assert file.report["verdicts"] == {"interim": 1}
    assert [due.state, attempt.state] == ["in_transit", "exported"]
    assert attempt.reason.startswith(status)
    assert not ExceptionCase.objects.exists()
    assert tell_claimants(file_id=file.pk) == 0

    receive(answers(batch, format=ReturnFormat.PAIN002))

    due.refresh_from_db()
    assert [due.state, batch.attempts.get().reason] == ["paid", ""]


def test_an_interim_status_that_comes_late_is_old_news():
    _team, due, batch = sent()
    receive(answers(batch, format=ReturnFormat.PAIN002))

    late = receive(answers(batch, LineOutcome.INTERIM, format=ReturnFormat.PAIN002))

    due.refresh_from_db()
    assert [late.report["verdicts"], due.state] == [{"duplicate": 1}, "paid"]


def test_an_interim_status_may_leave_the_amounts_out_or_speak_of_the_whole_file():
    _team, _due, batch = sent()
    asked = answers(batch, LineOutcome.INTERIM, format=ReturnFormat.PAIN002)
    bare = replace(asked, lines=[replace(asked.lines[0], amount_fen=None)])

    assert receive(bare).report["verdicts"] == {"interim": 1}

    whole = replace(
        answers(batch, LineOutcome.INTERIM, format=ReturnFormat.PAIN002),
        lines=[],
        whole=asked.lines[0],
    )
    file = receive(whole, change=lambda content: content.replace(b"RJCT", b"ACCP"))
    assert file.report["verdicts"] == {"interim": 1}
    assert batch.attempts.get().reason.startswith("ACCP")


def test_money_that_came_back_for_nobody_waits_in_suspense_also_without_a_batch(client):
    place = RegionFactory(code="510104")
    line, officer = funded_line(place), officers(place)[0]
    batch = _returned_of(line)
    nobodys = replace(batch, batch="", lines=[replace(batch.lines[0], reference="X1")])

    receive(nobodys, by=officer)

    case = ExceptionCase.objects.get()
    assert [case.kind, case.region] == ["unknown_reference", place]
    assert balances(SUBSIDIES, [line.pk])[line.pk, AccountKind.SUSPENSE] == batch.lines[0].amount_fen
    assert {"belongs_to", "to_treasury", "send_back"} <= set(resolutions(case))
    client.force_login(officer)
    page = client.get(reverse("subsidies:case", args=[case.public_id])).text
    assert f"{line.year} {place.name} {line.item.name}" in page

    resolve(case, "send_back", officers(place))

    assert not balances(SUBSIDIES, [line.pk]).get((line.pk, AccountKind.SUSPENSE))
    assert list(findings()) == []


def test_money_for_nobody_waits_on_the_line_of_what_came_back_with_it():
    funded_line(RegionFactory(code="5101"))
    line = funded_line(RegionFactory(code="510104"))
    known = _returned_of(line)
    both = replace(known, batch="", lines=[known.lines[0], replace(known.lines[0], number=2, reference="X1")])

    receive(both)

    assert balances(SUBSIDIES, [line.pk])[line.pk, AccountKind.SUSPENSE] == known.lines[0].amount_fen


def _returned_of(line):
    payable(line)
    batch = released(officers(), format="pain001")
    return answers(batch, LineOutcome.RETURNED, format=ReturnFormat.PACS004)
