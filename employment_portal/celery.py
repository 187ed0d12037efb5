"""The Celery application. Tasks are found in each app's ``tasks`` module; the schedule is in settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "employment_portal.settings")
app = Celery("employment_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
