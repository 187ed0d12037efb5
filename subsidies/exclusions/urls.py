from django.urls import path

from subsidies.exclusions import views

urlpatterns = [
    path("", views.exclusions, name="exclusions"),
    path("new/", views.new_exclusion, name="new_exclusion"),
    path("<str:public_id>/", views.exclusion, name="exclusion"),
    path("<str:public_id>/edit/", views.edit_exclusion, name="edit_exclusion"),
    path("<str:public_id>/change/", views.change_exclusion, name="change_exclusion"),
    path("<str:public_id>/discard/", views.discard_exclusion, name="discard_exclusion"),
    path("<str:public_id>/submit/", views.submit_exclusion, name="submit_exclusion"),
    path("<str:public_id>/take-back/", views.take_back_exclusion, name="take_back_exclusion"),
    path("<str:public_id>/send-back/", views.send_back_exclusion, name="send_back_exclusion"),
    path("<str:public_id>/publish/", views.publish_exclusion, name="publish_exclusion"),
    path("<str:public_id>/ask-end/", views.ask_end_exclusion, name="ask_end_exclusion"),
    path("<str:public_id>/keep/", views.keep_exclusion, name="keep_exclusion"),
    path("<str:public_id>/end/", views.end_exclusion, name="end_exclusion"),
]
