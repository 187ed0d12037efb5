from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "employment_portal.notifications"
    label = "notifications"
