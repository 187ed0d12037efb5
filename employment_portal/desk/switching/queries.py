from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from employment_portal.accounts.landing import home_for
from employment_portal.accounts.models import User
from employment_portal.organisations.models import Member


@dataclass(frozen=True)
class Capacity:
    """In what capacity a person may act: for themselves, or for an organisation. ``key`` is what the form posts."""

    key: str
    label: str
    note: str
    current: bool


def capacities(request: HttpRequest) -> list[Capacity]:
    """Everything the signed-in person may act as; staff posts are theirs all the time and need no switching."""
    user: User = request.user  # type: ignore[assignment]
    acting = request.organisation.public_id if request.organisation is not None else ""  # type: ignore[attr-defined]
    found = [Capacity("", str(user), _("Myself"), not acting)]
    members = (
        Member.objects.filter(user=user, left_at__isnull=True, organisation__closed_at__isnull=True)
        .select_related("organisation")
        .order_by("organisation__name_key", "pk")
    )
    for member in members:
        organisation = member.organisation
        found.append(
            Capacity(
                organisation.public_id,
                organisation.name,
                member.get_role_display(),
                acting == organisation.public_id,
            )
        )
    return found


def start_of(user: User, organisation_id: str) -> str:
    """Where somebody starts in the capacity that they have just chosen."""
    if user.current_posts() and not organisation_id:
        return home_for(user)
    if organisation_id:
        return home_for(user, acting_for=organisation_id) if not user.current_posts() else reverse("home")
    return reverse("home")
