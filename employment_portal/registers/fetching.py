"""The nightly collection of registers from the exchange platform of the city (adapter; simulated on one machine).

``settings.REGISTER_SOURCE`` names the class that asks. A delivery counts only when it is whole: the platform states
the number of rows and the SHA-256 of the file.
"""

import io
import logging
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.registers import actions
from employment_portal.registers.enums import UNFINISHED
from employment_portal.registers.models import RegisterBatch

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 120
TRIES = 3
OUR_FAULT = _(
    "The import was stopped by a fault of the portal. Rows that are in stay; import the file again."
)


class FarSideError(DomainError):
    """The platform did not deliver."""

    message = _("The exchange platform did not answer. The portal asks again tomorrow night.")


class IncompleteDelivery(FarSideError):
    message = _("The file was not complete. The portal asks again tomorrow night.")


@dataclass(frozen=True)
class Delivery:
    """A file as delivered, with what the platform says of it."""

    file_name: str
    content: bytes
    sha256: str


class RegisterSource(Protocol):
    name: str

    def fetch(self, register: str) -> Delivery:
        """Everything that the register holds of the last 24 months. Raises FarSideError."""


class HttpRegisterSource:
    """``GET REGISTER_SOURCE_URL/<register>`` with a bearer token; the header ``X-Content-SHA256`` seals the file."""

    name = property(lambda self: settings.REGISTER_SOURCE_NAME)

    def fetch(self, register: str) -> Delivery:
        try:
            answer = requests.get(
                f"{settings.REGISTER_SOURCE_URL.rstrip('/')}/{register}",
                headers={"Authorization": f"Bearer {settings.REGISTER_SOURCE_TOKEN}"},
                timeout=TIMEOUT_SECONDS,
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise FarSideError from error
        return Delivery(f"{register}.csv", answer.content, answer.headers.get("X-Content-SHA256", ""))


def register_source() -> Any:
    return import_string(settings.REGISTER_SOURCE)()


def fetch_register(*, register: str) -> RegisterBatch:
    """Fetch one register and import it; what goes wrong stands in the batch, which staff see in the list.

    Three tries in a row; rows that are in already stay unchanged, so a repeated delivery does no harm.
    """
    source = register_source()
    for killed in RegisterBatch.objects.filter(
        register=register, source=source.name, by=None, state__in=UNFINISHED
    ):
        actions.stop_batch(batch_id=killed.pk, reason=OUR_FAULT)
    problem: FarSideError = FarSideError()
    for _try in range(TRIES):
        try:
            delivery = _whole(source.fetch(register))
            break
        except FarSideError as error:
            problem = error
            logger.warning("register not delivered", extra={"register": register})
    else:
        batch = actions.open_batch(
            register=register,
            source=source.name,
            file_name=f"{register}.csv",
            sha256="0" * 64,
            by=None,
            now=timezone.now(),
        )
        actions.stop_batch(batch_id=batch.pk, reason=problem.message)
        batch.refresh_from_db()
        return batch
    batch = actions.open_batch(
        register=register,
        source=source.name,
        file_name=delivery.file_name,
        sha256=delivery.sha256,
        by=None,
        now=timezone.now(),
    )
    try:
        return actions.run_batch(batch_id=batch.pk, stream=io.BytesIO(delivery.content))
    except DomainError:
        batch.refresh_from_db()
        return batch
    except Exception:
        actions.stop_batch(batch_id=batch.pk, reason=OUR_FAULT)
        raise


def _whole(delivery: Delivery) -> Delivery:
    if actions.sha256_of(io.BytesIO(delivery.content)) != delivery.sha256:
        raise IncompleteDelivery
    return delivery
