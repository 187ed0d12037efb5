from django.urls import path

from employment_portal.registers import views

app_name = "registers"
urlpatterns = [
    path("staff/registers/", views.batch_list, name="list"),
    path("staff/registers/upload/", views.upload, name="upload"),
    path("staff/registers/columns/<str:register>/", views.template, name="template"),
    path("staff/registers/<str:public_id>/", views.batch, name="batch"),
    path("staff/registers/<str:public_id>/report/", views.report, name="report"),
    path("staff/registers/<str:public_id>/undo/", views.undo, name="undo"),
    path("staff/facts/", views.fact_list, name="facts"),
]
