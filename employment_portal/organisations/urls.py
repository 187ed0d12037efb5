from django.urls import path

from employment_portal.organisations import staff_views, views

app_name = "organisations"
urlpatterns = [
    path("employers/<str:public_id>/", views.public_page, name="public"),
    path("employer/register/", views.register, name="register"),
    path("employer/join/<str:public_id>/", views.ask_to_join, name="ask_to_join"),
    path("employer/profile/", views.profile, name="profile"),
    path("employer/profile/edit/", views.edit, name="edit"),
    path("employer/verification/", views.verify, name="verify"),
    path("employer/verification/<str:public_id>/<str:which>/", views.own_paper, name="own_paper"),
    path("employer/branches/new/", views.branch_new, name="branch_new"),
    path("employer/branches/<str:public_id>/close/", views.branch_close, name="branch_close"),
    path("employer/members/", views.member_list, name="members"),
    path("employer/members/<str:public_id>/role/", views.member_role, name="member_role"),
    path("employer/members/<str:public_id>/remove/", views.member_remove, name="member_remove"),
    path("employer/invitations/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path(
        "employer/members/invitations/<str:public_id>/revoke/",
        views.invitation_revoke,
        name="invitation_revoke",
    ),
    path("staff/organisations/", staff_views.organisation_list, name="staff_list"),
    path("staff/organisations/<str:public_id>/", staff_views.organisation_detail, name="staff_detail"),
    path("staff/organisations/<str:public_id>/suspend/", staff_views.organisation_suspend, name="suspend"),
    path("staff/organisations/<str:public_id>/resume/", staff_views.organisation_resume, name="resume"),
    path(
        "staff/organisations/<str:public_id>/verifications/<str:verification_id>/decide/",
        staff_views.verification_decide,
        name="decide",
    ),
    path(
        "staff/organisations/<str:public_id>/verifications/<str:verification_id>/<str:which>/",
        staff_views.staff_paper,
        name="staff_paper",
    ),
]
