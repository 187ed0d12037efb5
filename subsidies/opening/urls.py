from django.urls import path

from subsidies.opening import views

urlpatterns = [
    path("staff/opening/", views.opening_list, name="openings"),
    path("staff/opening/template/", views.opening_template, name="opening_template"),
    path("staff/opening/<str:public_id>/", views.opening, name="opening"),
    path("staff/opening/<str:public_id>/problems/", views.opening_problems, name="opening_problems"),
    path("staff/opening/<str:public_id>/check/", views.opening_recheck, name="recheck_opening"),
    path("staff/opening/<str:public_id>/approve/", views.opening_approve, name="approve_opening"),
    path("staff/opening/<str:public_id>/discard/", views.opening_discard, name="discard_opening"),
]
