from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "employment_portal.people"
    label = "people"

    def ready(self) -> None:
        from employment_portal.people import facts, own_holdings

        own_holdings.register_all()
        facts.register_all()
