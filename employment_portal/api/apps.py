from django.apps import AppConfig


class ApiConfig(AppConfig):
    """``/api/v1/``: gathers the DRF edges of the apps, and owns what they share: tokens, limits, errors, schema."""

    name = "employment_portal.api"
    label = "api"
