"""Composition: which package answers which address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.classifications import views as classification_views
from employment_portal.home.configuration import arrange
from employment_portal.regions import views as region_views
from jobs.seeking.feeds import JobPages
from jobs.seeking.views import finding

SITEMAPS = {"jobs": JobPages}

# The configuration pages are for superusers, who sign in as everybody does and with two factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
arrange(admin.site)

urlpatterns = [
    path("health/", include("employment_portal.health.urls")),
    path("", include("employment_portal.home.urls")),
    path("", include("employment_portal.accounts.inbox.urls")),
    # These packages stand below accounts, so their views are declared public here.
    path("regions/children", route(PUBLIC)(region_views.children), name="region_children"),
    path("regions/search", route(PUBLIC)(region_views.search), name="region_search"),
    path("occupations/search", route(PUBLIC)(classification_views.occupations), name="occupation_search"),
    path("industries/search", route(PUBLIC)(classification_views.industries), name="industry_search"),
    path("", include("employment_portal.people.urls")),
    path("", include("employment_portal.organisations.urls")),
    path("", include("jobs.urls")),
    path("", include("employment_portal.registers.urls")),
    path("", include("subsidies.urls")),
    path("robots.txt", finding.robots, name="robots"),
    path("sitemap.xml", finding.sitemap_index, name="sitemap_index"),
    path(
        "sitemap-<section>.xml",
        route(PUBLIC)(sitemaps.sitemap),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("", include("employment_portal.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("employment_portal.accounts.urls")),
    path("", include("employment_portal.desk.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "employment_portal.home.errors.bad_request"
handler403 = "employment_portal.home.errors.forbidden"
handler404 = "employment_portal.home.errors.not_found"
handler500 = "employment_portal.home.errors.server_error"
