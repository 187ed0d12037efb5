from django.urls import path

from subsidies.payments.views import batches, cash, own, payables, payers, returns, simulator

payable = "staff/payments/payables/<str:public_id>/"
batch = "staff/payments/batches/<str:public_id>/"
urlpatterns = [
    path("subsidies/payments/", own.my_payments, name="my_payments"),
    path("subsidies/payments/account/", own.my_account, name="my_account"),
    path("staff/payments/", payables.payable_list, name="payables"),
    path("staff/payments/export/", payables.payable_export, name="export_payables"),
    path(payable, payables.payable, name="payable"),
    path(f"{payable}reissue/", payables.payable_reissue, name="reissue_payable"),
    path(f"{payable}cancel/", payables.payable_cancel, name="cancel_payable"),
    path(f"{payable}cancel/decide/", payables.payable_decide_cancel, name="decide_cancel_payable"),
    path(f"{payable}account/", payables.payable_account, name="payable_account"),
    path("staff/payments/batches/", batches.batch_list, name="batches"),
    path("staff/payments/batches/make/", batches.batch_make, name="make_batch"),
    path(batch, batches.batch, name="batch"),
    path(f"{batch}check/", batches.batch_check, name="check_batch"),
    path(f"{batch}release/", batches.batch_release, name="release_batch"),
    path(f"{batch}cancel/", batches.batch_cancel, name="cancel_batch"),
    path(f"{batch}send/", batches.batch_send, name="send_batch"),
    path(f"{batch}hand-in/", batches.batch_hand_in, name="hand_in_batch"),
    path(f"{batch}ask/", batches.batch_ask, name="ask_bank"),
    path(f"{batch}file/", batches.batch_file, name="batch_file"),
    path("staff/payments/returns/", returns.return_list, name="return_files"),
    path("staff/payments/returns/upload/", returns.return_upload, name="upload_return_file"),
    path("staff/payments/returns/<str:public_id>/", returns.return_file, name="return_file"),
    path("staff/payments/returns/<str:public_id>/report/", returns.return_report, name="return_report"),
    path("staff/payments/cases/", returns.case_list, name="cases"),
    path("staff/payments/cases/<str:public_id>/", returns.case, name="case"),
    path("staff/payments/cases/<str:public_id>/propose/", returns.case_propose, name="propose_resolution"),
    path("staff/payments/cases/<str:public_id>/decide/", returns.case_decide, name="decide_resolution"),
    path("staff/payments/cash/", cash.cash_list, name="cash"),
    path("staff/payments/cash/<str:public_id>/confirm/", cash.cash_confirm, name="confirm_cash"),
    path("staff/payments/cash/<str:public_id>/remove/", cash.cash_remove, name="remove_cash"),
    path("staff/payments/payers/", payers.payer_list, name="payers"),
    path("staff/payments/payers/<str:public_id>/confirm/", payers.payer_confirm, name="confirm_payer"),
    path("staff/payments/payers/<str:public_id>/remove/", payers.payer_remove, name="remove_payer"),
    path("simulator/bank/", simulator.bank_simulator, name="bank_simulator"),
    path("simulator/bank/control/", simulator.bank_simulator_control, name="bank_simulator_control"),
    path("simulator/bank/answer/", simulator.bank_simulator_answer, name="bank_simulator_answer"),
]
