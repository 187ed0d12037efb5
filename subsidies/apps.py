from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "subsidies"

    def ready(self) -> None:
        from subsidies.finance import verification
        from subsidies.matching import holdings
        from subsidies.policies import facts

        facts.register_all()
        holdings.register_all()
        verification.register_all()

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from subsidies.policies.reference import load_items

        return load_items()
