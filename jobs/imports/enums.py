from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting for the columns")
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Stopped by an error")
    UNDONE = "undone", _("Undone")


UNFINISHED = [BatchState.QUEUED, BatchState.RUNNING]


class RowOutcome(models.TextChoices):
    CREATED = "created", _("New")
    UPDATED = "updated", _("Changed")
    UNCHANGED = "unchanged", _("Not changed")
    HELD = "held", _("Held for review")
    DUPLICATE = "duplicate", _("Twice in the file")
    REJECTED = "rejected", _("Not imported")
