from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "employment_portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator

        from employment_portal.core.key_rotation import Column, sealed_entries

        # What MfaAdapter encrypts: the secret of an authenticator app, the seed of the recovery codes.
        table = Authenticator._meta.db_table
        sealed_entries.extend(Column(table, "id", "data", entry) for entry in ("secret", "seed"))
