from django.urls import path

from employment_portal.accounts.inbox import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read-all/", views.read_all, name="read_all"),
    path("inbox/preferences/", views.preferences, name="preferences"),
    path("inbox/<str:public_id>/", views.message, name="message"),
    path("inbox/<str:public_id>/read/", views.read, name="read"),
    path("inbox/<str:public_id>/delete/", views.delete, name="delete"),
    path("simulator/outbox/", views.simulator_outbox, name="simulator_outbox"),
]
