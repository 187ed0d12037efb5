from django.utils import timezone

from employment_portal.notifications.models import Notification


def message(at) -> dict:
    row = Notification.objects.create(
        user=at.user, kind="note", subject="通知", body="内容", created_at=timezone.now()
    )
    return {"public_id": row.public_id}


OBJECTS = {"notifications:message": message, "notifications:read": message, "notifications:delete": message}
