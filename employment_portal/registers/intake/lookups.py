"""Finds the people, firms and codes that a stretch of rows speaks of, a few queries for all of them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.models import Industry, Occupation
from employment_portal.organisations.enums import OrganisationKind
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.people.records.actions import number_hash
from employment_portal.regions.models import Region
from employment_portal.registers.intake.columns import CellRefused
from employment_portal.registers.models import BusinessRegistration


class Lookups:
    """Codes of places and classifications are kept for the whole run, people and firms for a stretch."""

    def __init__(self) -> None:
        self._regions = dict(Region.objects.values_list("code", "pk"))
        self._industries = dict(Industry.objects.values_list("code", "pk"))
        occupations = list(Occupation.objects.filter(level=4).values_list("code", "name", "pk"))
        self._occupations = {code: pk for code, _name, pk in occupations}
        self._occupation_names = {name: pk for _code, name, pk in occupations}
        self._people: dict[str, int] = {}
        self._organisations: dict[str, tuple[int, str]] = {}
        self._ventures: dict[str, int] = {}

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        """Look up everybody and every firm of a stretch."""
        hashes = {row["identity"]: number_hash(row["identity"]) for row in rows if row.get("identity")}
        codes = {row[name] for row in rows for name in ("code", "employer_code", "carrier") if row.get(name)}
        by_hash = dict(
            Person.objects.current()
            .filter(id_number_hash__in=hashes.values(), anonymised_at__isnull=True)
            .values_list("id_number_hash", "pk")
        )
        self._people = {number: by_hash[hashed] for number, hashed in hashes.items() if hashed in by_hash}
        firms = Organisation.objects.filter(code__in=codes).values_list("code", "pk", "kind")
        self._organisations = {code: (pk, kind) for code, pk, kind in firms}
        self._ventures = dict(BusinessRegistration.objects.filter(code__in=codes).values_list("code", "pk"))

    def person(self, identity: str) -> int | None:
        return self._people.get(identity)

    def organisation(self, code: str) -> int | None:
        return self._organisations.get(code, (None, ""))[0]

    def carrier(self, code: str) -> int | None:
        pk, kind = self._organisations.get(code, (None, ""))
        return pk if kind == OrganisationKind.CARRIER else None

    def venture(self, code: str) -> int | None:
        return self._ventures.get(code)

    def region(self, code: str) -> int:
        """Raises CellRefused for a code that is not in the tree of places."""
        try:
            return self._regions[code]
        except KeyError:
            raise CellRefused(_("No place has the code %(code)s."), code=code) from None

    def industry(self, code: str | None) -> int | None:
        if not code:
            return None
        try:
            return self._industries[code]
        except KeyError:
            raise CellRefused(_("No industry has the code %(code)s."), code=code) from None

    def occupation(self, code: str | None, name: str) -> int | None:
        """By code, else by the exact name; None for an occupation outside the classification."""
        if code and code in self._occupations:
            return self._occupations[code]
        return self._occupation_names.get(name)
