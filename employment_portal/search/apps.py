from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "employment_portal.search"
    label = "search"
