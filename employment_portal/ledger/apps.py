from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "employment_portal.ledger"
    label = "ledger"

    def ready(self) -> None:
        from employment_portal.core.backups import after_restore
        from employment_portal.core.ownership import restrict
        from employment_portal.ledger import checks  # noqa: F401

        after_restore(_open_epoch)
        for table in ("ledger_account", "ledger_transfer", "ledger_seal"):
            restrict(table, "SELECT", "INSERT")
        for table in ("ledger_kind", "ledger_rule"):
            restrict(table, "SELECT")


def _open_epoch() -> None:
    from django.db import connection

    from employment_portal.ledger.actions import open_epoch

    if "ledger_seal" in connection.introspection.table_names():  # a backup may be older than the ledger
        open_epoch("restored from a backup")
