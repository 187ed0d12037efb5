from django.urls import path

from subsidies.claims.views import bulk, case, claiming, following, queue, rosters

CLAIM = "subsidies/claims/<str:public_id>/"
STAFF = "staff/claims/<str:public_id>/"

urlpatterns = [
    path("subsidies/claims/", claiming.my_claims, name="my_claims"),
    path("subsidies/claims/new/<str:public_id>/", claiming.start, name="start_claim"),
    path(CLAIM, following.claim, name="claim"),
    path(f"{CLAIM}tasks/", claiming.tasks, name="claim_tasks"),
    path(f"{CLAIM}data/", claiming.data, name="claim_data"),
    path(f"{CLAIM}period/", claiming.period, name="claim_period"),
    path(f"{CLAIM}papers/", claiming.papers, name="claim_papers"),
    path(f"{CLAIM}papers/<str:paper_id>/", following.paper, name="claim_paper"),
    path(f"{CLAIM}papers/<str:paper_id>/remove/", claiming.remove_paper, name="remove_claim_paper"),
    path(f"{CLAIM}roster/", rosters.roster, name="claim_roster"),
    path(f"{CLAIM}roster/template/", rosters.template, name="roster_template"),
    path(f"{CLAIM}roster/find/", rosters.find, name="find_employees"),
    path(f"{CLAIM}roster/remove/", rosters.remove, name="remove_roster_rows"),
    path(f"{CLAIM}roster/<str:roster_id>/", rosters.result, name="roster_result"),
    path(f"{CLAIM}roster/<str:roster_id>/errors/", rosters.errors, name="roster_errors"),
    path(f"{CLAIM}commitment/", claiming.commitment, name="claim_commitment"),
    path(f"{CLAIM}account/", claiming.account, name="claim_account"),
    path(f"{CLAIM}check/", claiming.check, name="claim_check"),
    path(f"{CLAIM}sent/", claiming.sent, name="claim_sent"),
    path(f"{CLAIM}discard/", claiming.discard, name="discard_claim"),
    path(f"{CLAIM}withdraw/", following.withdraw, name="withdraw_claim"),
    path(f"{CLAIM}appeal/", following.appeal, name="appeal_claim"),
    path(f"{CLAIM}print/", following.print_claim, name="print_claim"),
    path("staff/claims/", queue.queue, name="staff_claims"),
    path("staff/claims/bulk/", bulk.ask, name="bulk_claims"),
    path("staff/claims/bulk/<str:public_id>/", bulk.bulk, name="bulk_pass"),
    path("staff/claims/bulk/<str:public_id>/pass/", bulk.start, name="start_bulk_pass"),
    path("staff/claims/export/", queue.export, name="export_claims"),
    path("staff/claims/conflicts/", case.conflicts, name="staff_conflicts"),
    path("staff/claims/conflicts/<int:conflict_id>/end/", case.end_conflict, name="end_conflict"),
    path("staff/claims/appeals/<str:public_id>/", case.appeal, name="staff_appeal"),
    path(STAFF, case.claim, name="staff_claim"),
    path(f"{STAFF}decide/", case.decide, name="decide_claim"),
    path(f"{STAFF}recalculate/", case.recalculate, name="recalculate_claim"),
    path(f"{STAFF}reveal/", case.reveal, name="reveal_claimant"),
    path(f"{STAFF}papers/<str:paper_id>/", case.paper, name="staff_claim_paper"),
]
