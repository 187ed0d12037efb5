from django.urls import path

from employment_portal.api import lookups, views
from jobs.applications import api as applications
from jobs.seeking import api as postings

app_name = "api"

mine = "api/v1/me/applications/<str:public_id>/"
VERSION_1 = [
    path("api/v1/postings/", postings.Postings.as_view(), name="postings"),
    path("api/v1/postings/<str:public_id>/", postings.OnePosting.as_view(), name="posting"),
    path("api/v1/me/applications/", applications.MyApplications.as_view(), name="my_applications"),
    path(mine, applications.MyApplication.as_view(), name="my_application"),
    path(f"{mine}withdraw/", applications.Withdraw.as_view(), name="withdraw"),
    path(f"{mine}interview/answer/", applications.AnswerInterview.as_view(), name="answer_interview"),
    path(f"{mine}offer/accept/", applications.AcceptOffer.as_view(), name="accept_offer"),
    path(f"{mine}offer/decline/", applications.DeclineOffer.as_view(), name="decline_offer"),
    path("api/v1/regions/", lookups.Regions.as_view(), name="regions"),
    path("api/v1/occupations/", lookups.Occupations.as_view(), name="occupations"),
]
urlpatterns = [
    *VERSION_1,
    path("api/v1/schema/", views.schema, name="schema"),
    path("api/", views.documentation, name="documentation"),
    path("me/account/api-tokens/", views.tokens, name="tokens"),
    path("me/account/api-tokens/<str:public_id>/revoke/", views.revoke, name="revoke_token"),
]
