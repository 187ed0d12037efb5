from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "employment_portal.workflow"
    label = "workflow"
