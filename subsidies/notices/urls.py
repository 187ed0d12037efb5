from django.urls import path

from subsidies.notices.views import public, staff

urlpatterns = [
    path("notices/", public.notice_list, name="notices"),
    path("notices/<str:public_id>/", public.notice_page, name="notice"),
    path("notices/<str:public_id>/lines/<int:row>/object/", public.object_to, name="object_to"),
    path("staff/notices/", staff.notice_list, name="staff_notices"),
    path("staff/notices/new/", staff.notice_draft, name="draft_notice"),
    path("staff/notices/<str:public_id>/", staff.notice_detail, name="staff_notice"),
    path("staff/notices/<str:public_id>/publish/", staff.notice_publish, name="publish_notice"),
    path("staff/notices/<str:public_id>/cancel/", staff.notice_cancel, name="cancel_notice"),
    path("staff/objections/<str:public_id>/", staff.objection_page, name="objection"),
    path("staff/objections/<str:public_id>/evidence/", staff.objection_evidence, name="objection_evidence"),
]
