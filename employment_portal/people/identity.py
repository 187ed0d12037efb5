"""Whether a name and a number belong together: the identity service of the public security authority.

``settings.IDENTITY_SERVICE`` names the class that asks. An answer is final, silence is asked again later.
"""

from enum import Enum
from typing import Any, Protocol

import requests
from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

TIMEOUT_SECONDS = 5  # the person waits for the answer


class IdentityAnswer(Enum):
    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"  # the service does not hold this number: a fresh permit, a cancelled record


class IdentityUnavailable(Exception):
    """The service did not answer, or not clearly. Ask again later."""


class IdentityService(Protocol):
    def check(self, *, name: str, number: str, document: str) -> IdentityAnswer:
        """``document`` is a value of IdentityDocument. Raises IdentityUnavailable."""


class HttpIdentityService:
    """Posts JSON ``{name, number, document}`` with a bearer token to ``IDENTITY_SERVICE_URL``.

    Expects ``{"result": "match" | "mismatch" | "unknown"}``; anything else counts as no answer.
    """

    def check(self, *, name: str, number: str, document: str) -> IdentityAnswer:
        try:
            answer = requests.post(
                settings.IDENTITY_SERVICE_URL,
                json={"name": name, "number": number, "document": document},
                headers={"Authorization": f"Bearer {settings.IDENTITY_SERVICE_TOKEN}"},
                timeout=TIMEOUT_SECONDS,
            )
            answer.raise_for_status()
            return IdentityAnswer(answer.json()["result"])
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise IdentityUnavailable(type(error).__name__) from error


class SimulatedIdentityService:
    """Stands in for the service on one machine. It misbehaves by the serial digits (15th to 17th) of the number.

    404 is unknown, 409 does not match, 408 answers only the third time it is asked within an hour. A name with 假
    never matches. Everybody else matches.
    """

    def check(self, *, name: str, number: str, document: str) -> IdentityAnswer:
        serial = number[14:17]
        if serial == "408" and self._times_asked(number) < 3:
            raise IdentityUnavailable("simulated timeout")
        if serial == "404":
            return IdentityAnswer.UNKNOWN
        if serial == "409" or "假" in name:
            return IdentityAnswer.MISMATCH
        return IdentityAnswer.MATCH

    def _times_asked(self, number: str) -> int:
        key = f"identity-simulator:{number}"
        cache.add(key, 0, 3600)
        return cache.incr(key)


def identity_service() -> Any:
    return import_string(settings.IDENTITY_SERVICE)()
