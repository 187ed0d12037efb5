from django.urls import path

from subsidies.budgets import views

urlpatterns = [
    path("staff/budgets/", views.line_list, name="budget"),
    path("staff/budgets/export/", views.line_export, name="export_budget"),
    path("staff/budgets/open/", views.line_open, name="open_budget_line"),
    path("staff/budgets/import/", views.budget_import, name="import_budget"),
    path("staff/budgets/import/template/", views.import_template, name="budget_template"),
    path("staff/budgets/changes/", views.change_list, name="budget_changes"),
    path("staff/budgets/changes/approve/", views.change_decide_many, name="approve_budget_changes"),
    path("staff/budgets/changes/<str:public_id>/decide/", views.change_decide, name="decide_budget_change"),
    path(
        "staff/budgets/changes/<str:public_id>/withdraw/",
        views.change_withdraw,
        name="withdraw_budget_change",
    ),
    path("staff/budgets/<str:public_id>/", views.line, name="budget_line"),
    path("staff/budgets/<str:public_id>/change/", views.line_change, name="change_budget"),
]
