from typing import Any

from django.utils import timezone

from employment_portal.organisations.models import Member
from employment_portal.people.models import AssistedSession
from jobs.applications.models import Application


def is_applicant(user: Any, application: Application) -> bool:
    """The person themselves, or the clerk who sits with them at the counter now (代办)."""
    if application.person.user_id is not None and application.person.user_id == user.pk:
        return True
    return AssistedSession.objects.filter(
        clerk=user, person=application.person_id, ended_at__isnull=True, expires_at__gt=timezone.now()
    ).exists()


def is_recipient(user: Any, application: Application) -> bool:
    """Somebody who acts for the employer that the application was sent to."""
    return Member.objects.filter(
        organisation=application.posting.employer_id, user=user, left_at__isnull=True
    ).exists()


def nobody(user: Any, application: Application) -> bool:
    """Only the portal itself, by a nightly task."""
    return False
