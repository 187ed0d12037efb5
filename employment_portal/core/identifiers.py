"""Numbers that identify people, organisations, telephones and bank cards.

Each ``check_…`` takes what somebody typed, forgives spaces, hyphens, full-width digits and lower case, and
returns the number as it is stored with the warnings to show, or raises a subclass of InvalidIdentifier whose
message says what to do. A warning never stops anybody.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError

OLDEST_PLAUSIBLE_AGE = 130

# GB/T 2260 provinces, and 81–83 that residents of Hong Kong, Macao and Taiwan get on their residence permit.
PROVINCE_PREFIXES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip

# GB 11643-1999 (ISO 7064 MOD 11-2)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECK_CHARACTERS = "10X98765432"

# GB 32100-2015 (MOD 31)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
# Registering departments: staffing, foreign affairs, justice, culture, civil affairs, tourism, religion, trade
# unions, market regulation, the military (A), agriculture (N), others (Y).
REGISTERING_DEPARTMENTS = frozenset("123456789ANY")


class InvalidIdentifier(DomainError):
    """What was typed cannot be the number asked for."""


class InvalidResidentId(InvalidIdentifier):
    message = _("Enter the 18 characters of the resident identity number.")


class InvalidOrganisationCode(InvalidIdentifier):
    message = _("Enter the 18 characters of the unified social credit code on the licence.")


class InvalidMobile(InvalidIdentifier):
    message = _("Enter a mobile number of 11 digits, such as 13800138000.")


class InvalidBankCard(InvalidIdentifier):
    message = _("Enter the 16 to 19 digits of the bank card.")


@dataclass(frozen=True)
class Checked:
    value: str
    warnings: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class ResidentId(Checked):
    """``sex`` is 1 (male) or 2 (female) by GB/T 2261.1; ``county_code`` is where the number was issued."""

    birth_on: date = date.min
    sex: int = 0
    county_code: str = ""

    @property
    def is_foreign_permanent_resident(self) -> bool:
        return self.value.startswith("9")

    @property
    def is_hong_kong_macao_taiwan_resident(self) -> bool:
        return self.value[:2] in {"81", "82", "83"}


def tidy(typed: str) -> str:
    """Full width to half width, upper case, without spaces, hyphens and invisible characters."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(
        char for char in text if not char.isspace() and unicodedata.category(char) not in {"Pd", "Cf", "Cc"}
    )


def resident_check_character(body: str) -> str:
    """The 18th character for the first 17 digits (GB 11643)."""
    total = sum(weight * int(digit) for weight, digit in zip(RESIDENT_WEIGHTS, body, strict=True))
    return RESIDENT_CHECK_CHARACTERS[total % 11]


def check_resident_id(
    typed: str, *, today: date | None = None, known_counties: Container[str] | None = None
) -> ResidentId:
    """A resident identity number (GB 11643), also of a permit for Hong Kong, Macao and Taiwan residents
    (81/82/83) or for foreign permanent residents (9 first, since 2023).

    ``known_counties`` holds six-digit codes; a county that it lacks gives a warning, because people keep the
    numbers of abolished counties. Raises InvalidResidentId.
    """
    value = tidy(typed)
    if not value:
        raise InvalidResidentId(_("Enter the resident identity number."))
    if re.fullmatch(r"[0-9]{15}", value):
        raise InvalidResidentId(
            _(
                "Numbers of 15 digits are no longer valid. Enter the 18 characters on the second-generation card."
            )
        )
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", value):
        raise InvalidResidentId(
            _("This is the number of an old permanent residence card. Enter the 18 digits on the new card.")
        )
    if len(value) != 18:
        raise InvalidResidentId(
            _("A resident identity number has 18 characters; this one has %(count)s."), count=len(value)
        )
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", value):
        raise InvalidResidentId(_("A resident identity number has 17 digits and then a digit or X."))
    birth_on = _birth_date(value[6:14], today or timezone.localdate())
    if resident_check_character(value[:17]) != value[17]:
        raise InvalidResidentId(
            _("The last character does not fit the others. Compare each digit with the card.")
        )
    return ResidentId(
        value=value,
        warnings=tuple(_issuer_warnings(value, known_counties)),
        birth_on=birth_on,
        sex=1 if int(value[16]) % 2 else 2,
        county_code=value[:6],
    )


