from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "employment_portal.registers"
    label = "registers"

    def ready(self) -> None:
        from employment_portal.registers import facts, holdings

        facts.register_all()
        holdings.register_all()
