from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "employment_portal.workflow"
    label = "workflow"

    def ready(self) -> None:
        from employment_portal.core.key_rotation import Column, sealed_entries
        from employment_portal.workflow.actions import renew_digests
        from employment_portal.workflow.models import FourEyes

        # The number of a document or an account waits encrypted as the entry "number" of a request.
        table = FourEyes._meta.db_table
        sealed_entries.append(Column(table, "id", "payload", "number", after=renew_digests))
