from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The workbench of staff, over what every package puts into the queue. Composition layer: owns no table."""

    name = "employment_portal.desk"
    label = "desk"
