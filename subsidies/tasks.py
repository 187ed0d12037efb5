"""Celery finds the tasks of this app here; each topic keeps its own."""

from subsidies.notices.tasks import close_notices

__all__ = ["close_notices"]
