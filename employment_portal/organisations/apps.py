from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "employment_portal.organisations"
    label = "organisations"
