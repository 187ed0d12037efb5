from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "employment_portal.people"
    label = "people"

    def ready(self) -> None:
        from employment_portal.people.own_holdings import register_all

        register_all()
