from django.urls import path

from jobs.invitations.views import answering, finding

urlpatterns = [
    path("employer/people/", finding.people, name="find_people"),
    path("employer/people/<str:public_id>/", finding.found_resume, name="found_resume"),
    path("employer/people/<str:public_id>/invite/", finding.invite_person, name="invite_person"),
    path("employer/invitations/", finding.invitations_made, name="invitations_made"),
    path(
        "employer/invitations/<str:public_id>/contact/", finding.invitation_contact, name="invitation_contact"
    ),
    path("invitations/", answering.invitations, name="invitations"),
    path("invitations/<str:public_id>/", answering.invitation, name="invitation"),
    path("invitations/<str:public_id>/accept/", answering.accept, name="accept_invitation"),
    path("invitations/<str:public_id>/decline/", answering.decline, name="decline_invitation"),
    path("invitations/<str:public_id>/block/", answering.block, name="block_inviter"),
]
