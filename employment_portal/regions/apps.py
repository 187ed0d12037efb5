from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    name = "employment_portal.regions"
    label = "regions"
    verbose_name = _("Places and agencies")

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from employment_portal.regions.reference import load_regions

        return load_regions()
