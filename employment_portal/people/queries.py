from django.http import HttpRequest

from employment_portal.people.models import AssistedSession, Person


def person_of(user) -> Person | None:
    """The real-name record behind a sign-in, if the user has made one."""
    if not user.is_authenticated:
        return None
    return Person.objects.filter(user=user).first()


def person_for(request: HttpRequest) -> Person | None:
    """The person whose affairs this request is about: at the counter during a sitting, else the user's own."""
    assisted: AssistedSession | None = request.assisted  # type: ignore[attr-defined]
    if assisted is not None:
        return assisted.person
    return person_of(request.user)
