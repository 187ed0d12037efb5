"""The far side of text messages and mail: a gateway of the city's operator, or a simulator on this machine."""

import logging
from typing import Protocol

import requests
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django.utils.crypto import get_random_string

from employment_portal.notifications.models import Channel, OutboxMessage

logger = logging.getLogger(__name__)

OUTBOX_HEADER = "X-Portal-Outbox"


class DeliveryRefused(Exception):
    """The far side will never take this message: a wrong number, a barred receiver. Do not try again."""


class DeliveryPostponed(Exception):
    """The far side did not answer, or not clearly. Try again later."""


class SmsGateway(Protocol):
    def send(self, *, phone: str, text: str, message_id: str) -> None:
        """Hand one message over. ``message_id`` lets the far side drop a repetition.

        Raises DeliveryRefused, DeliveryPostponed.
        """


class HttpGateway:
    """Posts JSON ``{id, phone, text}`` with a bearer token to ``SMS_GATEWAY_URL``; 2xx took it, 4xx never will."""

    def send(self, *, phone: str, text: str, message_id: str) -> None:
        try:
            answer = requests.post(
                settings.SMS_GATEWAY_URL,
                json={"id": message_id, "phone": phone, "text": text},
                headers={"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"},
                timeout=10,
            )
        except requests.RequestException as error:
            raise DeliveryPostponed(type(error).__name__) from error
        if 400 <= answer.status_code < 500 and answer.status_code not in {408, 429}:
            raise DeliveryRefused(f"gateway answered {answer.status_code}")
        if not answer.ok:
            raise DeliveryPostponed(f"gateway answered {answer.status_code}")


class SimulatedGateway:
    """Stands in for the operator on one machine; what it took is read at ``/simulator/outbox/``.

    It misbehaves by number: ending 0000 is refused for good, ending 0001 does not answer.
    """

    def send(self, *, phone: str, text: str, message_id: str) -> None:
        if phone.endswith("0000"):
            raise DeliveryRefused("number not in service (simulated)")
        if phone.endswith("0001"):
            raise DeliveryPostponed("no answer (simulated)")
        logger.info("simulated text message %s taken", message_id)


class RecordedMail(BaseEmailBackend):
    """The simulator's mail: keeps mail that did not come through the outbox there too, so that it can be read."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        now = timezone.now()
        for message in email_messages:
            if OUTBOX_HEADER in message.extra_headers:
                continue
            for address in message.to:
                OutboxMessage.objects.create(
                    channel=Channel.MAIL,
                    address=address,
                    kind="account",
                    subject=message.subject[:200],
                    body=message.body,
                    dedupe_key=f"direct:{get_random_string(24)}",
                    state=OutboxMessage.State.SENT,
                    attempts=1,
                    next_try_at=now,
                    created_at=now,
                    sent_at=now,
                )
        return len(email_messages)
