"""Addresses of the subsidies app. Each topic keeps its own list; this file only gathers them."""

from django.urls import URLPattern, URLResolver

app_name = "subsidies"
urlpatterns: list[URLPattern | URLResolver] = []
