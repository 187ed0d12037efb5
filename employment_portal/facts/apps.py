from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "employment_portal.facts"
    label = "facts"

    def ready(self) -> None:
        from employment_portal.facts import checks  # noqa: F401
