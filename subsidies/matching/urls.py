from django.urls import path

from subsidies.matching.views import bundles, check, offers, rosters, staff

offer = "subsidies/for-me/<str:public_id>/"
urlpatterns = [
    path("subsidies/for-me/", offers.for_me, name="for_me"),
    path("subsidies/for-me/finding/", offers.finding, name="finding"),
    path("subsidies/bundle/", bundles.together, name="together"),
    path("subsidies/bundle/fill/", bundles.fill_together, name="fill_together"),
    path("subsidies/bundle/<str:public_id>/", bundles.bundle, name="bundle"),
    path("subsidies/check/", check.self_check, name="self_check"),
    path("subsidies/check/<slug:audience>/", check.self_check_for, name="self_check_for"),
    path("subsidies/for-us/<str:public_id>/", rosters.roster, name="offered_roster"),
    path("subsidies/for-us/<str:public_id>/decline/", rosters.decline_rows, name="decline_rows"),
    path(offer, offers.offer, name="offer"),
    path(f"{offer}decline/", offers.decline, name="decline_offer"),
    path(f"{offer}undo/", offers.undo_decline, name="undo_decline"),
    path("staff/matching/", staff.searches, name="searches"),
    path("staff/matching/<str:public_id>/", staff.search, name="search"),
    path("staff/matching/<str:public_id>/start/", staff.start_search, name="start_search"),
]
