"""Recoveries, opening data and the finance workspace."""

from django.utils import timezone

from subsidies.opening.models import OpeningImport
from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory
from tests.factories.subsidies_payments import funded_line
from tests.factories.subsidies_recovery import Team, issued, paid, proposed, recorded


def payable(at):
    return paid(funded_line(at.region), person=at.person)


def paid_payable(at) -> dict:
    return {"public_id": payable(at).public_id}


def proposal(at) -> dict:
    return {"public_id": proposed(payable(at), team=Team(region=at.region)).public_id}


def order(at) -> dict:
    return {"public_id": issued(payable(at), team=Team(region=at.region)).public_id}


def receipt(at) -> dict:
    team = Team(region=at.region)
    return {"public_id": recorded(issued(payable(at), team=team), 100, team=team).public_id}


def opening(at) -> dict:
    batch = OpeningImport.objects.create(
        region=at.region,
        source="旧系统",
        name="期初.xlsx",
        sha256="0" * 64,
        state="checked",
        made_by=UserFactory(finance_officer=True, agency=AgencyFactory(region=at.region)),
        made_at=timezone.now(),
    )
    return {"public_id": batch.public_id}


def place(at) -> dict:
    return {"code": at.region.code}


def payee(at) -> dict:
    return {"kind": "people", "public_id": payable(at).person.public_id}


OPENING = {
    f"subsidies:{name}"
    for name in ("opening", "opening_problems", "recheck_opening", "approve_opening", "discard_opening")
}
OBJECTS = {
    "subsidies:propose_recovery": paid_payable,
    **dict.fromkeys(
        [
            "subsidies:recovery",
            "subsidies:recovery_letter",
            "subsidies:recovery_pdf",
            "subsidies:staff_recovery",
            "subsidies:staff_recovery_letter",
            "subsidies:staff_recovery_pdf",
            "subsidies:plan_recovery",
            "subsidies:refer_recovery",
            "subsidies:record_receipt",
            "subsidies:write_off_recovery",
            "subsidies:decide_write_off",
        ],
        order,
    ),
    **dict.fromkeys(["subsidies:issue_recovery", "subsidies:drop_recovery"], proposal),
    **dict.fromkeys(["subsidies:confirm_receipt", "subsidies:remove_receipt"], receipt),
    **dict.fromkeys(OPENING, opening),
    **dict.fromkeys(
        ["subsidies:close_year", "subsidies:ask_close_year", "subsidies:decide_close_year"], place
    ),
    **dict.fromkeys(["subsidies:staff_statement", "subsidies:export_statement"], payee),
}
