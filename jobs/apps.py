from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = _("Job postings")

    def ready(self) -> None:
        from employment_portal.classifications import reference as classifications
        from employment_portal.organisations.actions import when_renamed, when_stopped
        from employment_portal.regions import reference as regions
        from jobs.applications import holdings as applications
        from jobs.invitations import holdings as invitations
        from jobs.postings.actions.stopping import stop_postings
        from jobs.search.actions import index_classified, index_employer, index_places
        from jobs.seeking import holdings as seeking

        applications.register_all()
        invitations.register_all()
        seeking.register_all()
        when_renamed.append(index_employer)
        when_stopped.append(stop_postings)
        classifications.when_changed.append(index_classified)
        regions.when_changed.append(index_places)
