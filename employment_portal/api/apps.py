from django.apps import AppConfig


class ApiConfig(AppConfig):
    """``/api/v1/``: gathers the DRF edges of the apps, and owns what they share: tokens, limits, errors, schema."""

    name = "employment_portal.api"
    label = "api"

    def ready(self) -> None:
        from employment_portal.accounts.credentials import when_password_changes
        from employment_portal.api import actions, holdings

        when_password_changes(actions.revoke_after_password_change)
        holdings.register_all()