def _birth_date(digits: str, today: date) -> date:
    try:
        birth_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise InvalidResidentId(
            _("Digits 7 to 14 are not a date of birth (%(digits)s). Compare them with the card."),
            digits=digits,
        ) from None
    if birth_on > today:
        raise InvalidResidentId(
            _("The date of birth in this number lies in the future. Compare it with the card.")
        )
    if birth_on.year < today.year - OLDEST_PLAUSIBLE_AGE:
        raise InvalidResidentId(
            _("The date of birth in this number is too long ago. Compare it with the card.")
        )
    return birth_on


def _issuer_warnings(value: str, known_counties: Container[str] | None):
    if value[0] == "9":  # 9, province of application, nationality
        if value[1:3] not in PROVINCE_PREFIXES:
            yield _("The place of issue in this number is unknown. Compare it with the card.")
    elif value[:2] not in PROVINCE_PREFIXES:
        yield _("The place of issue in this number is unknown. Compare it with the card.")
    elif value[0] != "8" and known_counties is not None and value[:6] not in known_counties:
        yield _(
            "The county in this number is not in today's list; it may have been merged. Nothing needs doing."
        )


def organisation_check_character(body: str) -> str:
    """The 18th character for the first 17 (GB 32100)."""
    total = sum(
        weight * ORGANISATION_ALPHABET.index(char)
        for weight, char in zip(ORGANISATION_WEIGHTS, body, strict=True)
    )
    return ORGANISATION_ALPHABET[-total % 31]


def check_organisation_code(typed: str) -> Checked:
    """A unified social credit code (GB 32100). Raises InvalidOrganisationCode."""
    value = tidy(typed)
    if not value:
        raise InvalidOrganisationCode(_("Enter the unified social credit code."))
    if re.fullmatch(r"[0-9]{15}", value):
        raise InvalidOrganisationCode(
            _(
                "This is an old registration number of 15 digits. Enter the 18 characters on the present licence."
            )
        )
    if len(value) != 18:
        raise InvalidOrganisationCode(
            _("A unified social credit code has 18 characters; this one has %(count)s."), count=len(value)
        )
    foreign = [char for char in value if char not in ORGANISATION_ALPHABET]
    if foreign:
        raise InvalidOrganisationCode(
            _("“%(char)s” never occurs in a unified social credit code (nor do I, O, S, V and Z). "
              "Compare it with the licence."),
            char=foreign[0],
        )  # fmt: skip
    if not value[2:8].isdigit():
        raise InvalidOrganisationCode(_("Characters 3 to 8 must be digits. Compare them with the licence."))
    if organisation_check_character(value[:17]) != value[17]:
        raise InvalidOrganisationCode(
            _("The last character does not fit the others. Compare each character with the licence.")
        )
    if value[0] not in REGISTERING_DEPARTMENTS:
        return Checked(value, (_("The registering department in this code is unknown. Check the licence."),))
    return Checked(value)


def check_mobile(typed: str) -> Checked:
    """A mobile number of mainland China, stored as 11 digits without +86. Raises InvalidMobile."""
    value = re.sub(r"[()]", "", tidy(typed))
    value = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", value)
    if not value:
        raise InvalidMobile(_("Enter the mobile number."))
    if re.fullmatch(r"0[0-9]{9,11}", value):
        raise InvalidMobile(_("This is a landline. Enter a mobile number that can receive a code."))
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        raise InvalidMobile
    return Checked(value)


def check_bank_card(typed: str) -> Checked:
    """The number of a personal bank card; a failed Luhn sum is a warning. Raises InvalidBankCard."""
    value = tidy(typed)
    if not re.fullmatch(r"[0-9]{16,19}", value):
        raise InvalidBankCard
    if not luhn_fits(value):
        return Checked(value, (_("This card number looks mistyped. Compare it with the card."),))
    return Checked(value)


def luhn_fits(digits: str) -> bool:
    """ISO/IEC 7812: double every second digit from the right, add up, a multiple of ten."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + position % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
