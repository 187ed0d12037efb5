"""What a route's object may belong to: a region, an organisation there with its owner, a person with a sign-in."""

from dataclasses import dataclass, replace

from employment_portal.accounts.models import User
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.regions.models import Agency, Region


@dataclass
class Place:
    """One side of the matrix. Objects are made at the inner place; people of the outer one must not reach them."""

    region: Region
    agency: Agency
    organisation: Organisation
    owner: User  # of the organisation
    person: Person
    user: User  # the person's sign-in

    def as_stored(self) -> "Place":
        """The same place read anew: what a test changed of its objects was rolled back in the database only."""
        person = Person.objects.select_related("user").get(pk=self.person.pk)
        return replace(
            self,
            organisation=Organisation.objects.get(pk=self.organisation.pk),
            owner=User.objects.get(pk=self.owner.pk),
            person=person,
            user=User.objects.get(pk=self.user.pk),
        )
