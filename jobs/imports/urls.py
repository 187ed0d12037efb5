from django.urls import path

from jobs.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.batch_list, name="list"),
    path("upload/", views.upload, name="upload"),
    path("template/", views.template, name="template"),
    path("<str:public_id>/", views.batch, name="batch"),
    path("<str:public_id>/columns/", views.columns, name="columns"),
    path("<str:public_id>/discard/", views.discard, name="discard"),
    path("<str:public_id>/report/", views.report, name="report"),
    path("<str:public_id>/continue/", views.resume, name="continue"),
    path("<str:public_id>/undo/", views.undo, name="undo"),
]
