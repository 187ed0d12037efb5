from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "employment_portal.audit"
    label = "audit"
