from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "employment_portal.ui"
    label = "ui"
