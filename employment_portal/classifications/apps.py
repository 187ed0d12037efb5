from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassificationsConfig(AppConfig):
    name = "employment_portal.classifications"
    label = "classifications"
    verbose_name = _("Classifications")

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from employment_portal.classifications.reference import load_classifications

        return load_classifications()
