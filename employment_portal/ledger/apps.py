from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "employment_portal.ledger"
    label = "ledger"
