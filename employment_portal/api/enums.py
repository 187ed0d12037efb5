from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token may do. ``apply`` holds ``read``."""

    READ = "read", _("Read my applications")
    APPLY = "apply", _("Read my applications, apply, withdraw and answer offers")
