from django.urls import path

from employment_portal.accounts import views
from employment_portal.accounts.posts import views as posts

app_name = "accounts"
urlpatterns = [
    path("me/account/", views.preferences, name="preferences"),
    path("me/start/", views.continue_, name="continue"),
    path("simulator/totp/", views.simulator_totp, name="simulator_totp"),
    path("invitation/<str:token>/", posts.accept_invitation, name="accept_invitation"),
    path("staff/posts/", posts.posts, name="posts"),
    path("staff/posts/invite/", posts.invite, name="invite"),
    path("staff/posts/invitations/", posts.invitation_list, name="invitations"),
    path("staff/posts/invitations/<str:public_id>/resend/", posts.resend, name="resend_invitation"),
    path("staff/posts/invitations/<str:public_id>/revoke/", posts.revoke, name="revoke_invitation"),
    path("staff/posts/invitations/<str:public_id>/decide/", posts.decide, name="decide_invitation"),
    path("staff/posts/lockouts/", posts.lockouts, name="lockouts"),
    path("staff/posts/lockouts/<int:lockout_id>/lift/", posts.lift, name="lift_lockout"),
    path("staff/posts/<str:public_id>/", posts.post, name="post"),
    path("staff/posts/<str:public_id>/reset-factor/", posts.reset_second_factor, name="reset_second_factor"),
]
