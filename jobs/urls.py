"""Addresses of the jobs app. Each topic keeps its own list; this file only gathers them."""

from django.urls import include, path

app_name = "jobs"
urlpatterns = [
    path("staff/imports/", include("jobs.imports.urls")),
    path("", include("jobs.postings.urls")),
    path("", include("jobs.applications.urls")),
    path("", include("jobs.invitations.urls")),
    path("", include("jobs.seeking.urls")),
]
