from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from employment_portal.organisations.actions import when_renamed
        from jobs.applications.holdings import register_all
        from jobs.search.actions import index_employer

        register_all()
        when_renamed.append(index_employer)
