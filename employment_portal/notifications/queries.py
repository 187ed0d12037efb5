from django.db.models import QuerySet

from employment_portal.notifications.models import Notification, OutboxMessage


def inbox_of(user, *, unread_only: bool = False) -> QuerySet[Notification]:
    """A user's messages, newest first."""
    messages = Notification.objects.filter(user=user)
    return messages.filter(read_at__isnull=True) if unread_only else messages


def unread_count(user) -> int:
    return Notification.objects.filter(user=user, read_at__isnull=True).count()


def simulated_outbox(*, address: str = "") -> QuerySet[OutboxMessage]:
    """What the simulators took, newest first; ``address`` narrows to one receiver."""
    messages = OutboxMessage.objects.order_by("-created_at", "-id")
    return messages.filter(address__icontains=address) if address else messages
