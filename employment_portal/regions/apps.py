from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "employment_portal.regions"
    label = "regions"

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from employment_portal.regions.reference import load_regions

        return load_regions()
