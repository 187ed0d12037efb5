from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "employment_portal.sample"
    label = "sample"
