from django.urls import path

from employment_portal.accounts.permissions import PUBLIC, route
from jobs.seeking.feeds import NewJobs
from jobs.seeking.views import finding, keeping

urlpatterns = [
    path("jobs/", finding.search, name="search"),
    path("jobs/suggest/", finding.suggestions, name="suggest"),
    path("jobs/recent/", finding.recent, name="recent"),
    path("jobs/feed.atom", route(PUBLIC)(NewJobs()), name="feed"),
    path("jobs/saved/", keeping.saved, name="saved"),
    path("jobs/searches/", keeping.searches, name="searches"),
    path("jobs/searches/new/", keeping.keep_search, name="keep_search"),
    path("jobs/searches/confirm/<str:token>/", keeping.confirm_search, name="confirm_search"),
    path("jobs/searches/leave/<str:token>/", keeping.leave_search, name="leave_search"),
    path("jobs/searches/<str:public_id>/", keeping.change_search, name="change_search"),
    path("jobs/<str:public_id>/", finding.posting, name="posting"),
    path("jobs/<str:public_id>/seen/", finding.seen, name="seen"),
    path("jobs/<str:public_id>/save/", keeping.save, name="save"),
    path("jobs/<str:public_id>/report/", keeping.report, name="report_advert"),
]
