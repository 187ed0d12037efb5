from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "employment_portal.accounts"
    label = "accounts"
