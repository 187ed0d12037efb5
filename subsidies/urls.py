"""Addresses of the subsidies app. Each topic keeps its own list; this file only gathers them."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "subsidies"
urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/policies/exclusions/", include("subsidies.exclusions.urls")),  # before a policy of that name
    path("", include("subsidies.policies.urls")),
    path("", include("subsidies.payments.urls")),
    path("", include("subsidies.budgets.urls")),
    path("", include("subsidies.claims.urls")),
    path("", include("subsidies.letters.urls")),
    path("", include("subsidies.matching.urls")),
    path("", include("subsidies.notices.urls")),
    path("", include("subsidies.finance.urls")),
    path("", include("subsidies.opening.urls")),
    path("", include("subsidies.recovery.urls")),
]
