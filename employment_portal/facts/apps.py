from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "employment_portal.facts"
    label = "facts"
