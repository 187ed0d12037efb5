from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "employment_portal.people"
    label = "people"

    def ready(self) -> None:
        from employment_portal.core.key_rotation import sealed_entries
        from employment_portal.people import facts, own_holdings
        from employment_portal.people.records import corrections

        own_holdings.register_all()
        facts.register_all()
        sealed_entries.append(corrections.SEALED_NUMBER)
