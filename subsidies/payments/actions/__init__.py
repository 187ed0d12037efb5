"""Every write of payments, by what it is about."""

from subsidies.payments.actions.accounts import set_account
from subsidies.payments.actions.applying import apply_return_file
from subsidies.payments.actions.building import build_batch, cancel_batch
from subsidies.payments.actions.cases import decide_resolution, propose_resolution
from subsidies.payments.actions.cash import confirm_cash, record_cash, remove_cash
from subsidies.payments.actions.entering import decide_account, request_account
from subsidies.payments.actions.payables import decide_cancel, reissue, request_cancel
from subsidies.payments.actions.payers import confirm_payer, enter_payer, remove_payer
from subsidies.payments.actions.receiving import (
    keep_return_file,
    process_return_file,
    read_return_file,
    receive_return_file,
)
from subsidies.payments.actions.releasing import check_batch, release_batch
from subsidies.payments.actions.sending import ask_bank, give_up_silent_sends, hand_in_batch, send_batch
from subsidies.payments.queries import current_account

__all__ = [
    "apply_return_file",
    "ask_bank",
    "build_batch",
    "cancel_batch",
    "check_batch",
    "confirm_cash",
    "confirm_payer",
    "current_account",
    "decide_account",
    "decide_cancel",
    "decide_resolution",
    "enter_payer",
    "give_up_silent_sends",
    "hand_in_batch",
    "keep_return_file",
    "process_return_file",
    "read_return_file",
    "record_cash",
    "remove_cash",
    "remove_payer",
    "propose_resolution",
    "receive_return_file",
    "reissue",
    "release_batch",
    "request_account",
    "request_cancel",
    "send_batch",
    "set_account",
]
