from django.utils import timezone

from subsidies.budgets.models import BudgetChange
from subsidies.payments.cash_models import CashMovement
from subsidies.payments.models import ExceptionCase, ReturnFile
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_payments import budget_line, built, funded_line, officers, payer, released
from tests.factories.subsidies_payments import payable as due


def payable(at) -> dict:
    return {"public_id": due(funded_line(at.region)).public_id}


def batch(at) -> dict:
    due(funded_line(at.region))
    return {"public_id": built(officers(at.region), region=at.region).public_id}


def batch_with_file(at) -> dict:
    due(funded_line(at.region))
    return {"public_id": released(officers(at.region), region=at.region).public_id}


def return_file(at) -> dict:
    due(funded_line(at.region))
    paid = released(officers(at.region), region=at.region)
    file = ReturnFile.objects.create(
        name="hp.txt", content=b"H|", sha256="0" * 64, batch=paid, received_at=timezone.now()
    )
    return {"public_id": file.public_id}


def case(at) -> dict:
    found = ExceptionCase.objects.create(kind="unreadable", region=at.region, opened_at=timezone.now())
    return {"public_id": found.public_id}


def cash(at) -> dict:
    found = CashMovement.objects.create(
        direction="in",
        line=budget_line(at.region),
        amount_fen=100,
        moved_on=timezone.localdate(),
        reference="LS1",
        recorded_by=UserFactory(),
        recorded_at=timezone.now(),
    )
    return {"public_id": found.public_id}


def paying_account(at) -> dict:
    return {"public_id": payer(at.region, confirmed_by=None, confirmed_at=None).public_id}


def line(at) -> dict:
    return {"public_id": budget_line(at.region).public_id}


def change(at) -> dict:
    found = BudgetChange.objects.create(
        kind="allot",
        line=budget_line(at.region),
        amount_fen=100,
        document="成财社〔2026〕1号",
        reason="年初预算",
        requested_by=UserFactory(),
        requested_at=timezone.now(),
    )
    return {"public_id": found.public_id}


OBJECTS = {
    **dict.fromkeys(
        [
            "subsidies:payable",
            "subsidies:reissue_payable",
            "subsidies:cancel_payable",
            "subsidies:decide_cancel_payable",
            "subsidies:payable_account",
            "subsidies:decide_payable_account",
        ],
        payable,
    ),
    **dict.fromkeys(
        [
            "subsidies:batch",
            "subsidies:check_batch",
            "subsidies:release_batch",
            "subsidies:cancel_batch",
            "subsidies:hand_in_batch",
            "subsidies:send_batch",
        ],
        batch,
    ),
    **dict.fromkeys(["subsidies:batch_file", "subsidies:ask_bank"], batch_with_file),
    **dict.fromkeys(["subsidies:return_file", "subsidies:return_report"], return_file),
    **dict.fromkeys(["subsidies:case", "subsidies:propose_resolution", "subsidies:decide_resolution"], case),
    **dict.fromkeys(["subsidies:confirm_cash", "subsidies:remove_cash"], cash),
    **dict.fromkeys(["subsidies:confirm_payer", "subsidies:remove_payer"], paying_account),
    **dict.fromkeys(["subsidies:budget_line", "subsidies:change_budget"], line),
    **dict.fromkeys(["subsidies:decide_budget_change", "subsidies:withdraw_budget_change"], change),
}
