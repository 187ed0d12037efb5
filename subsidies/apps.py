from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "subsidies"

    def ready(self) -> None:
        from jobs.seeking.queries import unlocking
        from subsidies.claims import holdings as claims
        from subsidies.finance import verification
        from subsidies.matching import holdings as offers
        from subsidies.payments import holdings as payments
        from subsidies.policies import facts
        from subsidies.policies.hires import unlocked_by

        facts.register_all()
        for holdings in (claims, offers, payments):
            holdings.register_all()
        verification.register_all()
        unlocking.append(unlocked_by)

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from subsidies.policies.reference import load_items

        return load_items()
