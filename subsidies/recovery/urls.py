from django.urls import path

from subsidies.recovery.views import acts, own, staff

STAFF = "staff/recoveries/<str:public_id>/"

urlpatterns = [
    path("subsidies/recoveries/<str:public_id>/", own.recovery, name="recovery"),
    path("subsidies/recoveries/<str:public_id>/letter/", own.recovery_letter, name="recovery_letter"),
    path("subsidies/recoveries/<str:public_id>/letter/pdf/", own.recovery_pdf, name="recovery_pdf"),
    path("staff/recoveries/", staff.recovery_list, name="staff_recoveries"),
    path("staff/recoveries/export/", staff.recovery_export, name="export_recoveries"),
    path("staff/recoveries/new/", staff.recovery_find, name="find_recovery"),
    path("staff/recoveries/new/<str:public_id>/", staff.recovery_propose, name="propose_recovery"),
    path("staff/recoveries/receipts/<str:public_id>/confirm/", acts.receipt_confirm, name="confirm_receipt"),
    path("staff/recoveries/receipts/<str:public_id>/remove/", acts.receipt_remove, name="remove_receipt"),
    path(STAFF, staff.staff_recovery, name="staff_recovery"),
    path(f"{STAFF}letter/", staff.staff_recovery_letter, name="staff_recovery_letter"),
    path(f"{STAFF}letter/pdf/", staff.staff_recovery_pdf, name="staff_recovery_pdf"),
    path(f"{STAFF}issue/", acts.recovery_issue, name="issue_recovery"),
    path(f"{STAFF}drop/", acts.recovery_drop, name="drop_recovery"),
    path(f"{STAFF}plan/", acts.recovery_plan, name="plan_recovery"),
    path(f"{STAFF}refer/", acts.recovery_refer, name="refer_recovery"),
    path(f"{STAFF}receipts/", acts.recovery_receipt, name="record_receipt"),
    path(f"{STAFF}write-off/", acts.recovery_write_off, name="write_off_recovery"),
    path(f"{STAFF}write-off/decide/", acts.recovery_decide_write_off, name="decide_write_off"),
]
