from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "employment_portal.core"
    label = "core"
    verbose_name = _("Calendar of working days")

    def ready(self) -> None:
        # The package itself must not import Celery: the launcher lives in it and runs before anything is installed.
        from employment_portal import celery  # noqa: F401
        from employment_portal.core import checks  # noqa: F401

    def load_reference(self) -> int:
        """Called by ``manage.py load_reference``."""
        from employment_portal.core.calendar import load_calendar

        return sum(load_calendar().values())
