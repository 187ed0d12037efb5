from django.urls import path

from employment_portal.people.consent import counter_views as counter
from employment_portal.people.consent import export_views as exporting
from employment_portal.people.consent import views as data
from employment_portal.people.groups import views as groups
from employment_portal.people.records import employer_views as employers
from employment_portal.people.records import request_views as requests
from employment_portal.people.records import staff_views as staff
from employment_portal.people.records import views as records
from employment_portal.people.resumes import views as resumes

app_name = "people"
urlpatterns = [
    path("me/record/", records.record, name="record"),
    path("me/record/new/", records.record_new, name="record_new"),
    path("me/record/edit/", records.record_edit, name="record_edit"),
    path("me/record/check/", records.record_check, name="record_check"),
    path("me/restricted/", records.restricted, name="restricted"),
    path("resume/", resumes.resume, name="resume"),
    path("resume/preview/", resumes.preview, name="resume_preview"),
    path("resume/pdf/", resumes.pdf, name="resume_pdf"),
    path("resume/visibility/", resumes.visibility, name="resume_visibility"),
    path("resume/visibility/<str:public_id>/block/", resumes.block, name="resume_block"),
    path("resume/visibility/<str:public_id>/unblock/", resumes.unblock, name="resume_unblock"),
    path("resume/about/edit/", resumes.single, {"part": "about"}, name="resume_about"),
    path("resume/expectation/edit/", resumes.single, {"part": "expectation"}, name="resume_expectation"),
    path("resume/<str:part>/", resumes.part, name="resume_part"),
    path("resume/<str:part>/new/", resumes.row_new, name="resume_row_new"),
    path("resume/<str:part>/<str:public_id>/", resumes.row_edit, name="resume_row"),
    path("resume/<str:part>/<str:public_id>/delete/", resumes.row_delete, name="resume_row_delete"),
    path("me/groups/", groups.own_groups, name="groups"),
    path("me/groups/apply/", groups.own_apply, name="group_apply"),
    path("me/groups/<str:public_id>/withdraw/", groups.own_withdraw, name="group_withdraw"),
    path("me/groups/<str:public_id>/evidence/", groups.own_evidence, name="group_evidence"),
    path("me/data/", data.data, name="data_requests"),
    path("me/data/export/", exporting.ask, name="data_export"),
    path("me/data/export/<str:public_id>/", exporting.progress, name="data_export_progress"),
    path("me/data/export/<str:public_id>/download/", exporting.download, name="data_download"),
    path("me/data/consents/<str:purpose>/", data.consent, name="data_consent"),
    path("me/data/correction/", data.correction_new, name="correction_new"),
    path("me/data/restriction/", data.restriction_new, name="restriction_new"),
    path("me/data/restriction/lift/", data.lift_new, name="lift_new"),
    path("me/data/deletion/", data.deletion_new, name="deletion_new"),
    path("employer/staff/", employers.staff_list, name="employer_staff"),
    path("employer/staff/hire/", employers.hire, name="employer_hire"),
    path("employer/staff/<str:public_id>/end/", employers.separation, name="employer_separation"),
    path("staff/people/", staff.staff_people, name="staff_people"),
    path("staff/people/new/", staff.staff_new, name="staff_new"),
    path("staff/people/requests/<str:public_id>/", requests.staff_request, name="staff_request"),
    path(
        "staff/people/requests/<str:public_id>/decide/",
        requests.staff_request_decide,
        name="staff_request_decide",
    ),
    path("staff/people/merges/<str:public_id>/undo/", requests.staff_unmerge, name="staff_unmerge"),
    path("staff/people/<str:public_id>/correct/", requests.staff_correct, name="staff_correct"),
    path("staff/people/<str:public_id>/merge/", requests.staff_merge, name="staff_merge"),
    path("staff/people/<str:public_id>/unrestrict/", data.staff_unrestrict, name="staff_unrestrict"),
    path("staff/people/<str:public_id>/sitting/", counter.sitting_new, name="sitting_new"),
    path("staff/people/<str:public_id>/sitting/code/", counter.sitting_code, name="sitting_code"),
    path("staff/sitting/end/", counter.sitting_end, name="sitting_end"),
    path("staff/data-requests/<str:public_id>/", data.staff_data_request, name="staff_data_request"),
    path("staff/data-requests/<str:public_id>/answer/", data.staff_data_answer, name="staff_data_answer"),
    path(
        "staff/data-requests/<str:public_id>/evidence/", data.staff_data_evidence, name="staff_data_evidence"
    ),
    path("staff/people/<str:public_id>/", staff.staff_person, name="staff_person"),
    path("staff/people/<str:public_id>/number/", staff.staff_reveal, name="staff_reveal"),
    path("staff/people/<str:public_id>/confirm/", staff.staff_confirm, name="staff_confirm"),
    path("staff/people/<str:public_id>/edit/", staff.staff_edit, name="staff_edit"),
    path("staff/people/<str:public_id>/sign-in/", staff.staff_sign_in, name="staff_sign_in"),
    path("staff/people/<str:public_id>/unemployment/", staff.staff_unemployment, name="staff_unemployment"),
    path("staff/people/<str:public_id>/status/", staff.staff_status, name="staff_status"),
    path(
        "staff/people/<str:public_id>/spells/<str:spell_id>/end/",
        staff.staff_spell_end,
        name="staff_spell_end",
    ),
    path(
        "staff/people/<str:public_id>/spells/<str:spell_id>/void/",
        staff.staff_spell_void,
        name="staff_spell_void",
    ),
    path("staff/people/<str:public_id>/groups/new/", groups.staff_apply, name="staff_group_apply"),
    path("staff/groups/<str:public_id>/", groups.staff_group, name="staff_group"),
    path("staff/groups/<str:public_id>/decide/", groups.staff_decide, name="staff_group_decide"),
    path("staff/groups/<str:public_id>/end/", groups.staff_end, name="staff_group_end"),
    path("staff/groups/<str:public_id>/evidence/", groups.staff_evidence, name="staff_group_evidence"),
]
