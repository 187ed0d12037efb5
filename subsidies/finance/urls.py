from django.urls import path, re_path

from subsidies.finance.views import closing, figures, statements

PAYEE = r"^staff/finance/(?P<kind>people|organisations)/(?P<public_id>[a-z0-9]+)/"

urlpatterns = [
    path("subsidies/statement/", statements.my_statement, name="my_statement"),
    path("subsidies/statement/export/", statements.my_statement_export, name="export_my_statement"),
    path("staff/finance/", figures.workspace, name="finance"),
    path("staff/finance/export/", figures.workspace_export, name="export_finance"),
    path("staff/finance/transfers/", figures.transfer_list, name="finance_transfers"),
    path("staff/finance/transfers/export/", figures.transfer_export, name="export_transfers"),
    path("staff/finance/years/<str:code>/", closing.closing, name="close_year"),
    path("staff/finance/years/<str:code>/ask/", closing.closing_ask, name="ask_close_year"),
    path("staff/finance/years/<str:code>/decide/", closing.closing_decide, name="decide_close_year"),
    re_path(f"{PAYEE}$", statements.staff_statement, name="staff_statement"),
    re_path(f"{PAYEE}export/$", statements.staff_statement_export, name="export_statement"),
]
