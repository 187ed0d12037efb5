from django.urls import path

from employment_portal.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("preferences/", views.preferences, name="preferences"),
    path("ui/components/", views.components, name="components"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
    *[path(f"{name}/", views.text, {"name": name}, name=name) for name in views.HEADINGS],
]
