from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "employment_portal.organisations"
    label = "organisations"

    def ready(self) -> None:
        from employment_portal.organisations import facts

        facts.register_all()
