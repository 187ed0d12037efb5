from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "employment_portal.registers"
    label = "registers"
