"""Saved jobs and searches as a part of what is held about a person. They hang on the sign-in: a merge leaves them."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.people.holdings import Holding, plain, register, stay
from employment_portal.people.models import Person
from jobs.seeking.models import SavedJob, SavedSearch


def _jobs(person: Person) -> QuerySet[SavedJob]:
    return SavedJob.objects.filter(user=person.user_id).order_by("pk")


def _searches(person: Person) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(user__isnull=False, user=person.user_id).order_by("pk")


def _erase_jobs(person: Person) -> None:
    _jobs(person).delete()


def _erase_searches(person: Person) -> None:
    _searches(person).delete()


def register_all() -> None:
    register(
        Holding(
            "saved_jobs",
            _("Saved jobs"),
            _("Applying for jobs"),
            _jobs,
            stay,
            plain("posting", "saved_at"),
            erase=_erase_jobs,
            touched=lambda person: [],
        )
    )
    register(
        Holding(
            "saved_searches",
            _("Saved searches"),
            _("Applying for jobs"),
            _searches,
            stay,
            plain("name", "query", "get_frequency_display", "created_at", "last_sent_on", "left_at"),
            erase=_erase_searches,
            touched=lambda person: [],
        )
    )
