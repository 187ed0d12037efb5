"""Account numbers and holders, without the database."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError

# What a bank's layout separates fields with can stand in no field.
_UNSAFE = re.compile(r"[|<>&\"\\\x00-\x1f\x7f]")
CARD_DIGITS = range(16, 20)
ORGANISATION_DIGITS = range(6, 33)


class InvalidAccount(DomainError):
    message = _("This account number is not valid. Check it against the card or the bank's confirmation.")


def clean_number(written: str) -> str:
    """The digits of an account number as people type it: full-width digits, spaces and hyphens are fine."""
    return re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", written))


def card_number(written: str) -> str:
    """A personal bank card: 16 to 19 digits. Raises InvalidAccount.

    The Luhn digit is no gate: some Chinese cards do without it (``luhn_holds`` warns).
    """
    number = clean_number(written)
    if not re.fullmatch(r"[0-9]+", number):
        raise InvalidAccount(_("A bank card number has digits only. Read it from the front of the card."))
    if len(number) not in CARD_DIGITS:
        raise InvalidAccount(
            _(
                "A bank card number has 16 to 19 digits; this one has %(count)s. Read it from the front of the card."
            ),
            count=len(number),
        )
    return number


def organisation_number(written: str) -> str:
    """An organisation's settlement account: 6 to 32 digits. Raises InvalidAccount."""
    number = clean_number(written)
    if not re.fullmatch(r"[0-9]+", number) or len(number) not in ORGANISATION_DIGITS:
        raise InvalidAccount(
            _("An organisation's account number has 6 to 32 digits. Copy it from the account opening permit.")
        )
    return number


def luhn_holds(number: str) -> bool:
    """Whether the last digit fits (ISO/IEC 7812-1). A card that fails is unusual, not wrong."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def holder_name(written: str) -> str:
    """A holder's name without what a bank file cannot carry. Raises InvalidAccount."""
    name = " ".join(unicodedata.normalize("NFC", written).split())
    if not name or _UNSAFE.search(name):
        raise InvalidAccount(
            _("Enter the account holder's name as it stands on the account, without special signs.")
        )
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: spaces, full width and the form of brackets and middle dots do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return re.sub(r"[\s·・•.]", "", unicodedata.normalize("NFKC", name)).casefold()
