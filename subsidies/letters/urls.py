from django.urls import path

from subsidies.letters import views

urlpatterns = [
    path("subsidies/decisions/<str:public_id>/", views.own_letter, name="own_letter"),
    path("subsidies/decisions/<str:public_id>/pdf/", views.own_letter_pdf, name="own_letter_pdf"),
    path("staff/decisions/<str:public_id>/", views.staff_letter, name="staff_letter"),
    path("staff/decisions/<str:public_id>/pdf/", views.staff_letter_pdf, name="staff_letter_pdf"),
]
