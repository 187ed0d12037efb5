from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "employment_portal.health"
    label = "health"
