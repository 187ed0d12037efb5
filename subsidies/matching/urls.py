from django.urls import path

from subsidies.matching.views import offers

offer = "subsidies/for-me/<str:public_id>/"
urlpatterns = [
    path("subsidies/for-me/", offers.for_me, name="for_me"),
    path("subsidies/for-me/finding/", offers.finding, name="finding"),
    path(offer, offers.offer, name="offer"),
    path(f"{offer}decline/", offers.decline, name="decline_offer"),
    path(f"{offer}undo/", offers.undo_decline, name="undo_decline"),
]
