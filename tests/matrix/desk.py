from django_celery_results.models import TaskResult


def failed(at) -> dict:
    result = TaskResult.objects.create(
        task_id="matrix", task_name="desk.warn_and_escalate_work_items", status="FAILURE"
    )
    return {"result_id": result.pk}


OBJECTS = {"desk:failed_task": failed, "desk:retry_task": failed}
# A task belongs to the portal, not to a place.
SHARED = {"desk:failed_task", "desk:retry_task"}
