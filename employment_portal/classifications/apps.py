from django.apps import AppConfig


class ClassificationsConfig(AppConfig):
    name = "employment_portal.classifications"
    label = "classifications"

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from employment_portal.classifications.reference import load_classifications

        return load_classifications()
